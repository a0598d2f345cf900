/** [L33] Proposed settings beside the live ones: what they would have come to. */
import { expect, test } from "vitest";
import type { HolderId } from "../../../shared/ids.ts";
import type { Difference, DifferenceKind } from "../../../worker/ledger/shadow/difference.ts";
import { type Proposal, propose } from "../../../worker/ledger/shadow/propose.ts";
import { ShadowStore } from "../../../worker/tenant/shadow/shadow-store.ts";
import { MemoryRows } from "../../support/memory-rows.ts";
import { Scenario, type ScenarioOptions } from "../../support/scenario.ts";

const WHY = "what memory has of a shadow is looked at";
const roles = { mia: "licence_manager", sam: "support" } as const;
const mia = { id: "mia" as HolderId, name: "mia", email: null, role: "licence_manager" } as const;

/** A scenario with a shadow beside it from its beginning, or from the end of what was played before. */
class Beside {
  readonly scenario: Scenario;
  readonly rows = new MemoryRows();
  store: ShadowStore;

  constructor(changes: readonly Proposal[], options: ScenarioOptions = {}, before = "") {
    this.scenario = new Scenario({ roles, limit: 1, ...options }).playAwake(WHY, before);
    const { ledger } = this.scenario;
    const at = Math.max(ledger.turnedAt, ledger.lastAt);
    const proposed = propose(ledger, changes, mia, at);
    if (!proposed.ok) throw new Error(JSON.stringify(proposed.error));
    this.store = new ShadowStore(this.rows, ledger);
    this.store.begin(ledger, proposed.value, mia.id, at);
    this.store.keep(ledger, at);
    this.scenario.onStep = (live, command, done, at) => {
      this.store.follow(live, command, done, at);
      this.store.keep(live, at);
    };
  }

  play(script: string): this {
    this.scenario.playAwake(WHY, script);
    return this;
  }

  /** The object slept, with everything written. */
  sleep(): this {
    const { ledger } = this.scenario;
    this.store.keep(ledger, ledger.lastAt + 60_000);
    this.store = new ShadowStore(this.rows, ledger);
    return this;
  }

  get difference(): Difference {
    if (this.store.head === null) throw new Error("there is no shadow");
    return this.store.head.difference;
  }

  /** Of whom the two differ now. */
  get open(): [string, DifferenceKind, string | null][] {
    const open = [...(this.store.running?.open.values() ?? [])];
    return open.map(({ holder, kind, reason }) => [holder, kind, reason]);
  }

  get seated(): string[] {
    return [...(this.store.running?.ledger.leases.keys() ?? [])].sort();
  }
}

test("[L33] somebody who is refused would have worked with one seat more, as long as they wait", () => {
  const beside = new Beside([{ what: "limit", limit: 2 }]).play(`
    0s   anna@desk navigates  -> granted
    0s   anna@desk beats tabs=a active=1s
    10s  ben@desk navigates   -> denied limit_reached
    10s  ben@desk waits
  `);
  expect(beside.open).toEqual([["ben", "let_in", "limit_reached"]]);
  // A client not heard for three minutes is gone, and a page that waits is heard.
  for (let second = 30; second <= 300; second += 20)
    beside.play(`${second}s ben@desk waits\n${second}s anna@desk beats tabs=a active=1s`);
  expect(beside.seated).toEqual(["anna", "ben"]);
  beside.play(`
    310s anna@desk releases
    311s ben@desk navigates -> granted
  `);
  expect(beside.open).toEqual([]);
  expect(beside.difference.kinds.let_in).toEqual({ count: 1, ms: 301_000 });
  expect(beside.difference.latest).toMatchObject([{ holder: "ben", kind: "let_in", reason: "limit_reached" }]);
  expect(beside.difference).toMatchObject({
    live: { refused: 1, reasons: { limit_reached: 1 }, waitedMs: 301_000, most: 1 },
    tried: { refused: 0, waitedMs: 0, most: 2 },
  });
  expect(beside.difference.hours.map(({ live, tried }) => [live.refused, tried.refused])).toEqual([[1, 0]]);
});

test("[L33] a refusal that began before the trial is none of its refusals, and its wait counts from the beginning of the trial", () => {
  const before = `
    0s   anna@desk navigates  -> granted
    0s   anna@desk beats tabs=a active=1s
    10s  ben@desk navigates   -> denied limit_reached
    20s  ben@desk waits
  `;
  const beside = new Beside([], {}, before).play(`
    25s  anna@desk releases
    30s  ben@desk navigates   -> granted
  `);
  const none = { refused: 0, brief: 0, waitedMs: 10_000, gaveUp: 0 };
  expect(beside.difference).toMatchObject({ live: none, tried: none });
  beside.play(`
    40s  anna@desk navigates  -> denied limit_reached
    50s  ben@desk releases
    55s  anna@desk navigates  -> granted
  `);
  const one = { refused: 1, brief: 1, waitedMs: 25_000, gaveUp: 0 };
  expect(beside.difference).toMatchObject({ live: one, tried: one });
});

