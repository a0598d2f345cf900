/** The real Worker and the real object, with doors for the benchmark: full houses, many calls, rows counted. */
import { HOUR_MS } from "../../../shared/durations.ts";
import type { BindingId, ClientId, DenialId, HolderId, SessionKey, TabId } from "../../../shared/ids.ts";
import type { Heartbeat } from "../../../shared/protocol.ts";
import { type Env, readConfig } from "../../../worker/config/config.ts";
import worker, { TenantSeats } from "../../../worker/index.ts";
import type { Absence } from "../../../worker/ledger/ledger.ts";
import type { StoredLease, StoredWaiting } from "../../../worker/ledger/restore.ts";
import { initialSettings } from "../../../worker/ledger/settings/settings.ts";
import { migrate, readMeta, writeMeta } from "../../../worker/tenant/schema.ts";
import type { Caller } from "../../../worker/tenant/tenant-calls.ts";
import { makePeople } from "./people.ts";

/** Objects of this name start with as many leases in their storage, and with as many people in line for a full house. */
const HOUSE = /^house-(\d+)(?:-line-(\d+))?$/;
const PROBE_PATH = "/probe/";
const SPARE_SEATS = 5_000;

/** The object as it is, except that it can be asked what it wrote and that a house begins full. */
export class ProbedSeats extends TenantSeats {
  constructor(ctx: DurableObjectState, env: Env) {
    fill(ctx);
    super(ctx, env);
  }

  /** Rows that this object has written since its start, alarms among them. */
  async written(): Promise<number> {
    return this.ctx.storage.sql.exec<{ n: number }>("SELECT total_changes() AS n").one().n;
  }

  /** Events that are still to be delivered. */
  async undelivered(): Promise<number> {
    const { sql } = this.ctx.storage;
    const sent = Number(readMeta(sql, "sent_through") ?? 0);
    return sql.exec<{ n: number }>("SELECT count(*) AS n FROM outbox WHERE seq > ?", sent).one().n;
  }

  async size(): Promise<{ leases: number; line: number }> {
    const count = (table: "leases" | "line") =>
      this.ctx.storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).one().n;
    return { leases: count("leases"), line: count("line") };
  }

  async forget(): Promise<void> {
    this.ctx.abort("forgotten for a measurement");
  }
}

function fill({ id, storage }: DurableObjectState): void {
  const [, leases, line] = HOUSE.exec(id.name ?? "") ?? [];
  const size = Number(leases ?? 0);
  migrate(storage);
  if (size === 0 || readMeta(storage.sql, "settings") !== null) return;
  const settings = initialSettings(line === undefined ? size + SPARE_SEATS : size, HOUR_MS);
  storage.transactionSync(() => {
    writeMeta(storage.sql, "settings", JSON.stringify(settings));
    for (let number = 0; number < size; number++) {
      const { person, session } = callerOf("resident", number);
      const lease: StoredLease = {
        person,
        exempt: false,
        named: false,
        grantedAt: Date.now(),
        sessions: [session],
        clientKind: "browser",
        presence: {
          activeAt: Date.now(),
          assumedActiveAt: 0,
          clients: [[`client-${number}` as ClientId, session, Date.now(), 1, [`tab-of-${number}` as TabId], [], null]],
          gates: [],
          passes: [[`binding-of-resident-${number}` as BindingId, session, Date.now() + 30_000]],
          nudge: null,
          quietUntil: 0,
        },
      };
      storage.sql.exec("INSERT INTO leases (holder, body) VALUES (?, ?)", person.id, JSON.stringify(lease));
    }
    for (let number = 0; number < Number(line ?? 0); number++) fillPlace(storage.sql, number);
  });
}

function fillPlace(sql: SqlStorage, number: number): void {
  const { person, session } = callerOf("waiter", number);
  const at = Date.now();
  const denial = { openedAt: at, lastAt: at, attempts: 1, reason: "limit_reached", limit: 10, inUse: 10 } as const;
  const absence: Absence = {
    person,
    since: at,
    ended: null,
    sessions: [session],
    denial: { id: `0-${number}` as DenialId, clientKind: "browser", ...denial },
  };
  const waiting: StoredWaiting = {
    since: at,
    rank: at,
    offeredUntil: null,
    over: null,
    givenBy: null,
    heardAt: at,
    nudgedAt: null,
    asked: null,
  };
  sql.exec("INSERT INTO absences (holder, body) VALUES (?, ?)", person.id, JSON.stringify(absence));
  sql.exec("INSERT INTO line (holder, body) VALUES (?, ?)", person.id, JSON.stringify(waiting));
}

