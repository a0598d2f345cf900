/** PURE. Who made a request, and whether that is work (G4, G8). */
import type { Act } from "../tenant/tenant-calls.ts";

/** Who made the request: the person by going to a page, the page by going there itself, or a page's own request. */
export type VisitAct = Extract<Act, "navigation" | "reload" | "background">;

/** The value of a request's header by its name in lower case, null where absent. */
export type ReadHeader = (name: string) => string | null;

export function actOf(header: ReadHeader): VisitAct {
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

/** Whether a request of this method changes nothing. */
export const isReading = (method: string): boolean => SAFE_METHODS.has(method);

/** G8: a navigation of the person, or an unsafe method that the preset does not list as background. */
export function isActivity(act: Act, method: string, isBackgroundPath: boolean): boolean {
  return act === "navigation" || (!SAFE_METHODS.has(method) && !isBackgroundPath);
}
