/** The address of a boost that repeats. */

import type { Hono } from "hono";
import type { Child } from "hono/jsx";
import * as z from "zod/mini";
import { DAY_MS, MINUTE_MS } from "../../../../shared/durations.ts";
import { LIMIT_MAX } from "../../../../shared/timing.ts";
import type { PastChange, SettingsChange } from "../../../ledger/settings/settings.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { readWhole } from "../../form.ts";
import { type Language, readLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { refusedBy } from "../../refused.tsx";
import { readLocalTime } from "../../ui/local-time.ts";
import { BoostPage } from "./boost-page.tsx";
import { changesSince, version } from "./forms.ts";
import { readTimes, TIME_NAMES, type TimeFault, type TimeFields } from "./times-form.ts";

const YEAR_MS = 365 * DAY_MS;
const field = z.optional(z.string().check(z.maxLength(100)));
const BoostForm = z.strictObject({
  ...Object.fromEntries(["extra", "starts", "ends", ...TIME_NAMES].map((name) => [name, field])),
  version,
});

/** The boost that was typed, from `now` (ms) on. */
function readBoost(fields: TimeFields, language: Language, now: number): SettingsChange | TimeFault {
  const { words, say, zone } = language;
  const typed = (name: string) => (fields[name] ?? "").trim();
  const extra = readWhole(typed("extra"));
  if (extra === null || extra < 1 || extra > LIMIT_MAX) {
    return { fault: say(words.faults.extra, { most: LIMIT_MAX }), field: "extra" };
  }
  const from = typed("starts") === "" ? now : readLocalTime(typed("starts"), zone);
  if (from === null) return { fault: words.faults.starts, field: "starts" };
  // The minute that was typed may be the one that runs.
  if (from < now - MINUTE_MS) return { fault: words.faults.startsPast, field: "starts" };
  const startsInMs = Math.max(0, from - now);
  const until = typed("ends") === "" ? now + startsInMs + YEAR_MS : readLocalTime(typed("ends"), zone);
  if (until === null) return { fault: words.faults.ends, field: "ends" };
  const lastsMs = until - now - startsInMs;
  if (lastsMs < MINUTE_MS) return { fault: words.faults.endsBefore, field: "ends" };
  const windows = readTimes(fields, language);
  return "fault" in windows ? windows : { what: "boost", extra, startsInMs, lastsMs, windows };
}

export function addRepeatingBoosts(app: Hono<AdminEnv>, { tenant, now }: AdminPorts, door: Door): void {
  const page = async (
    c: AdminContext,
    visitor: Person,
    said: {
      fields?: TimeFields;
      fault?: Child;
      field?: string | undefined;
      since?: readonly PastChange[] | null;
      status?: number;
      /** What was seen already. */
      view?: Awaited<ReturnType<Door["look"]>>;
    } = {},
  ) => {
    const view = said.view ?? (await door.look(c, visitor));
    if (!view.ok) return door.stateProblem(c, view.error);
    const { fields = {}, fault = null, field, since, status = 200 } = said;
    return answerPage(c, <BoostPage {...{ visitor, view: view.value, fields, fault, field, since }} />, status);
  };

  app.get(
    PATHS.repeatBoost,
    door.asVisitor((c, visitor) => page(c, visitor)),
  );

  app.post(
    PATHS.repeatBoost,
    door.asForm(BoostForm, async (c, visitor, form) => {
      const { version: made, ...rest } = form;
      const fields = rest as TimeFields;
      // The firm's zone is known from here on: it decides what was typed.
      const before = visitor.role === "user" ? null : await door.look(c, visitor);
      if (before?.ok === false) return door.stateProblem(c, before.error);
      const boost = readBoost(fields, readLanguage(c), now());
      if ("fault" in boost) {
        if (visitor.role === "user") return door.stateForbidden(c);
        return page(c, visitor, { fields, ...boost, status: 422 });
      }
      const change = await tenant.changeSettings(visitor, boost, Number(made));
      if (change.ok) return c.redirect(`${PATHS.licensing}?done=boost#boosts`, 303);
      if (visitor.role === "user") return door.stateForbidden(c, change.error.says);
      const refused = refusedBy(change.error);
      if (change.error.code !== "stale") return page(c, visitor, { fields, ...refused });
      const { status } = refused;
      const view = await door.lookAfter(c, visitor, change.error);
      return page(c, visitor, { fields, since: view.ok ? changesSince(view.value, Number(made)) : null, status, view });
    }),
  );
}
