/**
 * The runtime is killed with kill -9 at random moments under load and started again on its storage. Checked: L9 as
 * the browsers see it, that nothing acknowledged is lost, and that D1 holds each event and each refusal once.
 * `node test/prove/crash.ts [--kills N] [--seed S]`: the seed decides what people do and when the runtime is killed;
 * how the two meet differs from run to run.
 */
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createRandom } from "../simulation/random.ts";
import { Broken, Browser, makeAgent } from "./browser.ts";
import { findRecordFaults, readRecords } from "./crash-records.ts";
import { Journal } from "./journal.ts";
import { LicenceManager } from "./licence-manager.ts";
import { sessionOf } from "./plain-crm.ts";
import { Player, type Stage } from "./player.ts";
import { startSite } from "./site.ts";
import { Violation } from "./violation.ts";
import { Witness } from "./witness.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "50" }, seed: { type: "string" } },
});
const kills = Number(values.kills);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);

/** Short, so that every kind of ending happens between two kills. */
const TIMING = {
  heartbeatEveryMs: 2_000,
  lostAfterMs: 6_000,
  closeGraceMs: 500,
  passLifeMs: 4_000,
  passRenewAheadMs: 800,
  clockSkewMs: 500,
  claimWindowMs: 1_500,
  waitPollMs: 1_000,
  waitLostAfterMs: 3_000,
  denialGapMs: 3_000,
};
const SEATS = 5;
const PEOPLE = 40;
const LOAD_MIN_MS = 300;
const LOAD_MAX_MS = 3_000;
const PAUSE_MAX_MS = 60;

const site = await startSite({ seatLimit: SEATS, timing: TIMING });
const agent = makeAgent(2 * PEOPLE + 8);
const journal = new Journal();
const random = createRandom(seed);
const stage: Stage = { journal, witness: new Witness(SEATS), random, passMs: TIMING.passLifeMs - TIMING.clockSkewMs };
const players = new Map<string, Player>();
for (let index = 0; index < PEOPLE; index++) {
  const id = `p${index}`;
  const count = index % 3 === 0 ? 2 : 1;
  const browsers = Array.from({ length: count }, (_, n) => new Browser(site.port, agent, sessionOf(id, "sales", n)));
  players.set(id, new Player(id, browsers, stage));
}
const mona = new Browser(site.port, agent, sessionOf("mona", "accounts"));
const manager = new LicenceManager("mona", mona, players, stage);

let over = false;
let violation: unknown = null;
let up = Promise.withResolvers<void>();

/** One act after the other, as long as the runtime is there. */
async function live(actor: { act(): Promise<void> }, pauseMaxMs: number): Promise<void> {
  while (!over) {
    await up.promise;
    try {
      await actor.act();
    } catch (error) {
      if (!(error instanceof Broken)) {
        violation ??= error;
        return;
      }
      journal.lost++;
    }
    await delay(random.below(pauseMaxMs));
  }
}

/** What was acknowledged before the runtime was killed is so still. */
async function checkState(killedAt: number): Promise<void> {
  const view = await site.view();
  if (view.limit < manager.limit) throw new Violation(`the limit ${manager.limit} was lost: it is ${view.limit}`);
  if (view.limit > stage.witness.limitAtMost) throw new Violation(`nobody asked for the limit ${view.limit}`);
  if (view.inUse > view.limit) throw new Violation(`${view.inUse} seats of ${view.limit} are in use`);
  const holders = new Set<string>(view.holders.map(({ id }) => id));
  for (const player of players.values()) {
    const { state, sentAt } = player.standing;
    if (state === "unseated" && holders.has(player.id)) throw new Violation(`the release of ${player.id} was lost`);
    const isKept = sentAt > player.evictedUntil && killedAt - sentAt < TIMING.lostAfterMs - 1_000;
    if (state === "seated" && isKept) {
      if (!holders.has(player.id)) throw new Violation(`the seat granted to ${player.id} was lost`);
      kept++;
    }
    if (player.evictedUntil === Number.POSITIVE_INFINITY) player.evictedUntil = Date.now();
  }
}

/** Stops the runtime once all events are in D1. */
async function drainOutbox() {
  for (let tries = 0; tries < 20; tries++) {
    await delay(500);
    await site.stop();
    const records = readRecords(site.state);
    if (records.sentThrough >= (records.outbox.at(-1)?.seq ?? 0)) return records;
    await site.startAgain();
    await site.view();
  }
  throw new Violation("the outbox is not delivered");
}

let kept = 0;
const begun = Date.now();
console.log(`seed ${seed}`);
try {
  const lives = [...players.values()].map((player) => live(player, PAUSE_MAX_MS));
  lives.push(live(manager, 3 * PAUSE_MAX_MS));
  for (let kill = 0; kill < kills && violation === null; kill++) {
    up.resolve();
    await delay(LOAD_MIN_MS + random.below(LOAD_MAX_MS - LOAD_MIN_MS));
    const killed = site.kill();
    const killedAt = Date.now();
    up = Promise.withResolvers();
    await killed;
    await site.startAgain();
    await checkState(killedAt);
  }
  over = true;
  up.resolve();
  await Promise.all(lives);
  if (violation !== null) throw violation;
  const records = await drainOutbox();
  const faults = findRecordFaults(records, journal, SEATS);
  if (faults.length > 0) throw new Violation(faults.join("\n"));
  if (stage.witness.most === 0) throw new Violation("the witness saw nobody with a pass, so it has shown nothing");
  const { witness, denials, releases, evictions, limits, passes } = { ...journal, witness: stage.witness };
  console.log(
    `acknowledged and found again: ${passes.length} passes, ${denials.length} refusals, ${releases.length} releases, ${evictions.length} evictions, ${limits.length} limits, ${kept} seats after a restart`,
  );
  console.log(
    `${kills} kills in ${Math.round((Date.now() - begun) / 1_000)} s, ${journal.answered} requests answered, ${journal.lost} cut off; ` +
      `at most ${witness.most} people on ${SEATS} to ${witness.limitAtMost} seats (${witness.mostOver} over, counting browsers whose hand-back was cut off); ${records.events.length} events and ${records.denials.length} refusal episodes in D1, none lost or doubled; violations: 0`,
  );
} catch (error) {
  over = true;
  up.resolve();
  console.error(site.lines.join("\n"));
  console.error(error instanceof Violation ? error.message : error);
  console.error(`seed ${seed}, violations: 1`);
  process.exitCode = 1;
} finally {
  await site.close();
  agent.destroy();
}