test("[L33] somebody who waits goes on by themselves in the shadow, whose seat comes sooner", () => {
  const beside = new Beside([{ what: "idle_timeout", idleTimeoutMs: 5 * 60_000 }]).play(`
    0s   anna@desk navigates  -> granted
    1m   anna@desk beats tabs=a active=1m
    2m   ben@desk navigates   -> denied limit_reached
    2m   ben@desk waits
  `);
  for (let second = 140; second <= 360; second += 20) {
    beside.play(`${second}s ben@desk waits\n${second}s anna@desk beats tabs=a active=${second}s`);
  }
  expect(beside.seated).toEqual(["ben"]);
  expect(beside.open.sort()).toEqual([
    ["anna", "ended_sooner", "idle"],
    ["ben", "let_in", "limit_reached"],
  ]);
});

test("[L33] somebody who works would have been refused with one seat less, and waits there until one is free", () => {
  const beside = new Beside([{ what: "limit", limit: 1 }], { limit: 2 }).play(`
    0s   anna@desk navigates  -> granted
    0s   anna@desk beats tabs=a active=1s
    10s  ben@desk navigates   -> granted
    10s  ben@desk beats tabs=a active=1s
  `);
  expect(beside.open).toEqual([["ben", "kept_out", "limit_reached"]]);
  // A beat a minute keeps the place in the shadow's line, in which nobody polls.
  for (const minute of [1, 2, 3])
    beside.play(`${minute}m anna@desk beats tabs=a active=1s\n${minute}m ben@desk beats tabs=a active=1s`);
  expect([...(beside.store.running?.ledger.line.keys() ?? [])]).toEqual(["ben"]);
  beside.play(`
    3m30s anna@desk releases
    4m    ben@desk beats tabs=a active=1s
  `);
  expect([beside.open, beside.seated]).toEqual([[], ["ben"]]);
  expect(beside.difference.tried).toMatchObject({ refused: 1, gaveUp: 0 });
  expect(beside.difference.live).toMatchObject({ refused: 0, most: 2 });
});

test("[L33] a shorter time-out ends a seat that lasts, and the next activity brings it back; a longer one keeps it", () => {
  const shorter = new Beside([{ what: "idle_timeout", idleTimeoutMs: 5 * 60_000 }]).play(
    "0s anna@desk navigates -> granted",
  );
  for (const minute of [1, 2, 3, 4, 5, 6]) shorter.play(`${minute}m anna@desk beats tabs=a active=${minute}m`);
  expect(shorter.open).toEqual([["anna", "ended_sooner", "idle"]]);
  shorter.play("7m anna@desk beats tabs=a active=1s");
  expect([shorter.open, shorter.seated]).toEqual([[], ["anna"]]);

  const longer = new Beside([{ what: "idle_timeout", idleTimeoutMs: 60 * 60_000 }], { idleTimeoutMs: 5 * 60_000 });
  longer.play("0s anna@desk navigates -> granted");
  for (const minute of [1, 2, 3, 4, 5]) longer.play(`${minute}m anna@desk beats tabs=a active=${minute}m`);
  expect(longer.open).toEqual([["anna", "kept_longer", "idle"]]);
  longer.play("40m mia@desk looks");
  expect(longer.seated).toEqual(["anna"]);
  longer.play("70m mia@desk looks");
  expect([longer.open, longer.seated]).toEqual([[], []]);
  expect(longer.difference.kinds.kept_longer).toEqual({ count: 1, ms: 55 * 60_000 });
});

test("[L33] what is not proposed follows the live settings, and what is proposed does not", () => {
  const beside = new Beside([{ what: "limit", limit: 1 }], { limit: 2 }).play(`
    0s mia@desk limits 5
    1s mia@desk idles 10m
    2s anna@desk navigates -> granted
  `);
  const settings = beside.store.running?.ledger.settings;
  expect(settings).toMatchObject({ limit: 1, idleTimeoutMs: 600_000 });
});

