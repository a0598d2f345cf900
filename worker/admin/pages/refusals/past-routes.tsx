/** L19: the address of a refusal as it was. */
import type { Hono } from "hono";
import { explainPast } from "../../../audit/denials/past-explanation.ts";
import { readPastRefusal } from "../../../audit/denials/past-scene.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { readLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { PastPage } from "./past-page.tsx";

const PATIENCE_MS = 8_000;
const ID_MAX = 100;
/** In ms since 1970. */
const MOMENT = /^\d{1,15}$/;

export function addPast(app: Hono<AdminEnv>, { config, records }: AdminPorts, door: Door): void {
  app.get(
    PATHS.past,
    door.asManager(async (c, visitor, view) => {
      const { past: said } = readLanguage(c).words;
      const [id, at] = [(c.req.query("id") ?? "").slice(0, ID_MAX), c.req.query("at") ?? ""];
      const way = { href: PATHS.refusals, words: said.back };
      const gone = () => door.state(c, 404, { title: said.goneTitle, text: said.gone, way });
      if (!MOMENT.test(at)) return gone();
      const early = await door.spend(c, visitor, "report");
      if (early !== null) return early;
      const found = await askRecords(
        async () => ({ past: await readPastRefusal(records, config.tenant, { id, at: Number(at) }, view.settings) }),
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
}
