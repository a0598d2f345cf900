/**
 * A11, T5: whether the CRM answers somebody who goes around the gate: asked without the secret, and without anybody's
 * session. Only where a secret is set: without one the CRM cannot tell the gate from others.
 */
import { within } from "../async/timeout.ts";

const PATIENCE_MS = 3_000;
/** So long the last answer is good. */
export const PROBE_FRESH_MS = 10 * 60_000;

/** null: nothing can be said: the CRM did not answer at all. */
export async function probeOrigin(crmOrigin: string, fetch: typeof globalThis.fetch): Promise<boolean | null> {
  const ask = async (): Promise<boolean> => {
    const answer = await fetch(`${crmOrigin}/`, { redirect: "manual", headers: { accept: "text/html" } });
    await answer.body?.cancel();
    // 403 and the like are what a CRM, or what stands before it, says to whoever does not show the secret.
    return answer.status < 400;
  };
  return (
    (
      await within(
        PATIENCE_MS,
        ask().catch(() => null),
      )
    )?.value ?? null
  );
}
