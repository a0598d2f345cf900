/**
 * How the doors call a tenant's object. One runtime quirk: a stub stays broken after its object was reset, so each call
 * takes a new one; and each is waited for as long as `patienceFor` says.
 */
import { TIMING } from "../../shared/timing.ts";
import { answerWithin } from "../async/timeout.ts";
import type { Config, Env } from "../config/config.ts";
import type { Place } from "../config/location.ts";
import { RECEIVER_PATIENCE_MS } from "./alerts/webhook.ts";
import type { RecordsCall } from "./audit/records-calls.ts";
import { MAIL_PATIENCE_MS } from "./mail/mail-fault.ts";
import { type TenantCalls, WATCH_MS } from "./tenant-calls.ts";

/** Answers a fresh stub each time, for a stub stays broken after its object was reset. The object is looked up once. */
export function tenantOpener(
  env: Pick<Env, "SEATS">,
  { tenant, place }: Pick<Config, "tenant" | "place">,
): () => TenantCalls {
  const { jurisdiction, locationHint } = place;
  const options = locationHint === null ? undefined : { locationHint };
  let found: { seats: Env["SEATS"]; id: DurableObjectId } | null = null;
  const find = () => {
    const seats = seatsIn(env.SEATS, jurisdiction);
    return { seats, id: seats.idFromName(tenant) };
  };
  return () => {
    found ??= find();
    return found.seats.get(found.id, options) as unknown as TenantCalls;
  };
}

/** A stub for one call. */
export const tenantCalls = (...asked: Parameters<typeof tenantOpener>): TenantCalls => tenantOpener(...asked)();

/**
 * The runtime on one's own machine knows no jurisdictions and says so in these words; Cloudflare's never does. Any
 * other fault is passed on: an object must not be made outside its jurisdiction.
 */
const NOT_HERE = "not implemented in workerd";

function seatsIn(seats: Env["SEATS"], jurisdiction: Place["jurisdiction"]): Env["SEATS"] {
  if (jurisdiction === null) return seats;
  try {
    return seats.jurisdiction(jurisdiction);
  } catch (error) {
    if (error instanceof Error && error.message.includes(NOT_HERE)) return seats;
    throw error;
  }
}

/**
 * G6: an object that does not answer within this is out of reach. One that hangs, or whose machine is gone, answers
 * nothing at all; without an end of its own each call would hold its visitor for as long as the platform likes.
 */
export const TENANT_PATIENCE_MS = 5_000;

/** In ms, how long the answer to a call is waited for. Only what is meant to come late gets longer. */
export function patienceFor(name: string, args: readonly unknown[] = []): number {
  if (name === "wait") return TIMING.waitPollMs + TENANT_PATIENCE_MS;
  if (name === "watch") return WATCH_MS + TENANT_PATIENCE_MS;
  const tests = name === "records" && args.some((arg) => (arg as Partial<RecordsCall>)?.do === "test_receiver");
  return tests ? Math.max(RECEIVER_PATIENCE_MS, MAIL_PATIENCE_MS) + TENANT_PATIENCE_MS : TENANT_PATIENCE_MS;
}

/** The object did not answer in time. Whether it did what it was asked for is not known. */
export class TenantSilent extends Error {
  override name = "TenantSilent";
}

const silentAt = (name: string): TenantSilent => new TenantSilent(`the tenant's object did not answer ${name} in time`);

/** The stub with an end to each of its calls. `spentMs`: what an earlier try of the same call has used up. */
function patientStub(stub: TenantCalls, ms: number | null = null, spentMs = 0): TenantCalls {
  return new Proxy(stub, {
    get: (calls, name: Extract<keyof TenantCalls, string>) => {
      const call = calls[name] as (...args: unknown[]) => Promise<unknown>;
      return (...args: unknown[]) => {
        const left = Math.max(0, (ms ?? patienceFor(name, args)) - spentMs);
        return answerWithin(left, Reflect.apply(call, calls, args), () => silentAt(name));
      };
    },
  });
}

/**
 * Calls the tenant; once more, with a new stub, where the error says that this may help. Overloaded is left alone.
 * Both tries together take no longer than `ms`, by default what `patienceFor` gives the call.
 */
export async function callTenant<T>(
  tenant: () => TenantCalls,
  call: (stub: TenantCalls) => Promise<T>,
  ms: number | null = null,
): Promise<T> {
  const begun = Date.now();
  try {
    return await call(patientStub(tenant(), ms));
  } catch (error) {
    if (!isWorthRetrying(error)) throw error;
    return call(patientStub(tenant(), ms, Date.now() - begun));
  }
}

/** Calls the tenant once: for what must not be done twice. */
export const callTenantOnce = <T>(tenant: () => TenantCalls, call: (stub: TenantCalls) => Promise<T>): Promise<T> =>
  call(patientStub(tenant()));

function isWorthRetrying(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { retryable, overloaded } = error as { retryable?: unknown; overloaded?: unknown };
  return retryable === true && overloaded !== true;
}

/**
 * `open` answers a new stub. Calls that may be made twice are tried once more where the error says that it helps;
 * changes of the administration are not: a person sees on the page whether one was made.
 */
