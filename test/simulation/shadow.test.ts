import { expect, test } from "vitest";
import type { HolderId } from "../../shared/ids.ts";
import type { Command } from "../../worker/ledger/command.ts";
import type { Event } from "../../worker/ledger/event.ts";
import type { Ledger } from "../../worker/ledger/ledger.ts";
import { noDifference } from "../../worker/ledger/shadow/difference.ts";
import { type Proposal, propose } from "../../worker/ledger/shadow/propose.ts";
import { Shadow } from "../../worker/ledger/shadow/shadow.ts";
import { type Step, step } from "../../worker/ledger/step.ts";
import { nextDeadline } from "../../worker/ledger/time/expiry.ts";
import { TRIED } from "./tried.ts";
import { World } from "./world.ts";

const MANAGER = { id: "p0" as HolderId, name: "p0", email: null, role: "admin" } as const;

test("[L33] equal settings decide the same in every step, however often memory is lost", () => {
  for (const seed of [3, 16, 77]) {
    const world = new World({ seed, people: 9, limit: 3, shadow: [] });
    world.play(3_000);
    expect([seed, world.differed]).toEqual([seed, 0]);
  }
}, 90_000);

for (const [name, shadow] of Object.entries(TRIED)) {
  test(`[L33] a shadow keeps every rule of the ledger: ${name}`, () => {
    const world = new World({ seed: 18, people: 9, limit: 3, shadow });
    world.play(3_000);
    expect(world.differed).toBeGreaterThan(0);
  }, 90_000);
}

/** Everything that the live ledger did in a world, with a shadow beside it or without. */
function eventsOf(proposals: readonly Proposal[] | null): Event[][] {
  const shadows = new WeakMap<Ledger, Shadow>();
  const begin = (ledger: Ledger, now: number): Shadow => {
    const proposed = propose(ledger, proposals ?? [], MANAGER, now);
    if (!proposed.ok) throw new Error(JSON.stringify(proposed.error));
    const shadow = new Shadow(proposed.value.ledger, proposed.value.keys, noDifference(now));
    shadow.begin(ledger, now);
    return shadow;
  };
  const all: Event[][] = [];
  const beside = (ledger: Ledger, command: Command, now: number): Step => {
    const done = step(ledger, command, now);
    all.push(done.events);
    if (proposals === null) return done;
    const at = Math.max(now, ledger.lastAt);
    const shadow = shadows.get(ledger) ?? begin(ledger, at);
    shadows.set(ledger, shadow);
    shadow.follow(ledger, command, done, at);
    shadow.dueAt(nextDeadline(ledger));
    return done;
  };
  new World({ seed: 41, people: 8, limit: 2, step: beside }).play(3_000);
  return all;
}

test("[L33] the live ledger does the same with a shadow as without", () => {
  const alone = eventsOf(null);
  expect(alone.flat().length).toBeGreaterThan(1_000);
  for (const proposals of [[], TRIED["fewer seats"], TRIED["a lent reservation and no asking"]]) {
    expect(eventsOf(proposals)).toEqual(alone);
  }
}, 90_000);
