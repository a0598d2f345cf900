/** Coalesces concurrent claims per session; holds the pass until a response can carry it. */
import type { BindingId, HolderId, SessionKey } from "../../../shared/ids.ts";
import { SingleFlight } from "../../async/single-flight.ts";
import { within } from "../../async/timeout.ts";
import type { Config } from "../../config/config.ts";
import { BoundedMap } from "../../memory/bounded-map.ts";
import type { DependencyHealth } from "../../memory/dependency-health.ts";
import { isForgotten, newBinding, setBinding } from "../../pass/browser-binding.ts";
import { signPass } from "../../pass/pass.ts";
import { callTenant, TENANT_PATIENCE_MS } from "../../tenant/client.ts";
import type { ClaimAnswer, ClaimCall, Denied, TenantCalls } from "../../tenant/tenant-calls.ts";
import type { RequestCounter } from "../request-counter.ts";
import type { Connection, Connections } from "./connections.ts";

export type ClaimOutcome =
  /** `wantsRecords`: the tenant said just now that it wants to know of this person how many records the CRM has (L14). */
  | { kind: "granted"; wantsRecords?: boolean }
  | { kind: "denied"; denied: Denied }
  /** I9: the session was signed out since the CRM said whose it is; ms of the tenant's clock, left out: now. */
  | { kind: "stale"; endedAt?: number }
  /** The tenant object cannot be reached. */
  | { kind: "busy" };

/** The browser that asks: its session of the CRM, its binding, null as long as it has none, and its connection (L9). */
export interface Browser {
  session: SessionKey;
  binding: BindingId | null;
  connection: Connection;
}

export interface ClaimCoalescer {
  /** Asks the tenant, or joins the same browser's claim of the same kind that is in flight. */
  claim(ctx: Pick<ExecutionContext, "waitUntil">, browser: Browser, call: Wish): Promise<ClaimOutcome>;
  /** Whether a claim of this browser is in flight. */
  isAsking(browser: Browser): boolean;
  /**
   * Whether a pass was issued to the holder's browser that it has not got yet. Sound to admit by: the pass is out (L9).
   * Only this holder: somebody else may have signed in to the same session meanwhile.
   */
  hasPassReady(browser: Browser, holder: HolderId): boolean;
  /** `Set-Cookie` values of the pass that waits for the holder's browser: to be sent in one answer. Usually empty. */
  takePass(browser: Browser, holder: HolderId): readonly string[];
  /** What waits is dropped: it is for nobody any more. */
  dropPass(browser: Browser): void;
  /** What this session's page was refused with within the last second. */
  recentRefusal(session: SessionKey): Denied | null;
  forgetRefusal(session: SessionKey): void;
}

interface Ready {
  holder: HolderId;
  binding: BindingId;
  cookies: readonly string[];
  until: number;
  /** L9.36. */
  generation: number;
}

export type Wish = Omit<ClaimCall, "session" | "binding">;

/** G5: a page that polls or storms costs the tenant one call in this long. */
const REFUSAL_KEPT_MS = 1_000;
const SESSIONS_MAX = 10_000;
/**
 * L9: a browser that was given its binding sends the rest of a burst without it until the answer has come. These requests
 * are asked for under the same binding and bring nothing: a second binding would be a second pass out, and a release within
 * the pass's life would not free the seat at once. An answer that takes longer, or is lost, costs just that.
 */
const BINDING_UNDER_WAY_MS = 5_000;
const KINDS = ["navigation", "reload", "background", "button"] as const;
const NOTHING: readonly string[] = [];

/** G6: nobody waits longer than `TENANT_PATIENCE_MS`; an answer that arrives later, up to this, is kept anyway. */
const LATE_ANSWER_MS = 30_000;
/** Out of reach, it is left alone by pages' own requests for this long. */
const OUTAGE_KEPT_MS = 1_000;