export function tenantClient(open: () => TenantCalls): TenantCalls {
  return {
    claim: (call) => callTenant(open, (stub) => stub.claim(call)),
    heartbeat: (...args) => callTenant(open, (stub) => stub.heartbeat(...args)),
    // Hot path: the same as by `callTenant`, without what serves calls of every name.
    heartbeatText: (caller, said) => {
      const ask = () => open().heartbeatText(caller, said);
      const answering = ask().catch((error: unknown) => {
        if (!isWorthRetrying(error)) throw error;
        return ask();
      });
      return answerWithin(TENANT_PATIENCE_MS, answering, () => silentAt("heartbeatText"));
    },
    lastHeartbeat: (...args) => callTenant(open, (stub) => stub.lastHeartbeat(...args)),
    bye: (...args) => callTenant(open, (stub) => stub.bye(...args)),
    release: (...args) => callTenant(open, (stub) => stub.release(...args)),
    handBack: (...args) => callTenant(open, (stub) => stub.handBack(...args)),
    wait: (caller) => callTenant(open, (stub) => stub.wait(caller)),
    leave: (caller) => callTenant(open, (stub) => stub.leave(caller)),
    status: (caller) => callTenant(open, (stub) => stub.status(caller)),
    signOut: (...args) => callTenant(open, (stub) => stub.signOut(...args)),
    holderOf: (session) => callTenant(open, (stub) => stub.holderOf(session)),
    watch: (holder, socket) => callTenant(open, (stub) => stub.watch(holder, socket)),
    judge: (...args) => callTenant(open, (stub) => stub.judge(...args)),
    rights: (...args) => callTenant(open, (stub) => stub.rights(...args)),
    ping: () => callTenant(open, (stub) => stub.ping()),
    hasLease: (holder) => callTenant(open, (stub) => stub.hasLease(holder)),
    confirmPass: (pass) => callTenant(open, (stub) => stub.confirmPass(pass)),
    adminView: (...args) => callTenant(open, (stub) => stub.adminView(...args)),
    viewHolder: (...args) => callTenant(open, (stub) => stub.viewHolder(...args)),
    findPeople: (...args) => callTenant(open, (stub) => stub.findPeople(...args)),
    fetch: (request) => callTenantOnce(open, (stub) => stub.fetch(request)),
    setLimit: (...args) => callTenantOnce(open, (stub) => stub.setLimit(...args)),
    setIdleTimeout: (...args) => callTenantOnce(open, (stub) => stub.setIdleTimeout(...args)),
    evict: (...args) => callTenantOnce(open, (stub) => stub.evict(...args)),
    changeSettings: (...args) => callTenantOnce(open, (stub) => stub.changeSettings(...args)),
    reportRecords: (...args) => callTenantOnce(open, (stub) => stub.reportRecords(...args)),
    nudge: (caller) => callTenantOnce(open, (stub) => stub.nudge(caller)),
    handOver: (...args) => callTenantOnce(open, (stub) => stub.handOver(...args)),
    requestSeats: (...args) => callTenantOnce(open, (stub) => stub.requestSeats(...args)),
    askForChange: (...args) => callTenantOnce(open, (stub) => stub.askForChange(...args)),
    decideRequest: (...args) => callTenantOnce(open, (stub) => stub.decideRequest(...args)),
    answerNudge: (...args) => callTenant(open, (stub) => stub.answerNudge(...args)),
    explain: (person) => callTenant(open, (stub) => stub.explain(person)),
    explainHolder: (...args) => callTenant(open, (stub) => stub.explainHolder(...args)),
    check: (person, clientKind) => callTenant(open, (stub) => stub.check(person, clientKind)),
    groups: (actor, call) =>
      call.do === "list" || call.do === "read"
        ? callTenant(open, (stub) => stub.groups(actor, call))
        : callTenantOnce(open, (stub) => stub.groups(actor, call)),
    shadow: (actor, call) =>
      call.do === "view"
        ? callTenant(open, (stub) => stub.shadow(actor, call))
        : callTenantOnce(open, (stub) => stub.shadow(actor, call)),
    listManagers: (actor) => callTenant(open, (stub) => stub.listManagers(actor)),
    checkOrigin: (actor) => callTenant(open, (stub) => stub.checkOrigin(actor)),
    scim: (actor, asked) =>
      asked.call.do === "find" || asked.call.do === "read"
        ? callTenant(open, (stub) => stub.scim(actor, asked))
        : callTenantOnce(open, (stub) => stub.scim(actor, asked)),
    makeToken: (...args) => callTenantOnce(open, (stub) => stub.makeToken(...args)),
    listTokens: (actor) => callTenant(open, (stub) => stub.listTokens(actor)),
    revokeToken: (...args) => callTenantOnce(open, (stub) => stub.revokeToken(...args)),
    tokenKey: () => callTenant(open, (stub) => stub.tokenKey()),
    useToken: (...args) => callTenant(open, (stub) => stub.useToken(...args)),
    vitals: () => callTenant(open, (stub) => stub.vitals()),
    readMetrics: () => callTenant(open, (stub) => stub.readMetrics()),
    records: (...args) => callTenantOnce(open, (stub) => stub.records(...args)),
    settleReceiver: (...args) => callTenant(open, (stub) => stub.settleReceiver(...args)),
  };
}
