/** R3: the forecast as items. */
import type { ItemOf } from "../../../shared/read-protocol.ts";
import { iso } from "../item-values.ts";
import { momentOf, writeDay } from "../time-zone.ts";
import type { Forecast } from "./forecast.ts";

const round = (value: number): number => Math.round(value * 1_000) / 1_000;

/** None where too little is known. */
export const forecastItems = ({ hours }: Forecast, zone: string): ItemOf<"forecast">[] =>
  (hours ?? []).map(({ hour, limit, expected, enough, reached, refused }) => ({
    start: iso(momentOf(zone, hour)),
    day: writeDay(Math.floor(hour / 24)),
    limit,
    expected: round(expected),
    enough,
    reached: round(reached),
    refused: round(refused),
  }));
