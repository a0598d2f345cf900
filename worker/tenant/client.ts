/**
 * How the doors call a tenant's object. One runtime quirk: a stub stays broken after its object was reset, so each call
 * takes a new one; and each is waited for as long as patient-call.ts says.
 */
import { answerWithin } from "../async/timeout.ts";
import { patientStub, silentAt, TENANT_PATIENCE_MS } from "./patient-call.ts";
import type { TenantCalls } from "./tenant-calls.ts";

/**
 * Calls the tenant; once more, with a new stub, where the error says that this may help. Overloaded is left alone.
 * Both tries together take no longer than `ms`, by default what the call is given in patient-call.ts.
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
    judge: (person) => callTenant(open, (stub) => stub.judge(person)),
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
