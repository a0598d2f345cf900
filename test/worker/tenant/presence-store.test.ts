/** When presence is written, and what a loss of memory takes: on rows in memory, with a clock of the test's own. */
import { describe, expect, test } from "vitest";
import { BindingId, ClientId, type HolderId, SessionKey, TabId } from "../../../shared/ids.ts";
import { IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, TIMING } from "../../../shared/timing.ts";
import type { Act, Command } from "../../../worker/ledger/command.ts";
import { initialSettings } from "../../../worker/ledger/settings/settings.ts";
import { step } from "../../../worker/ledger/step.ts";
import { LedgerStore } from "../../../worker/tenant/ledger-store.ts";
import { SAVE_EVERY_MS } from "../../../worker/tenant/presence-store.ts";
import { MemoryRows } from "../../support/memory-rows.ts";

const START = 1_000_000_000_000;

/** An object whose memory goes when the test says so. */
class Firm {
  readonly rows = new MemoryRows();
  now = START;
  /** Of the next restart on, as are the spellings of people's keys. */
  passLifeMs = TIMING.passLifeMs;
  spell = (holder: HolderId) => holder;
  store = this.#load();

  #load(): LedgerStore {
    const options = {
      timing: { ...TIMING, passLifeMs: this.passLifeMs },
      idleTimeoutMinMs: IDLE_TIMEOUT_MIN_MS,
      idleTimeoutMaxMs: IDLE_TIMEOUT_MAX_MS,
      initial: initialSettings(99_999, 20 * 60_000),
      longestPassLifeMs: TIMING.passLifeMs,
      spell: this.spell,
      epoch: 1,
    };
    return new LedgerStore(this.rows, options, this.now);
  }

  run(command: Command): void {
    const { events } = step(this.store.ledger, command, this.now);
    const at = Math.max(this.now, this.store.ledger.lastAt);
    if (this.store.note(events, at)) this.store.keep(at);
  }

  claim(name: string, act: Act = "navigation", browser = name): void {
    const person = { id: name as HolderId, name, email: null, role: "user" } as const;
    const session = sessionOf(browser);
    const active = act === "navigation";
    this.run({ type: "claim", person, session, binding: bindingOf(name), act, active, clientKind: "browser" });
  }

  beat(name: string, seq: number, activeAgeMs: number | null = 0, browser = name): void {
    const tabs = [{ id: tabOf(browser), activeAgeMs }];
    const beat = { client: clientOf(browser), seq, tabs };
    this.run({ type: "heartbeat", holder: name as HolderId, session: sessionOf(browser), beat });
  }

  /** Time goes on; the shell's timer writes what has become due. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (let due = this.store.dueAt; due !== null && due <= until; due = this.store.dueAt) {
      this.now = Math.max(this.now, due);
      this.run({ type: "tick" });
    }
    this.now = until;
  }

  /** Memory goes; what was not written is lost. */
  crash(): void {
    this.store = this.#load();
  }

  lease(name: string) {
    const lease = this.store.ledger.leases.get(name as HolderId);
    if (lease === undefined) throw new Error(`${name} has no lease`);
    const [client] = lease.clients.values();
    return {
      heardAt: (client?.heardAt ?? 0) - START,
      idleFrom: Math.max(lease.activeAt, lease.assumedActiveAt) - START,
      passUntil: (lease.passes.byBinding.get(bindingOf(name))?.until ?? 0) - START,
      seq: client?.seq,
    };
  }
}

const sessionOf = (browser: string) => SessionKey.parse(browser.padEnd(22, "_"));
const clientOf = (browser: string) => ClientId.parse(`client-of-${browser}`);
const tabOf = (browser: string) => TabId.parse(`tab-of-${browser}`);
const bindingOf = (name: string) => BindingId.parse(`binding-of-${name}`);

/** Anna and Ben at work; Ben has beaten so often that nothing may be written for a while. */
function busyFirm(): Firm {
  const firm = new Firm();
  for (const name of ["anna", "ben"]) {
    firm.claim(name);
    firm.beat(name, 1);
  }
  for (let seq = 2; seq < 8; seq++) firm.beat("ben", seq);
  return firm;
}

