/** R3: the mix of licences as items: one table, told apart by `what`. */
import { HOUR_MS } from "../../../shared/durations.ts";
import { emptyItem, type ItemOf } from "../../../shared/read-protocol.ts";
import { share } from "../item-values.ts";
import type { MixView } from "./mix-query.ts";

export function mixItems({ best, sizes, atLeast }: MixView): ItemOf<"mix">[] {
  const nothing = emptyItem("mix");
  return [
    {
      ...nothing,
      what: "cheapest",
      concurrent: best.concurrent,
      named: best.named.length,
      cost: best.cost / 100,
      atLeast: atLeast / 100,
    },
    ...sizes.map(({ concurrent, named, cost }) => ({
      ...nothing,
      what: "size" as const,
      concurrent,
      named: named.length,
      cost: cost / 100,
    })),
    ...best.named.map(({ id, name, days, wantedMs }) => ({
      ...nothing,
      what: "person" as const,
      person: id,
      name,
      days,
      hours: share(wantedMs, HOUR_MS),
    })),
  ];
}
