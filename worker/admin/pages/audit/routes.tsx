/** The addresses of the audit. */
import type { Hono } from "hono";
import { HolderId } from "../../../../shared/ids.ts";
import { sentence } from "../../../../shared/sentence.ts";
import { exportAudit } from "../../../audit/audit-export.ts";
import { type AuditFilter, findPeople, listAudit, listKinds, readRange } from "../../../audit/audit-query.ts";
import { type DaysFault, readDays } from "../../../audit/day-range.ts";
import { exportPerson } from "../../../audit/directory.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { EraseForm, readWhole, SureForm } from "../../form.ts";
import { PATHS } from "../../paths.ts";
import { AuditPage, type AuditQuery } from "./page.tsx";
import { type AuditNotice, PersonPage } from "./person-page.tsx";

const ROWS_A_PAGE = 100;
/** Filtered lists of a long audit are slow. */
const PATIENCE_MS = 8_000;
const isNotice = (word: string | undefined): word is AuditNotice => word === "erased" || word === "replayed";

export function addAudit(app: Hono<AdminEnv>, { tenant: calls, config, records, now }: AdminPorts, door: Door): void {
  const { tenant } = config;

  const readFilter = async (
    c: AdminContext,
    zone: string,
  ): Promise<{ typed: AuditQuery; filter: AuditFilter; fault: DaysFault | null }> => {
    const query = (name: string) => (c.req.query(name) ?? "").trim().slice(0, 200);
    const typed = { from: query("from"), to: query("to"), person: query("person"), kind: query("kind") };
    const days = readDays(zone, typed);
    return {
      typed,
      filter: {
        ...(days.ok ? days.value : { from: null, to: null }),
        people: typed.person === "" ? null : await findPeople(records, tenant, typed.person),
        kinds: typed.kind === "" ? null : [typed.kind],
      },
      fault: days.ok ? null : days.error,
    };
  };

  app.get(
    PATHS.audit,
    door.asManager(async (c, visitor, view) => {
      const before = readWhole(c.req.query("before") ?? "") ?? Number.MAX_SAFE_INTEGER;
      const zone = view.settings.timeZone;
      const asked = await askRecords(() => readFilter(c, zone));
      const audit = await askRecords(async () => {
        if (asked === null) throw new Error("the filter could not be read");
        const range = await readRange(records, tenant, asked.filter);
        const last = Math.min(range.last, before - 1);
        const [rows, kinds] = await Promise.all([
          listAudit(records, tenant, asked.filter, { ...range, last }, { size: ROWS_A_PAGE, newestFirst: true }),
          listKinds(records, tenant),
        ]);
        return { rows, kinds, older: rows.length < ROWS_A_PAGE ? null : (rows.at(-1)?.seq ?? null) };
      }, PATIENCE_MS);
      const done = c.req.query("done");
      const kept = await calls.records(visitor, { do: "head" });
      return answerPage(
        c,
        <AuditPage
          visitor={visitor}
          view={view}
          filter={asked?.typed ?? { from: "", to: "", person: "", kind: "" }}
          fault={asked?.fault ?? null}
          audit={audit}
          head={kept.ok ? kept.value.head : null}
          lag={kept.ok ? kept.value.lag : 0}
          heads={kept.ok ? kept.value.heads : null}
          notice={isNotice(done) ? done : null}
        />,
        asked?.fault == null ? 200 : 422,
      );
    }),
  );

  app.get(
    PATHS.auditFile,
    door.asManager(async (c, visitor, view) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      const { filter, fault } = await readFilter(c, view.settings.timeZone);
      if (format === null || fault !== null) {
        return door.stateProblem(c, { code: "out_of_range", says: fault?.says ?? sentence("format") });
      }
      return answerExport(
        exportAudit(records, tenant, filter, format, now()),
        format,
        `hotseat-audit-${tenant}`,
        now(),
      );
    }),
  );

  app.get(
    PATHS.headsFile,
    door.asManager(async (c, visitor) => {
      const kept = await calls.records(visitor, { do: "head" });
      if (!kept.ok) return door.stateProblem(c, kept.error);
      const lines = kept.value.heads.list.map((head) => `${JSON.stringify(head)}\n`);
      return answerExport(
        new Response(lines.join("")).body ?? new ReadableStream(),
        "jsonl",
        `hotseat-heads-${tenant}`,
        now(),
      );
    }),
  );

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
    asKeeper(async (c, holder, visitor) => {
      const found = await askRecords(async () => {
        const all = await exportPerson(records, tenant, holder);
        return { names: all.directory.map(({ name }) => name), events: all.events.length, denials: all.denials.length };
      }, PATIENCE_MS);
      return answerPage(
        c,
        <PersonPage visitor={visitor} tenantName={config.tenantName} holder={holder} found={found} />,
        200,
      );
    }),
  );

  app.get(
    PATHS.personFile,
    asKeeper(async (c, holder, visitor) => {
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const all = await exportPerson(records, tenant, holder);
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

  app.post(
    PATHS.replay,
    door.asForm(SureForm, async (c, visitor) => {
      const done = await calls.records(visitor, { do: "replay" });
      return done.ok ? c.redirect(`${PATHS.audit}?done=replayed#personal`, 303) : door.stateProblem(c, done.error);
    }),
  );
}