test("[L5] few messages are written at once, many together, and none when nothing is new", () => {
  const firm = new Firm();
  for (let number = 0; number < 1_000; number++) {
    firm.claim(`p${number}`);
    firm.beat(`p${number}`, 1);
  }
  for (let minute = 0, seq = 2; minute < 3; minute++, seq++) {
    const before = { ...firm.rows.written };
    for (let number = 0; number < 1_000; number++) {
      firm.beat(`p${number}`, seq);
      firm.pass(60);
    }
    expect(firm.rows.written.presence - before.presence).toBeLessThanOrEqual(11);
    expect(firm.rows.written.holders).toBe(before.holders);
  }
  firm.pass(2 * SAVE_EVERY_MS);
  const before = { ...firm.rows.written };
  firm.pass(60_000);
  expect(firm.rows.written).toEqual(before);
  firm.crash();
  expect(firm.lease("p999")).toMatchObject({ seq: 4 });
});

test("[L5] in a quiet firm a loss of memory loses nothing, and grants nothing", () => {
  const firm = new Firm();
  firm.claim("anna");
  firm.beat("anna", 1);
  firm.pass(60_000);
  firm.beat("anna", 2, 30_000);
  firm.claim("anna", "background");
  const before = firm.lease("anna");
  firm.pass(5_000);
  firm.crash();
  expect(firm.lease("anna")).toEqual(before);
  expect(before).toEqual({ heardAt: 60_000, idleFrom: 30_000, passUntil: 90_000, seq: 2 });
});

test("[L4] [L5] [L9] what may be lost is granted until the moment that the last row names, and not again", () => {
  const firm = busyFirm();
  firm.pass(3_000);
  firm.beat("anna", 2);
  firm.claim("anna", "background");
  firm.crash();
  const granted = firm.lease("anna");
  expect(granted).toMatchObject({ heardAt: SAVE_EVERY_MS, idleFrom: SAVE_EVERY_MS });
  // Renewed in the gap it may be out as long as this; the real one was over at 33 s.
  expect(granted.passUntil).toBe(SAVE_EVERY_MS + TIMING.passLifeMs);
  firm.pass(20_000);
  for (let round = 0; round < 5; round++) {
    firm.crash();
    expect(firm.lease("anna")).toMatchObject({ heardAt: granted.heardAt, idleFrom: granted.idleFrom });
    for (let seq = 10 * round + 10; seq < 10 * round + 17; seq++) firm.beat("ben", seq);
    firm.pass(1_000);
  }
  // Passes may have been renewed each time; being heard and active was granted once.
  firm.crash();
  expect(firm.lease("anna")).toMatchObject({ heardAt: granted.heardAt, idleFrom: granted.idleFrom });
  expect(firm.lease("anna").passUntil).toBeGreaterThan(granted.passUntil);
  firm.pass(TIMING.lostAfterMs + SAVE_EVERY_MS - 25_000);
  firm.beat("ben", 100);
  expect(() => firm.lease("anna")).toThrow("anna has no lease");
});

test("[L4] a client's own report of activity ends what was assumed", () => {
  const firm = busyFirm();
  firm.crash();
  expect(firm.lease("anna").idleFrom).toBe(SAVE_EVERY_MS);
  firm.pass(60_000);
  firm.beat("anna", 2, 60_000);
  expect(firm.lease("anna").idleFrom).toBe(0);
  firm.crash();
  expect(firm.lease("anna").idleFrom).toBe(0);
});

test("[L4] what one browser says of activity takes nothing from another that was not heard since", () => {
  const firm = busyFirm();
  firm.beat("anna", 1, 0, "phone");
  firm.pass(1_000);
  firm.crash();
  expect(firm.lease("anna").idleFrom).toBe(SAVE_EVERY_MS);
  firm.pass(60_000);
  firm.beat("anna", 2, 61_000);
  expect(firm.lease("anna").idleFrom).toBe(SAVE_EVERY_MS);
  firm.beat("anna", 2, 60_000, "phone");
  firm.beat("anna", 3, 61_000);
  expect(firm.lease("anna").idleFrom).toBe(1_000);
});

test("[L5] [L6] a browser gone before memory was lost is granted nothing, and speaks for nobody afterwards", () => {
  const firm = new Firm();
  firm.claim("anna");
  firm.beat("anna", 1);
  firm.pass(170_000);
  firm.claim("anna", "navigation", "phone");
  firm.pass(30_000);
  firm.claim("ben");
  for (let seq = 1; seq < 8; seq++) firm.beat("ben", seq);
  firm.claim("anna", "background", "phone");
  firm.crash();
  // Anna's first browser was lost at 180 s. What it says of its last tab, much too late, closes nothing of the other's.
  firm.pass(20_000);
  const beat = { client: clientOf("anna"), seq: 2, tabs: [] };
  firm.run({ type: "heartbeat", holder: "anna" as HolderId, session: sessionOf("phone"), beat });
  firm.pass(60_000);
  firm.run({ type: "tick" });
  expect(firm.lease("anna").heardAt).toBe(0);
});

