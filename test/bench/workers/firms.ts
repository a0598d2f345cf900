/**
 * The real Worker and the real object for many firms in one workerd, with a clock that the benchmark moves: it is days
 * ahead of the machine's, so that no alarm rings by itself.
 */
import { HOUR_MS } from "../../../shared/durations.ts";
import { BindingId, HolderId, SessionKey } from "../../../shared/ids.ts";
import type { Env } from "../../../worker/config/config.ts";
import worker, { TenantSeats as RealSeats } from "../../../worker/index.ts";
import { migrate, readMeta, writeMeta } from "../../../worker/tenant/schema.ts";
import { type Count, countedEnv } from "../../worker/tenant/counted-env.ts";
import type { Rung, Seed } from "../firm-shape.ts";

let seed: Seed = { now: 0, oldEvents: 0, oldAt: 0, hash: "", broken: "" };
const machine = Date.now;
Date.now = () => (seed.now === 0 ? machine() : seed.now);

export class TenantSeats extends RealSeats {
  readonly #count: Count;
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState, env: Env) {
    fill(ctx);
    const { env: counted, count } = countedEnv(env, async (sql) => {
      // The registry answers: it is the firm's own records that do not.
      if (ctx.id.name === seed.broken && !sql.includes("tenants")) throw new Error("this database is broken");
    });
    super(ctx, counted);
    this.#count = count;
    this.#ctx = ctx;
  }

  /** People come and go: two events each. */
  async live(people: number): Promise<void> {
    // Together, so that they are one write to the disk: it is not the disk that is measured.
    const told: Promise<unknown>[] = [];
    for (let number = 0; number < people; number++) {
      const person = {
        id: HolderId.parse(`person-${number}`),
        name: `Person ${number}`,
        email: null,
        role: "user",
      } as const;
      const session = SessionKey.parse(`session-of-person-${number}`.padEnd(22, "x"));
      const binding = BindingId.parse(`binding-of-person-${number}`);
      told.push(this.claim({ person, session, binding, act: "navigation", active: true, clientKind: "browser" }));
      told.push(this.signOut(person.id, session));
    }
    await Promise.all(told);
  }

  async ring(): Promise<Omit<Rung, "tenant" | "fault">> {
    this.#count.take();
    const due = (await this.#ctx.storage.getAlarm()) ?? 0;
    if (due <= Date.now()) await this.alarm();
    const dailyAt = Number(readMeta(this.#ctx.storage.sql, "daily_at"));
    const { waiting } = await this.vitals();
    return {
      asked: this.#count.take(),
      next: await this.#ctx.storage.getAlarm(),
      waiting,
      done: dailyAt > Date.now() + HOUR_MS,
    };
  }
}

/** As if it had written what stands in D1, and had missed the last time of its daily work. */
function fill({ storage }: DurableObjectState): void {
  migrate(storage);
  const { sql } = storage;
  if (seed.oldEvents === 0 || readMeta(sql, "sent_through") !== null) return;
  storage.transactionSync(() => {
    sql.exec(
      `INSERT INTO outbox (seq, at, kind, inUse, "limit", body, hash) VALUES (?, ?, 'lease_ended', 0, 100, '{}', ?)`,
      ...[seed.oldEvents, seed.oldAt, seed.hash],
    );
    writeMeta(sql, "sent_through", String(seed.oldEvents));
    writeMeta(sql, "daily_at", String(seed.now - 2 * HOUR_MS));
  });
}

type Seats = DurableObjectStub<TenantSeats>;

async function answerFirms(request: Request, env: Env): Promise<Response> {
  const asked = (await request.json()) as { seed?: Seed; now?: number; live?: number; tenants: string[] };
  if (asked.seed !== undefined) seed = asked.seed;
  if (asked.now !== undefined) seed = { ...seed, now: asked.now };
  const rung = await Promise.all(
    asked.tenants.map(async (tenant): Promise<Rung> => {
      try {
        const seats = env.SEATS.get(env.SEATS.idFromName(tenant)) as unknown as Seats;
        if (asked.live !== undefined) await seats.live(asked.live);
        return { tenant, fault: null, ...(await seats.ring()) };
      } catch (error) {
        return { tenant, asked: 0, next: null, waiting: 0, done: false, fault: String(error) };
      }
    }),
  );
  return Response.json(rung);
}

/** `/firms` is the benchmark's; the cron is Hotseat's own, with its calls counted and told in the log. */
export default {
  fetch: (request, env) => answerFirms(request as unknown as Request, env),
  async scheduled(controller, env, ctx) {
    const { env: counted, count } = countedEnv(env);
    let woken = 0;
    const SEATS = new Proxy(env.SEATS, {
      get: (seats, name) => {
        if (name === "get") woken++;
        const value = Reflect.get(seats, name);
        return typeof value === "function" ? value.bind(seats) : value;
      },
    });
    await worker.scheduled(controller as Parameters<typeof worker.scheduled>[0], { ...counted, SEATS });
    console.log(JSON.stringify({ what: "watchdog", asked: count.take() + woken, woken }));
    void ctx;
  },
} satisfies ExportedHandler<Env>;
