/** A tenant for the API and the pages: each call takes a new stub, for a stub stays broken after its object was reset. */
import { callTenant } from "./gate/tenant-call.ts";
import type { TenantCalls } from "./tenant/tenant-calls.ts";

/**
 * `open` answers a new stub. Calls that may be made twice are tried once more where the error says that it helps;
 * changes of the administration are not: a person sees on the page whether one was made.
 */
export function steadyTenant(open: () => TenantCalls): TenantCalls {
  return {
    claim: (call) => callTenant(open, (stub) => stub.claim(call)),
    heartbeat: (...args) => callTenant(open, (stub) => stub.heartbeat(...args)),
    bye: (...args) => callTenant(open, (stub) => stub.bye(...args)),
    release: (...args) => callTenant(open, (stub) => stub.release(...args)),
    handBack: (...args) => callTenant(open, (stub) => stub.handBack(...args)),
    wait: (caller) => callTenant(open, (stub) => stub.wait(caller)),
    leave: (caller) => callTenant(open, (stub) => stub.leave(caller)),
    status: (caller) => callTenant(open, (stub) => stub.status(caller)),
    signOut: (...args) => callTenant(open, (stub) => stub.signOut(...args)),
    watch: (holder) => callTenant(open, (stub) => stub.watch(holder)),
    adminView: (actor) => callTenant(open, (stub) => stub.adminView(actor)),
    setLimit: (...args) => open().setLimit(...args),
    setIdleTimeout: (...args) => open().setIdleTimeout(...args),
    evict: (...args) => open().evict(...args),
    records: (...args) => open().records(...args),
  };
}