export function createClaimCoalescer(
  config: Config,
  tenant: () => TenantCalls,
  connections: Pick<Connections, "generation" | "knows" | "note">,
  dependencyHealth: Pick<DependencyHealth, "note">,
  counter: Pick<RequestCounter, "take" | "giveBack">,
  now: () => number,
): ClaimCoalescer {
  const inFlight = new SingleFlight<ClaimOutcome>();
  const ready = new BoundedMap<string, Ready>(SESSIONS_MAX);
  const given = new BoundedMap<SessionKey, { binding: BindingId; at: number; generation: number }>(SESSIONS_MAX);
  const refusals = new BoundedMap<SessionKey, { denied: Denied; until: number; generation: number }>(SESSIONS_MAX);
  const { generation } = connections;

  let outUntil = 0;

  const busy = (): ClaimOutcome => {
    outUntil = now() + OUTAGE_KEPT_MS;
    dependencyHealth.note("seats", false);
    return { kind: "busy" };
  };

  const keyOf = ({ session, binding }: Pick<Browser, "session" | "binding">): string => `${session} ${binding ?? ""}`;

  /** L9: what was granted to a binding counts on the connections that it is known on. */
  const isKnown = ({ binding, connection }: Browser): boolean =>
    binding === null || connections.knows(binding, connection);

  /** A browser on an unfamiliar connection shares no question with those that were asked on others. */
  const askKeyOf = (browser: Browser): string =>
    isKnown(browser) ? keyOf(browser) : `${keyOf(browser)} ${browser.connection}`;

  function bindingUnderWay(session: SessionKey): BindingId | null {
    const last = given.get(session);
    const isUnderWay = last !== undefined && last.generation === generation() && last.at + BINDING_UNDER_WAY_MS > now();
    return isUnderWay && !isForgotten(last.binding) ? last.binding : null;
  }

  async function ask(browser: Browser, wish: Wish): Promise<ClaimOutcome> {
    const { session } = browser;
    const underWay = browser.binding === null ? bindingUnderWay(session) : null;
    const binding = browser.binding ?? underWay ?? newBinding();
    if (browser.binding === null && underWay === null)
      given.set(session, { binding, at: now(), generation: generation() });
    const gate = counter.take();
    let answer: ClaimAnswer;
    try {
      answer = await callTenant(tenant, (stub) => stub.claim({ ...wish, session, binding, gate }), LATE_ANSWER_MS);
    } catch (error) {
      counter.giveBack(gate);
      console.error("The tenant did not answer a claim:", error);
      return busy();
    }
    outUntil = 0;
    dependencyHealth.note("seats", true);
    if (!answer.granted) {
      given.delete(session);
      const { isStale, endedAt } = answer;
      if (isStale === true) return { kind: "stale", ...(endedAt === undefined ? {} : { endedAt }) };
      refusals.set(session, { denied: answer.denied, until: now() + REFUSAL_KEPT_MS, generation: generation() });
      return { kind: "denied", denied: answer.denied };
    }
    refusals.delete(session);
    connections.note(binding, browser.connection);
    const granted: ClaimOutcome = { kind: "granted", wantsRecords: answer.wantsRecords === true };
    if (underWay !== null) return granted;
    const { until } = answer.pass;
    const pass = await signPass(config, { holder: wish.person.id, session, binding, until });
    const cookies = browser.binding === null ? [setBinding(binding), pass] : [pass];
    const readyUntil = Math.min(until, now() + config.timing.passLifeMs);
    ready.set(keyOf(browser), {
      holder: wish.person.id,
      binding,
      cookies,
      until: readyUntil,
      generation: generation(),
    });
    return granted;
  }

  const isReady = (kept: Ready | undefined, holder: HolderId): kept is Ready =>
    kept !== undefined && kept.holder === holder && kept.generation === generation() && kept.until > now();

  const hasPassReady = (browser: Browser, holder: HolderId): boolean => {
    if (ready.size === 0 || !isKnown(browser)) return false;
    return isReady(ready.get(keyOf(browser)), holder);
  };

  return {
    async claim(ctx, browser, wish) {
      // The requests of a burst are identified together; the first one asks for all of them.
      if (hasPassReady(browser, wish.person.id)) return { kind: "granted" };
      if (wish.act === "background" && outUntil > now()) return { kind: "busy" };
      const asked = inFlight.share(`${wish.act} ${askKeyOf(browser)}`, ctx, () => ask(browser, wish));
      return (await within(TENANT_PATIENCE_MS, asked))?.value ?? busy();
    },

    isAsking: (browser) => KINDS.some((act) => inFlight.has(`${act} ${askKeyOf(browser)}`)),

    hasPassReady,

    takePass(browser, holder) {
      if (ready.size === 0 || !isKnown(browser)) return NOTHING;
      const key = keyOf(browser);
      const kept = ready.get(key);
      ready.delete(key);
      if (!isReady(kept, holder)) return NOTHING;
      if (browser.binding === null) {
        given.set(browser.session, { binding: kept.binding, at: now(), generation: generation() });
      }
      return kept.cookies;
    },

    dropPass(browser) {
      ready.delete(keyOf(browser));
    },

    recentRefusal(session) {
      if (refusals.size === 0) return null;
      const kept = refusals.get(session);
      return kept !== undefined && kept.generation === generation() && kept.until > now() ? kept.denied : null;
    },

    forgetRefusal(session) {
      if (refusals.size > 0) refusals.delete(session);
    },
  };
}