test("[L33] a shadow comes back from storage as it was, and has rows only for people in whom it differs", () => {
  const script = `
    0s   anna@desk navigates  -> granted
    0s   anna@desk beats tabs=a active=1s
    20s  ben@desk navigates   -> denied limit_reached
    20s  ben@desk waits
    40s  ben@desk waits
  `;
  const beside = new Beside([{ what: "limit", limit: 2 }]).play(script).sleep();
  expect([beside.open, beside.seated]).toEqual([[["ben", "let_in", "limit_reached"]], ["anna", "ben"]]);
  expect(beside.rows.read("shadow").map(([holder]) => holder)).toEqual(["ben"]);
  beside.play("60s ben@desk waits\n61s anna@desk releases\n62s ben@desk navigates -> granted");
  expect(beside.difference.kinds.let_in).toEqual({ count: 1, ms: 42_000 });
  const equal = new Beside([]).play(script).sleep();
  expect([equal.open, equal.rows.read("shadow")]).toEqual([[], []]);
});

test("[L33] [A12] somebody who is erased is erased from the shadow, whatever they have there", () => {
  const beside = new Beside([
    { what: "limit", limit: 2 },
    { what: "named_licences", licences: 1 },
    { what: "assign", person: { id: "ben" as HolderId, name: "ben" } },
  ]).play(`
    0s   anna@desk navigates  -> granted
    0s   anna@desk beats tabs=a active=1s
    10s  ben@desk navigates   -> denied limit_reached
  `);
  expect(beside.seated).toEqual(["anna", "ben"]);
  // Live, the refusal is over by now; the shadow is told at once.
  for (let minute = 1; minute <= 20; minute++) beside.play(`${minute}m anna@desk beats tabs=a active=1s`);
  beside.play("21m sam@desk erases ben").store.forget("ben" as HolderId);
  beside.sleep();
  const kept = JSON.stringify([
    beside.rows.readLong("shadow"),
    beside.rows.readLong("shadow_settings"),
    beside.rows.read("shadow"),
  ]);
  expect(kept).not.toContain("ben");
  expect(beside.store.running?.ledger.absences.has("ben" as HolderId)).toBe(false);
  expect(beside.difference.latest.length).toBeGreaterThan(0);
});

test("[L33] [L1] people of a shadow are found under the keys that count now", () => {
  const beside = new Beside([
    { what: "limit", limit: 2 },
    { what: "named_licences", licences: 1 },
    { what: "assign", person: { id: "Zoe" as HolderId, name: "Zoe" } },
  ]).play(`
    0s   anna@desk navigates  -> granted
    10s  Ben@desk navigates   -> denied limit_reached
  `);
  const { ledger } = beside.scenario;
  beside.store.keep(ledger, ledger.lastAt + 60_000);
  const spelled = new ShadowStore(beside.rows, ledger, (holder) => holder.toLowerCase() as HolderId);
  const shadow = spelled.running?.ledger;
  expect(shadow?.settings.named.assigned).toMatchObject([{ id: "zoe" }]);
  expect(shadow?.leases.get("ben" as HolderId)?.person.id).toBe("ben");
  expect(spelled.head?.traces).toContainEqual({ field: "assigned", person: { id: "zoe", name: "Zoe" }, to: true });
});

test("[L33] it ends, its rows go, and what came of it stays", () => {
  const beside = new Beside([{ what: "limit", limit: 2 }]).play(`
    0s   anna@desk navigates  -> granted
    10s  ben@desk navigates   -> denied limit_reached
  `);
  const { ledger } = beside.scenario;
  beside.store.end("ended", mia.id, ledger.lastAt + 5_000);
  beside.store.keep(ledger, ledger.lastAt + 5_000);
  expect([beside.rows.read("shadow"), beside.rows.readLong("shadow_settings")]).toEqual([[], null]);
  const again = new ShadowStore(beside.rows, ledger);
  expect([again.running, again.until]).toEqual([null, null]);
  expect(again.head).toMatchObject({
    ended: { how: "ended", by: "mia" },
    difference: { kinds: { let_in: { count: 1, ms: 5_000 } } },
  });
});

test("[L33] a change that would be refused live is refused here, except that anybody who may try may lower", () => {
  const { ledger } = new Scenario({ roles, limit: 4 });
  const code = (changes: readonly Proposal[]) => {
    const proposed = propose(ledger, changes, mia, ledger.turnedAt);
    return proposed.ok ? proposed.value.keys : proposed.error.code;
  };
  expect(code([{ what: "limit", limit: 1 }])).toEqual(["limit"]);
  expect(code([{ what: "model", model: "named" }])).toEqual(["model"]);
  expect(code([{ what: "limit", limit: 4 }])).toEqual([]);
  expect(code([{ what: "limit", limit: 0 }])).toBe("out_of_range");
  expect(code([{ what: "cancel_boost", id: "b1" }])).toBe("not_found");
  expect(ledger.settings.limit).toBe(4);
});
