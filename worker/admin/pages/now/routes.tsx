/** The addresses of the first page, and of freeing a seat. */

import type { Hono } from "hono";
import type { Child } from "hono/jsx";
import { HolderId } from "../../../../shared/ids.ts";
import type { Sentence } from "../../../../shared/sentence.ts";
import { hasPages, NO_PEOPLE, type Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { FreeForm, readNote } from "../../form.ts";
import { readLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { refusedBy } from "../../refused.tsx";
import { EvictPage, NOTE_MAX } from "./evict-page.tsx";
import { type NowNotice, NowPage } from "./page.tsx";
import { readPeopleAsk } from "./people-query.ts";

export function addNow(app: Hono<AdminEnv>, { tenant, config, now }: AdminPorts, door: Door): void {
  const { passLifeMs } = config.timing;

  const page = async (c: AdminContext, visitor: Person, said: { fault?: Child; status?: number } = {}) => {
    const ask = readPeopleAsk((name) => c.req.query(name));
    const view = await door.look(c, visitor, ask, true);
    if (!view.ok) return door.stateProblem(c, view.error);
    const done = c.req.query("done");
    const notice: NowNotice | null = done === "freed" || done === "limit" || done === "boost" ? done : null;
    const { fault = null, status = 200 } = said;
    const shown = { visitor, view: view.value, ask, fault, notice, now: now(), passLifeMs };
    return answerPage(c, <NowPage {...shown} />, status);
  };

  const freePage = async (
    c: AdminContext,
    visitor: Person,
    id: string,
    said: { note: string; fault: Sentence | null },
  ) => {
    const view = await door.look(c, visitor, NO_PEOPLE, true);
    if (!view.ok) return door.stateProblem(c, view.error);
    const key = HolderId.safeParse(id);
    const found = key.success ? await tenant.viewHolder(visitor, key.data) : null;
    if (found?.ok === false) return door.stateProblem(c, found.error);
    const holder = found?.value ?? null;
    if (holder === null) return door.state(c, 404, readLanguage(c).words.plain.noSeat);
    const shown = { visitor, view: view.value, holder, ...said, now: now(), passLifeMs };
    return answerPage(c, <EvictPage {...shown} />, said.fault === null ? 200 : 422);
  };

  app.get(
    PATHS.home,
    door.asSeatVisitor((c, visitor) => page(c, visitor)),
  );

  app.get(
    PATHS.free,
    door.asSeatVisitor((c, visitor) => {
      const note = (c.req.query("note") ?? "").slice(0, NOTE_MAX);
      return freePage(c, visitor, c.req.query("holder") ?? "", { note, fault: null });
    }),
  );

  app.post(
    PATHS.free,
    door.asForm(FreeForm, async (c, visitor, form) => {
      const note = readNote(form.note);
      if (!note.ok && hasPages(visitor)) {
        return freePage(c, visitor, form.holder, { note: form.note, fault: note.error });
      }
      const change = await tenant.evict(visitor, form.holder, note.ok ? note.value : "");
      if (change.ok) return c.redirect(`${PATHS.home}?done=freed`, 303);
      const { code, says } = change.error;
      if (visitor.role === "user" && code === "forbidden") return door.stateForbidden(c, says);
      return page(c, visitor, refusedBy(change.error));
    }),
  );
}
