/**
 * L9: a browser that crashed comes back with the cookies of up to half a minute before, and so perhaps with a pass that it
 * has handed back since. It comes over a new connection: so a pass admits without a question only on connections on which
 * the tenant's object has let its binding in before.
 */
import type { BindingId } from "../../../shared/ids.ts";
import { SingleFlight } from "../../async/single-flight.ts";
import { BoundedMap } from "../../memory/bounded-map.ts";
import type { DependencyHealth } from "../../memory/dependency-health.ts";
import { forgetBinding } from "../../pass/browser-binding.ts";
import type { Pass } from "../../pass/pass.ts";
import { callTenant } from "../../tenant/client.ts";
import type { TenantCalls } from "../../tenant/tenant-calls.ts";
import type { ReadGeneration } from "./clock-generation.ts";

/** Names the TLS connection that a request came over; null: the platform does not tell. */
export type Connection = string | null;

type Answer = "out" | "over" | "silent";

export interface Connections {
  /** L9.36: what was remembered in an earlier generation of the clock, before it was set back, counts for nothing. */
  generation: ReadGeneration;
  /** Whether a pass of the binding admits on this connection without a question. */
  knows(binding: BindingId, connection: Connection): boolean;
  /** The object has let the binding in, for a request that came over this connection. */
  note(binding: BindingId, connection: Connection): void;
  /**
   * Asks the object whether the pass still holds a seat; requests that ask together share the answer. From then on the
   * connection is known, or the binding admits nobody; or there was no answer, and nothing is known.
   */
  ask(ctx: Pick<ExecutionContext, "waitUntil">, pass: Pass, connection: Connection): Promise<Answer>;
}

/** A base64 text of 32 bytes has 44 characters. */
const NAME_MAX_CHARS = 64;
/** A browser has one or two of them, or six where it speaks HTTP/1.1; an entry weighs some 300 bytes. */
const KNOWN_MAX = 20_000;
/** G6: a claim, which is asked for next, has more patience. */
const PATIENCE_MS = 2_000;
/** An object that does not answer is left alone for this long. */
const SILENCE_KEPT_MS = 1_000;

/**
 * The random bytes of the ClientHello, which Cloudflare tells of each request over TLS. Reading `cf` parses all of it, so it
 * is read only where a pass or a claim makes it matter.
 */
export function connectionOf({ cf }: Request): Connection {
  const name = cf?.tlsClientRandom;
  return typeof name === "string" && name !== "" && name.length <= NAME_MAX_CHARS ? name : null;
}

export function createConnections(
  tenant: () => TenantCalls,
  dependencyHealth: Pick<DependencyHealth, "note">,
  now: () => number,
  generation: ReadGeneration,
): Connections {
  /** In which generation of the clock the object let a binding in. */
  const known = new BoundedMap<string, number>(KNOWN_MAX);
  const inFlight = new SingleFlight<Answer>();
  let silentUntil = 0;

  const keyOf = (binding: BindingId, connection: Connection): string => `${binding} ${connection ?? ""}`;

  /** L9.32: without names nothing tells two connections apart, and all are taken to be known until the clock is set back. */
  const isBelieved = (connection: Connection): boolean => connection === null && generation() === 0;

  function note(binding: BindingId, connection: Connection): void {
    if (!isBelieved(connection)) known.set(keyOf(binding, connection), generation());
  }

  async function askNow({ holder, session, binding }: Pass, connection: Connection): Promise<Answer> {
    if (silentUntil > now()) return "silent";
    try {
      const isOut = await callTenant(tenant, (stub) => stub.confirmPass({ holder, session, binding }), PATIENCE_MS);
      dependencyHealth.note("seats", true);
      if (isOut) note(binding, connection);
      else forgetBinding(binding);
      return isOut ? "out" : "over";
    } catch (error) {
      silentUntil = now() + SILENCE_KEPT_MS;
      dependencyHealth.note("seats", false);
      console.warn("Whether a pass is still out could not be asked:", error);
      return "silent";
    }
  }

  return {
    generation,
    knows: (binding, connection) => isBelieved(connection) || known.get(keyOf(binding, connection)) === generation(),
    note,
    ask: (ctx, pass, connection) =>
      inFlight.share(`${pass.binding} ${connection ?? ""}`, ctx, () => askNow(pass, connection)),
  };
}
