/**
 * Miniflare listens for SIGINT, SIGTERM and SIGHUP from its construction on, and ends the whole process there and
 * then, with 128 and the signal's number: whoever else wanted to stop something first does not come to it.
 */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Runs `make` and takes away the signal listeners that it added; those that were there before stay. */
export function withoutSignalListeners<T>(make: () => T): T {
  const before = new Set(SIGNALS.flatMap((signal) => process.listeners(signal)));
  const made = make();
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.off(signal, listener);
    }
  }
  return made;
}
