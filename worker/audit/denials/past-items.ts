/** L19, R7: one refusal as it was, as items: what the page of it shows. */
import { MINUTE_MS } from "../../../shared/durations.ts";
import { emptyItem, type ItemOf } from "../../../shared/read-protocol.ts";
import type { ScenePerson } from "../../ledger/read/scene.ts";
import type { ChangeStep } from "../../ledger/read/smallest-change.ts";
import { iso } from "../item-values.ts";
import { explainPast } from "./past-explanation.ts";
import type { PastRefusal } from "./past-scene.ts";

type Row = ItemOf<"refusal">;

const NOTHING = emptyItem("refusal");

/** The refusal itself, who had a seat, whose passes kept one, who waited in order, what was set, and what would have been enough. */
export function pastItems(past: PastRefusal): Row[] {
  const { scene } = past;
  const { explanation, change, full, isWhole } = explainPast(past);
  const whoOf = ({ id, groups = [] }: ScenePerson) => ({
    person: past.names.has(id) ? id : null,
    name: past.names.get(id)?.name ?? null,
    groups: groups.join(", "),
  });
  const setting = (name: string, value: string | number): Row => ({
    ...NOTHING,
    what: "setting",
    setting: name,
    value,
  });
  return [
    {
      ...NOTHING,
      what: "refused",
      ...whoOf(past.person),
      time: iso(past.at),
      reason: past.reason,
      rule: explanation.rule,
      inUse: full.inUse,
      limit: full.limit,
      whole: isWhole,
      reservedOnly: past.reservedOnly,
      seq: past.seq,
    },
    ...scene.leases.map(
      ({ person, since, exempt, named }): Row => ({
        ...NOTHING,
        what: "holder",
        ...whoOf(person),
        time: iso(since),
        counted: !exempt && !named,
      }),
    ),
    ...scene.drains.map((person): Row => ({ ...NOTHING, what: "draining", ...whoOf(person), counted: true })),
    ...scene.line.map(
      ({ person, since, offered }, place): Row => ({
        ...NOTHING,
        what: "waiting",
        ...whoOf(person),
        time: iso(since),
        place: place + 1,
        offered,
      }),
    ),
    setting("limit", scene.settings.limit),
    setting("idle_minutes", Math.round(scene.settings.idleTimeoutMs / MINUTE_MS)),
    setting("model", scene.settings.model),
    ...scene.settings.pools.map(
      ({ name, reserved, most, groups }): Row => ({
        ...NOTHING,
        what: "pool",
        setting: name,
        groups: groups.join(", "),
        value: reserved,
        most,
      }),
    ),
    ...(change ?? []).map((step): Row => ({ ...NOTHING, what: "change", ...changeOf(step) })),
  ];
}

function changeOf(step: ChangeStep): Pick<Row, "setting" | "value" | "was"> {
  switch (step.what) {
    case "limit":
      return { setting: "limit", value: step.to, was: step.from };
    case "reserved":
    case "most":
      return { setting: `${step.what}: ${step.name}`, value: step.to, was: step.from };
    case "assign":
      return { setting: "assign", value: step.licences, was: null };
    case "free":
      return { setting: "free", value: step.seats, was: null };
  }
}