function callerOf(kind: "resident" | "guest" | "waiter", number: number): Caller {
  const name = `${kind}-${number}`;
  const person = { id: name as HolderId, name, email: `${name}@acme.example`, role: "user" as const };
  return { person, session: name.padEnd(22, "x") as SessionKey };
}

const bindingOf = (number: number): BindingId => `binding-of-guest-${number}` as BindingId;

type Seats = DurableObjectStub<ProbedSeats>;

/** One RPC after another, as the calls of one Worker. Guests come and go; residents stay. */
const ACTS: Record<string, (seats: Seats, number: number, beat: number) => Promise<unknown>> = {
  claim: (seats, number) => {
    const { person, session } = callerOf("guest", number);
    const call = {
      person,
      session,
      binding: bindingOf(number),
      act: "navigation",
      active: true,
      clientKind: "browser",
    } as const;
    return seats.claim(call);
  },
  wait: (seats, number) => seats.wait(callerOf("guest", number)),
  leave: (seats, number) => seats.leave(callerOf("guest", number)),
  release: async (seats, number) => {
    await seats.release(callerOf("guest", number), null, null);
    await seats.handBack(callerOf("guest", number).person.id, bindingOf(number), Date.now());
  },
  heartbeat: (seats, number, beat) => {
    const { person, session } = callerOf("resident", number % 10);
    const said = { client: `client-${number}`, seq: beat, tabs: [{ id: `tab-of-${number}`, activeAgeMs: 500 }] };
    return seats.heartbeat({ person, session }, said as unknown as Heartbeat);
  },
};

/** A beat of the resident's own browser, as the house has it stored. */
ACTS.beat = (seats, number, beat) => {
  const said = { client: `client-${number}`, seq: beat, tabs: [{ id: `tab-of-${number}`, activeAgeMs: 500 }] };
  return seats.heartbeat(callerOf("resident", number), said as unknown as Heartbeat);
};

const MANAGER = { id: "manager" as HolderId, name: "manager", email: null, role: "licence_manager" } as const;

const ASKS: Record<string, (seats: Seats) => Promise<unknown>> = {
  written: (seats) => seats.written(),
  undelivered: (seats) => seats.undelivered(),
  size: (seats) => seats.size(),
  // L33.
  equal: (seats) => seats.shadow(MANAGER, { do: "begin", changes: [] }),
  fewer: (seats) => seats.shadow(MANAGER, { do: "begin", changes: [{ what: "limit", limit: 1 }] }),
  tried: async (seats) => {
    const answer = await seats.shadow(MANAGER, { do: "view" });
    return answer.ok ? (answer.value.shadow?.tried.refused ?? 0) : -1;
  },
  forget: (seats) => seats.forget().catch(() => undefined),
};

async function answerProbe(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url);
  const name = url.pathname.slice(PROBE_PATH.length);
  const numberOf = (field: string): number => Number(url.searchParams.get(field));
  if (name === "people") {
    const wanted = { first: numberOf("first"), count: numberOf("count"), passMs: numberOf("passMs") };
    return Response.json(await makePeople(readConfig(env), wanted));
  }
  const seats = env.SEATS.get(env.SEATS.idFromName(url.searchParams.get("object") ?? "")) as unknown as Seats;
  const ask = ASKS[name];
  if (ask !== undefined) return Response.json((await ask(seats)) ?? null);
  const act = ACTS[name];
  if (act === undefined) return new Response("There is no such question.", { status: 404 });
  const first = numberOf("first");
  for (let number = first; number < first + numberOf("count"); number++) await act(seats, number, numberOf("beat"));
  return Response.json(numberOf("count"));
}

/** `/probe/<act or question>?object=NAME&first=N&count=N&beat=N` is the benchmark's; everything else is Hotseat's own. */
export default {
  fetch(request, env, ctx) {
    if (request.url.includes(PROBE_PATH)) return answerProbe(request, env);
    return worker.fetch(request as Parameters<typeof worker.fetch>[0], env, ctx);
  },
} satisfies ExportedHandler<Env>;
