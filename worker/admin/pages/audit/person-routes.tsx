/** What is kept about one person, its export and its erasure: for admins and support. */
import type { Hono } from "hono";
import { HolderId } from "../../../../shared/ids.ts";
import { sentence } from "../../../../shared/sentence.ts";
import { exportPerson, type PersonRecord } from "../../../audit/directory.ts";
import { spellHolder } from "../../../identity/holder-spelling.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { EraseForm } from "../../form.ts";
import { PATHS } from "../../paths.ts";
import { PersonPage } from "./person-page.tsx";

const PATIENCE_MS = 8_000;

export function addPersonData(app: Hono<AdminEnv>, { tenant: calls, config, records }: AdminPorts, door: Door): void {
  const { tenant } = config;

  /** L1: what is kept under the key as it was typed, or else as it is spelled now. */
  const find = async (typed: HolderId): Promise<[HolderId, PersonRecord]> => {
    const key = spellHolder(config, typed);
    const all = await exportPerson(records, tenant, typed);
    const isKept = all.directory.length > 0 || all.denials.length > 0;
    return isKept || key === typed ? [typed, all] : [key, await exportPerson(records, tenant, key)];
  };

  const asKeeper = (answer: (c: AdminContext, holder: HolderId, visitor: Person) => Promise<Response>) =>
    door.asManager((c, visitor) => {
      const holder = HolderId.safeParse(c.req.query("holder"));
      if (visitor.role === "licence_manager") {
        return door.stateProblem(c, { code: "forbidden", says: sentence("personFor") });
      }
      if (!holder.success) {
        return door.stateProblem(c, { code: "out_of_range", says: sentence("personKey") });
      }
      return answer(c, holder.data, visitor);
    });

  app.get(
    PATHS.person,
    asKeeper(async (c, typed, visitor) => {
      const found = await askRecords(async () => {
        const [holder, { directory, events, denials }] = await find(typed);
        return { holder, names: directory.map(({ name }) => name), events: events.length, denials: denials.length };
      }, PATIENCE_MS);
      return answerPage(
        c,
        <PersonPage visitor={visitor} tenantName={config.tenantName} holder={found?.holder ?? typed} found={found} />,
        200,
      );
    }),
  );

  app.get(
    PATHS.personFile,
    asKeeper(async (c, holder, visitor) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const [, all] = await find(holder);
      return new Response(JSON.stringify(all, null, 2), {
        headers: {
          "content-type": "application/json",
          "content-disposition": 'attachment; filename="hotseat-person.json"',
          "cache-control": "no-store",
        },
      });
    }),
  );

  app.post(
    PATHS.erase,
    door.asForm(EraseForm, async (c, visitor, form) => {
      const done = await calls.records(visitor, { do: "erase", holder: form.holder });
      return done.ok ? c.redirect(`${PATHS.audit}?done=erased#personal`, 303) : door.stateProblem(c, done.error);
    }),
  );
}
