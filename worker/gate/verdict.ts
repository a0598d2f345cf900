/** PURE. What the gate decides for one request, from facts alone (G2, G3, G4, G8). */
import type { Act } from "../tenant/tenant-calls.ts";

/**
 * `pass_through`: the CRM's own affair, no seat is needed. `admit`: a live pass. `claim`: the tenant must be asked,
 * once it is known who it is.
 */
export type Verdict = "pass_through" | "admit" | "claim";

export interface Facts {
  /** A public path, a public call, login or logout. */
  isPublic: boolean;
  /** The request carries a session of the CRM. */
  hasCarrier: boolean;
  /** It shows a live pass of that session. */
  hasLivePass: boolean;
}

export function decideVerdict(facts: Facts): Verdict {
  if (facts.isPublic || !facts.hasCarrier) return "pass_through";
  return facts.hasLivePass ? "admit" : "claim";
}

/** The value of a request's header by its name in lower case, null where absent. */
export type ReadHeader = (name: string) => string | null;

/** Who made the request: the person by going to a page, the page by going there itself, or a page's own request. */
export function actOf(header: ReadHeader): Extract<Act, "navigation" | "reload" | "background"> {
  const mode = header("sec-fetch-mode");
  if (mode !== null) {
    if (mode !== "navigate") return "background";
    return header("sec-fetch-user") === "?1" && !isPrefetch(header) ? "navigation" : "reload";
  }
  // A browser without Fetch Metadata, or a plain http address that is not this machine.
  if (!/^\s*text\/html\b/i.test(header("accept") ?? "")) return "background";
  if (header("x-requested-with") !== null || header("upgrade") !== null) return "background";
  return isPrefetch(header) ? "reload" : "navigation";
}

/** A page fetched in advance is nobody's visit. */
const isPrefetch = (header: ReadHeader): boolean => header("sec-purpose")?.includes("prefetch") === true;

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** G8: a navigation of the person, or an unsafe method that the preset does not list as background. */
export function isActivity(act: Act, method: string, isBackgroundPath: boolean): boolean {
  return act === "navigation" || (!SAFE_METHODS.has(method) && !isBackgroundPath);
}
