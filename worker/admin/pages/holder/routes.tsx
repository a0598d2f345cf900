/** A4: the address of one person's page. */
import type { Hono } from "hono";
import { HolderId } from "../../../../shared/ids.ts";
import { EVERYTHING, listAudit, readRange } from "../../../audit/audit-query.ts";
import { ALL_DENIALS, listDenials } from "../../../audit/denials/denial-query.ts";
import { wordsOf } from "../../../audit/directory.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { readLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { HolderPage } from "./page.tsx";

const EVENTS_SHOWN = 50;
const REFUSALS_SHOWN = 100;
const PATIENCE_MS = 8_000;

export function addHolder(app: Hono<AdminEnv>, { tenant, config, records, now }: AdminPorts, door: Door): void {
  app.get(
    PATHS.holder,
    door.asManager(async (c, visitor, view) => {
      const id = HolderId.safeParse(c.req.query("holder"));
      const { goneTitle, gone } = readLanguage(c).words.holder;
      if (!id.success) return door.state(c, 404, { title: goneTitle, text: gone });
      const holder = id.data;
      const found = await tenant.viewHolder(visitor, holder);
      if (!found.ok) return door.stateProblem(c, found.error);
      const told = await askRecords(async () => {
        const words = await wordsOf(records, config.tenant, holder);
        const people = words.map(({ person }) => person);
        const range = await readRange(records, config.tenant, EVERYTHING);
        const [events, denials] = await Promise.all([
          people.length === 0
            ? []
            : listAudit(records, config.tenant, { people, kinds: null }, range, {
                size: EVENTS_SHOWN,
                newestFirst: true,
              }),
          listDenials(records, config.tenant, {
            now: now(),
            page: 1,
            size: REFUSALS_SHOWN,
            filter: { ...ALL_DENIALS, person: holder },
          }),
        ]);
        // The filter takes parts of names, too.
        return { name: words[0]?.name, events, refusals: denials.filter((row) => row.holder === holder) };
      }, PATIENCE_MS);
      const seat = found.value;
      const { named, exempt } = view.settings;
      const listed = [...named.assigned, ...exempt].find((one) => one.id === holder);
      const waits = view.waiting.some((row) => row.id === holder);
      const name = seat?.name ?? told?.name ?? told?.refusals[0]?.name ?? listed?.name;
      if (name === undefined && told !== null && !waits) return door.state(c, 404, { title: goneTitle, text: gone });
      const refusals = told === null ? null : { rows: told.refusals, total: told.refusals.length };
      const shown = { visitor, view, id: holder, name: name || holder, seat, isWaiting: waits, now: now() };
      return answerPage(c, <HolderPage {...shown} events={told?.events ?? null} refusals={refusals} />, 200);
    }),
  );
}
