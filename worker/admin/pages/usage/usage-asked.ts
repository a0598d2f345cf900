/** What a request to the page of usage asks for. */

import { judgeWhatIf } from "../../../audit/usage/what-if-query.ts";
import type { AdminContext } from "../../admin-request.ts";
import { readWhole } from "../../form.ts";
import { isPeriod, type Period } from "./page.tsx";
import type { WhatIfTyped } from "./what-if-form.tsx";

export function readPeriod(c: AdminContext): Period {
  const typed = c.req.query("period") ?? "90";
  return isPeriod(typed) ? typed : "90";
}

/** What was typed into the form for other settings, and what it asks for. */
export function readTyped(c: AdminContext): { typed: WhatIfTyped; wish: ReturnType<typeof judgeWhatIf> } {
  const read = (name: keyof WhatIfTyped) => (c.req.query(name) ?? "").slice(0, 200);
  const typed = {
    limit: read("limit"),
    minutes: read("minutes"),
    group: read("group"),
    reserved: read("reserved"),
    most: read("most"),
  };
  const wish = judgeWhatIf({
    limit: readWhole(typed.limit),
    minutes: readWhole(typed.minutes),
    group: typed.group,
    reserved: readWhole(typed.reserved || "0"),
    most: typed.most === "" ? "none" : readWhole(typed.most),
  });
  return { typed, wish };
}
