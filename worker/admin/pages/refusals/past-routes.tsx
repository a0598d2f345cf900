/** L19: the addresses of a refusal as it was. */
import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { explainPast } from "../../../audit/denials/past-explanation.ts";
import { pastItems } from "../../../audit/denials/past-items.ts";
import { readPastRefusal } from "../../../audit/denials/past-scene.ts";
import { writeItems } from "../../../audit/item-file.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { readLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { PastPage } from "./past-page.tsx";

const PATIENCE_MS = 8_000;
const ID_MAX = 100;
/** In ms since 1970. */
const MOMENT = /^\d{1,15}$/;

export function addPast(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
  app.get(
    PATHS.past,
    door.asManager(async (c, visitor, view) => {
      const { past: said } = readLanguage(c).words;
      const { id, at } = readAsk(c);
      const way = { href: PATHS.refusals, words: said.back };
      const gone = () => door.state(c, 404, { title: said.goneTitle, text: said.gone, way });
      if (at === null) return gone();
      const early = await door.spend(c, visitor, "report");
      if (early !== null) return early;
      const found = await askRecords(
        async () => ({ past: await readPastRefusal(records, config.tenant, { id, at }, view.settings) }),
        PATIENCE_MS,
      );
      if (found === null) {
        const { noRecords } = readLanguage(c).words.refusals;
        return door.state(c, 503, { title: said.title, text: noRecords, way });
      }
      if (found.past === null) return gone();
      const page = { visitor, view, past: found.past, explained: explainPast(found.past) };
      return answerPage(c, <PastPage {...page} />, 200);
    }),
  );

  app.get(
    PATHS.pastFile,
    door.asManager(async (c, visitor, { settings }) => {
      const { past: said } = readLanguage(c).words;
      const early = await door.spend(c, visitor, "export");
      if (early !== null) return early;
      const format = readFormat(c.req.query("format"));
      if (format === null) return door.stateProblem(c, { code: "out_of_range", says: sentence("format") });
      const { id, at } = readAsk(c);
      const past = at === null ? null : await readPastRefusal(records, config.tenant, { id, at }, settings);
      if (past === null) {
        const way = { href: PATHS.refusals, words: said.back };
        return door.state(c, 404, { title: said.goneTitle, text: said.gone, way });
      }
      const file = writeItems("refusal", pastItems(past), format);
      return answerExport(file, format, `hotseat-refusal-${config.tenant}`, now());
    }),
  );
}

/** `at`: null: it is no moment. */
function readAsk(c: AdminContext): { id: string; at: number | null } {
  const at = c.req.query("at") ?? "";
  return { id: (c.req.query("id") ?? "").slice(0, ID_MAX), at: MOMENT.test(at) ? Number(at) : null };
}