test("[L5] an object that falls asleep after a busy moment has lost nothing", () => {
  const firm = busyFirm();
  firm.pass(SAVE_EVERY_MS * 2);
  const before = firm.lease("anna");
  expect(before).toMatchObject({ heardAt: 0 });
  firm.crash();
  expect(firm.lease("anna")).toEqual(before);
  expect(firm.lease("ben")).toMatchObject({ seq: 7 });
});

test("[L5] [L18] nothing lies unwritten outside a window that the last row names, also where the object's clock steps back", () => {
  const firm = busyFirm();
  // The timer writes Ben's times, and closes the window after them.
  firm.pass(SAVE_EVERY_MS * 2);
  expect(firm.store.dueAt).toBe(null);
  firm.now = firm.store.ledger.lastAt;
  firm.beat("anna", 2);
  firm.crash();
  expect(firm.lease("anna")).toMatchObject({ seq: 2 });
});

test("[L6] [L9] tabs, closing and bindings are written at once, however busy the firm is", () => {
  const firm = busyFirm();
  const [client, tab] = [ClientId.parse("client-of-anna"), TabId.parse("tab-of-anna")];
  firm.run({ type: "close_tab", holder: "anna" as HolderId, client, tab });
  firm.run({ type: "hand_back", holder: "anna" as HolderId, binding: bindingOf("anna") });
  firm.crash();
  expect(firm.lease("anna").passUntil).toBe(-START);
  firm.pass(TIMING.closeGraceMs);
  firm.run({ type: "tick" });
  expect(firm.store.ledger.absences.get("anna" as HolderId)?.ended).toMatchObject({ cause: "closed" });
});

test.each([
  ["in the lease's row", 0],
  ["beside many others' times", 20_000],
])("[L9.39] when a pass was issued outlasts a restart with a longer life of passes, written %s", (_, renewedMs) => {
  const firm = new Firm();
  firm.passLifeMs = 5_000;
  firm.crash();
  firm.claim("anna");
  firm.pass(renewedMs);
  firm.claim("anna", "background");
  firm.passLifeMs = TIMING.passLifeMs;
  firm.crash();
  firm.pass(1_000);
  const handBack = (askedAt: number) => {
    firm.run({ type: "hand_back", holder: "anna" as HolderId, binding: bindingOf("anna"), askedAt });
    return firm.store.ledger.leases.get("anna" as HolderId)?.passes.byBinding.size;
  };
  const issuedAt = START + renewedMs;
  expect(handBack(issuedAt - TIMING.clockSkewMs - 1)).toBe(1);
  expect(handBack(issuedAt - TIMING.clockSkewMs)).toBe(0);
});

test("[L9.18] [L9.33] a receipt from before a loss of memory hands back no pass that may have been renewed since, a later one does", () => {
  for (const [writtenAt, isBack] of [
    [START, false],
    [START + SAVE_EVERY_MS, true],
  ] as const) {
    const firm = busyFirm();
    firm.claim("anna", "background");
    firm.crash();
    // It may have been renewed until the times would have been written.
    expect(firm.lease("anna").passUntil).toBe(SAVE_EVERY_MS + TIMING.passLifeMs);
    const holder = "anna" as HolderId;
    firm.run({ type: "hand_back", holder, binding: bindingOf("anna"), askedAt: writtenAt });
    expect(firm.lease("anna").passUntil).toBe(isBack ? -START : SAVE_EVERY_MS + TIMING.passLifeMs);
  }
});

test("[L18] the ledger's clock goes on from the latest moment that was written, whatever the object's says", () => {
  const firm = new Firm();
  firm.claim("anna");
  firm.beat("anna", 1);
  firm.pass(60_000);
  firm.beat("anna", 2);
  firm.now -= 50_000;
  firm.crash();
  expect(firm.store.ledger.lastAt).toBe(START + 60_000);
});

