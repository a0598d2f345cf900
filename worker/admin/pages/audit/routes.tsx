/** The addresses of the audit. */
import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { exportAudit } from "../../../audit/audit-export.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { readWhole, SureForm } from "../../form.ts";
import { PATHS } from "../../paths.ts";
import { readFilter, readRows } from "./audit-list.ts";
import { AuditPage } from "./page.tsx";
import type { AuditNotice } from "./person-page.tsx";
import { addPersonData } from "./person-routes.tsx";

/** Filtered lists of a long audit are slow. */
const PATIENCE_MS = 8_000;
const isNotice = (word: string | undefined): word is AuditNotice => word === "erased" || word === "replayed";

export function addAudit(app: Hono<AdminEnv>, ports: AdminPorts, door: Door): void {
  const { tenant: calls, config, records, now } = ports;
  const { tenant } = config;
  addPersonData(app, ports, door);

  app.get(
    PATHS.audit,
    door.asManager(async (c, visitor, view) => {
      const before = readWhole(c.req.query("before") ?? "") ?? Number.MAX_SAFE_INTEGER;
      const zone = view.settings.timeZone;
      const asked = await askRecords(() => readFilter(c, zone, ports));
      const audit = await askRecords(async () => {
        if (asked === null) throw new Error("the filter could not be read");
        return readRows(asked.filter, before, ports);
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
      const { filter, fault } = await readFilter(c, view.settings.timeZone, ports);
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

  app.post(
    PATHS.replay,
    door.asForm(SureForm, async (c, visitor) => {
      const done = await calls.records(visitor, { do: "replay" });
      return done.ok ? c.redirect(`${PATHS.audit}?done=replayed#personal`, 303) : door.stateProblem(c, done.error);
    }),
  );
}
