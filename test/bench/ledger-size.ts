/**
 * Whether a command on the ledger alone costs the same in a large house as in a small one. Told, not demanded: of the
 * two microseconds of a claim, half a one goes to finding a new name in a map that is larger than the CPU's first
 * cache, whatever is done with it. What a claim costs is measured through the object.
 */
import type { BindingId, ClientId, HolderId, SessionKey, TabId } from "../../shared/ids.ts";
import { TIMING } from "../../shared/timing.ts";
import type { Command } from "../../worker/ledger/command.ts";
import { createLedger, type Ledger } from "../../worker/ledger/ledger.ts";
import { initialSettings } from "../../worker/ledger/settings/settings.ts";
import { step } from "../../worker/ledger/step.ts";
import { alternate, compare } from "./rounds.ts";
import { type Row, ratioCells } from "./table.ts";

const SMALL = 10;
const LARGE = 10_000;
/** A batch is over before another process gets the CPU, mostly; the median leaves the others out. */
const GUESTS = 500;
const ROUNDS = 151;
const START = 1_800_000_000_000;

/** A house of so many holders, each with a browser that is heard; every measurement goes on at a later moment. */
interface House {
  ledger: Ledger;
  now: number;
  size: number;
}

const nameOf = (kind: string, number: number) => `${kind}-${number}` as HolderId;
const sessionOf = (holder: string) => holder.padEnd(22, "x") as SessionKey;
const bindingOf = (holder: string) => `binding-of-${holder}` as BindingId;

function claim(holder: HolderId): Command {
  const person = { id: holder, name: holder, email: null, role: "user" } as const;
  const clientKind = "browser";
  return {
    type: "claim",
    person,
    session: sessionOf(holder),
    binding: bindingOf(holder),
    act: "navigation",
    active: true,
    clientKind,
  };
}

function heartbeat(holder: HolderId, seq: number): Command {
  const tabs = [{ id: `tab-of-${holder}` as TabId, activeAgeMs: 500 }];
  const beat = { client: `client-of-${holder}` as ClientId, seq, tabs };
  return { type: "heartbeat", holder, session: sessionOf(holder), beat };
}

const release = (holder: HolderId): Command => ({
  type: "release",
  holder,
  client: null,
  tab: null,
});

const handBack = (holder: HolderId): Command => ({ type: "hand_back", holder, binding: bindingOf(holder) });

function openHouse(size: number): House {
  const house: House = {
    size,
    now: START,
    ledger: createLedger({
      timing: TIMING,
      idleTimeoutMinMs: 300_000,
      idleTimeoutMaxMs: 3_600_000,
      settings: initialSettings(size + GUESTS, 3_600_000),
      epoch: 1,
    }),
  };
  for (let number = 0; number < size; number++) {
    step(house.ledger, claim(nameOf("resident", number)), house.now);
    step(house.ledger, heartbeat(nameOf("resident", number), 1), house.now);
  }
  return house;
}

const KINDS = ["claim", "heartbeat", "release"] as const;
type Kind = (typeof KINDS)[number];

/** Time of one command, in µs: guests come, residents beat, guests go. */
async function play(house: House): Promise<Record<Kind, number>> {
  const { ledger } = house;
  const run = (commandOf: (number: number) => Command): number => {
    const commands = Array.from({ length: GUESTS }, (_, number) => commandOf(number));
    const begun = performance.now();
    for (const command of commands) step(ledger, command, house.now);
    return ((performance.now() - begun) * 1_000) / GUESTS;
  };
  const claimed = run((number) => claim(nameOf("guest", number)));
  const beaten = run((number) => heartbeat(nameOf("resident", number % 10), house.now + number));
  const released = run((number) => release(nameOf("guest", number)));
  run((number) => handBack(nameOf("guest", number)));
  house.now += 1_000;
  if (ledger.leases.size !== house.size) throw new Error(`${ledger.leases.size} leases are left of ${house.size}`);
  return { claim: claimed, heartbeat: beaten, release: released };
}

export async function measureLedger(): Promise<Row[]> {
  const large = openHouse(LARGE);
  const small = openHouse(SMALL);
  const pairs = await alternate(
    ROUNDS,
    () => play(large),
    () => play(small),
  );
  return KINDS.map((kind) => {
    const found = compare(pairs, (times) => times[kind]);
    return {
      name: `${kind}, ledger`,
      measured: `${found.first.toFixed(1)} µs at 10,000 holders, ${found.second.toFixed(1)} µs at 10`,
      ...ratioCells(found),
      toReach: "told",
      ok: null,
    };
  });
}
