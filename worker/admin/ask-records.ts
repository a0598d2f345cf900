/** Asks the records, and continues without them: seats never depend on D1, which stalls now and then. */

/** A page waits no longer. */
const PATIENCE_MS = 2_000;

/** null: the records failed or did not answer in time. */
export async function askRecords<T>(ask: () => Promise<T>, patienceMs = PATIENCE_MS): Promise<T | null> {
  const asked = (async () => ask())().catch((error: unknown) => {
    console.error("The records did not answer:", error);
    return null;
  });
  const patience = new AbortController();
  const late = scheduler.wait(patienceMs, { signal: patience.signal }).then(
    () => null,
    () => null,
  );
  const answer = await Promise.race([asked, late]);
  patience.abort();
  return answer;
}