test("[L5] a house of 5,000 is written in rows that SQLite takes, and comes back whole", () => {
  const firm = new Firm();
  for (let number = 0; number < 5_000; number++) {
    firm.claim(`p${number}`);
    firm.beat(`p${number}`, 1);
  }
  firm.now += 60_000;
  for (let number = 0; number < 5_000; number++) firm.beat(`p${number}`, 2);
  firm.pass(2 * SAVE_EVERY_MS);
  const rows = firm.rows.readPresence();
  expect(Math.max(...rows.map(({ body }) => body.length))).toBeLessThan(1_000_000);
  firm.crash();
  for (const number of [0, 1, 777, 4_999]) expect(firm.lease(`p${number}`)).toMatchObject({ heardAt: 60_000, seq: 2 });
}, 30_000);

test("[L5] a lease stored by an older version counts as heard from when it is first read, once", () => {
  const firm = new Firm();
  const session = SessionKey.parse("anna".padEnd(22, "_"));
  const person = { id: "anna", name: "anna", email: null, role: "user" };
  const row = { person, exempt: false, named: false, grantedAt: START, sessions: [session], clientKind: "browser" };
  firm.rows.put("leases", "anna" as HolderId, row);
  firm.rows.put("drains", "ben" as HolderId, { until: START + 20_000, exempt: 0 });
  for (let round = 0; round < 3; round++) {
    firm.crash();
    firm.run({ type: "tick" });
    expect(firm.store.ledger.drains.size).toBe(1);
    firm.pass(5_000);
  }
  const gates = firm.store.ledger.leases.get("anna" as HolderId)?.gates;
  expect([...(gates?.values() ?? [])]).toEqual([{ heardAt: START }]);
  firm.pass(TIMING.lostAfterMs - 15_000);
  firm.run({ type: "tick" });
  expect(firm.store.ledger.absences.get("anna" as HolderId)?.ended).toMatchObject({ cause: "lost" });
});

describe("[L1] keys of people that were stored in another spelling", () => {
  const lower = (holder: HolderId) => holder.toLowerCase() as HolderId;
  const held = (firm: Firm) => [...firm.store.ledger.leases.keys()];

  test("are the same people's after a restart, with seat, pass and times, and are stored so", () => {
    const firm = new Firm();
    firm.claim("Anna");
    firm.claim("ben");
    const { passUntil } = firm.lease("Anna");
    firm.spell = lower;
    firm.crash();
    expect(held(firm)).toEqual(["anna", "ben"]);
    const lease = firm.store.ledger.leases.get("anna" as HolderId);
    expect(lease?.person.id).toBe("anna");
    expect((lease?.passes.byBinding.get(bindingOf("Anna"))?.until ?? 0) - START).toBe(passUntil);
    firm.claim("anna", "background");
    expect(held(firm)).toHaveLength(2);
    firm.spell = (holder) => holder;
    firm.crash();
    expect(held(firm).sort()).toEqual(["anna", "ben"]);
  });

  test("end by themselves where the person has a seat by the spelling that counts", () => {
    const firm = new Firm();
    firm.claim("Anna");
    firm.claim("anna");
    firm.spell = lower;
    firm.crash();
    expect(held(firm)).toEqual(["Anna", "anna"]);
    for (let seq = 1; seq <= 5; seq++) {
      firm.beat("anna", seq);
      firm.pass(60_000);
    }
    expect(held(firm)).toEqual(["anna"]);
  });

  test("keep what lasts, a named licence and an exemption, once per person", () => {
    const firm = new Firm();
    const anna = { id: "Anna" as HolderId, name: "Anna" };
    const again = { id: "anna" as HolderId, name: "Anna Adams" };
    firm.rows.putSettings({
      ...firm.store.ledger.settings,
      named: { licences: 3, assigned: [anna, again] },
      exempt: [anna],
    });
    firm.spell = lower;
    firm.crash();
    expect(firm.store.ledger.settings.named).toEqual({ licences: 3, assigned: [again] });
    firm.claim("anna");
    firm.spell = (holder) => holder;
    firm.crash();
    expect(firm.store.ledger.settings.exempt).toEqual([{ ...anna, id: again.id }]);
  });
});

test("[L2.7] rows of allowances that are whole again go, and never all at once", () => {
  const firm = new Firm();
  for (let number = 0; number < 600; number++) firm.claim(`p${number}`);
  expect(firm.rows.read("acts")).toHaveLength(600);
  firm.pass(120_000);
  for (let number = 600; number < 700; number++) {
    const before = firm.rows.read("acts").length;
    firm.claim(`p${number}`);
    expect(before - firm.rows.read("acts").length).toBeLessThanOrEqual(1);
  }
  expect(firm.rows.read("acts").length).toBeLessThanOrEqual(501);
  firm.crash();
  expect(firm.store.ledger.acts.size).toBe(100);
});
