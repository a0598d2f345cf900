/** How the CRM is asked: bypassing Cloudflare's cache, and once more where a connection turns out to be closed. */

/**
 * Of what is not public no copy may be kept or used: a fetch reads through the zone's cache, which knows nothing of people
 * and keeps files by their extension even where the CRM says nothing. Not `cache: "no-store"`, which adds headers.
 */
export const UNCACHED = { cacheTtl: -1 } as const;

/** A request that failed later than this met more than a closed connection, and is not repeated. */
const AGAIN_WITHIN_MS = 10_000;

/**
 * Asks once more where the first try brings no answer at all. A server closes a connection that was quiet at the very
 * moment at which it is used again: nothing was done then. Only for what is safe to ask twice.
 */
export function askTwice<Init extends RequestInit, Answer>(
  ask: (url: string, init: Init) => Promise<Answer>,
): (url: string, init: Init) => Promise<Answer> {
  return (url, init) => {
    const begun = Date.now();
    // Not an async function: this is on the hot path, and the first try usually succeeds.
    return ask(url, init).catch((error: unknown) => {
      if (Date.now() - begun > AGAIN_WITHIN_MS || init.signal?.aborted === true) throw error;
      return ask(url, init);
    });
  };
}
