/** The addresses of the mix of licences. */
import type { Hono } from "hono";
import { sentence } from "../../../../shared/sentence.ts";
import { writeItems } from "../../../audit/item-file.ts";
import { mixItems } from "../../../audit/usage/mix-items.ts";
import { readMix, readPrice } from "../../../audit/usage/mix-query.ts";
import { searchInTurn, TURN_MOST_MS } from "../../../audit/usage/mix-turn.ts";
import type { AdminView } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerExport, readFormat } from "../../answer-export.ts";
import { answerPage } from "../../answer-page.tsx";
import { askRecords } from "../../ask-records.ts";
import { PATHS } from "../../paths.ts";
import { MixPage, type MixTyped } from "./mix-page.tsx";
import { readPeriod } from "./usage-period.ts";

const PRICE_MAX = 20;

export function addMix(app: Hono<AdminEnv>, { config, records, now }: AdminPorts, door: Door): void {
  const read = (c: AdminContext, { settings }: AdminView) => {
    const query = (name: string) => c.req.query(name);
    const period = readPeriod(settings.timeZone, query, now());
    const typed: MixTyped = {
      concurrent: (query("concurrent") ?? "").slice(0, PRICE_MAX),
      named: (query("named") ?? "").slice(0, PRICE_MAX),
    };
    const [concurrent, named] = [readPrice(typed.concurrent), readPrice(typed.named)];
    const isAsked = typed.concurrent !== "" || typed.named !== "";
    const wrong: keyof MixTyped | null =
      !isAsked || (concurrent !== null && named !== null) ? null : concurrent === null ? "concurrent" : "named";
    const prices = concurrent === null || named === null ? null : { concurrent, named };
    const mix = (asked: NonNullable<typeof prices>) =>
      searchInTurn(() =>
        readMix(records, config.tenant, {
          zone: settings.timeZone,
          from: period.from,
          to: period.to,
          toleranceMs: settings.refusalToleranceMs,
          prices: asked,
        }),
      );
    return { period, typed, wrong, prices, mix };
  };

  app.get(
    PATHS.mix,
    door.asManager(async (c, visitor, view) => {
      const { period, typed, wrong, prices, mix } = read(c, view);
      if (prices === null || period.fault !== null) {
        const page = <MixPage {...{ visitor, view, period, typed, wrong }} found={undefined} />;
        return answerPage(c, page, wrong === null && period.fault === null ? 200 : 422);
      }
      const early = await door.spend(c, visitor, "mix");
      if (early !== null) return early;
      const answer = await askRecords(() => mix(prices), TURN_MOST_MS);
      if (answer?.ok === false) return door.stateProblem(c, answer.error);
      const found = answer === null ? null : answer.value;
      return answerPage(c, <MixPage {...{ visitor, view, period, typed, wrong, found }} />, 200);
    }),
  );

  app.get(
    PATHS.mixFile,
    door.asManager(async (c, visitor, view) => {
      const format = readFormat(c.req.query("format"));
      const { period, prices, mix } = read(c, view);
      if (format === null || period.fault !== null || prices === null) {
        const says = period.fault?.says ?? (prices === null ? sentence("mixPrices") : sentence("format"));
        return door.stateProblem(c, { code: "out_of_range", says });
      }
      const early = await door.spend(c, visitor, "mix");
      if (early !== null) return early;
      const found = await mix(prices);
      if (!found.ok) return door.stateProblem(c, found.error);
      return answerExport(
        writeItems("mix", mixItems(found.value), format),
        format,
        `hotseat-mix-${config.tenant}`,
        now(),
      );
    }),
  );
}
