/**
 * How often one address may make the CRM be asked about sessions that turn out to be nobody's. A made-up session costs
 * the CRM a question each time; people who are signed in cost nothing here, however many share an office's address.
 */
import { createTokenBuckets } from "../memory/token-buckets.ts";

/** An office of hundreds opens the login page at nine o'clock, each with a session of nobody's and a few requests. */
const AT_ONCE = 600;
/** ms until one more is free: ten a second. */
const EVERY_MS = 100;
const ADDRESSES_MAX = 10_000;

export interface StrangerLimit {
  /** Whether the address has used up what it may; null: the platform does not say where the request comes from. */
  isReached(address: string | null): boolean;
  /** The address showed a session of nobody's. */
  note(address: string | null): void;
}

export function createStrangerLimit(now: () => number): StrangerLimit {
  const buckets = createTokenBuckets({ atOnce: AT_ONCE, everyMs: EVERY_MS, max: ADDRESSES_MAX }, now);
  return {
    isReached: (address) => address !== null && buckets.emptyForMs(lineOf(address)) > 0,
    note: (address) => {
      if (address !== null) buckets.take(lineOf(address));
    },
  };
}

/** Whoever has one IPv6 address has 2^64 of them: the first four of its eight groups count. */
function lineOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head = "", tail = ""] = address.split("::");
  const [first, last] = [head.split(":"), tail.split(":")];
  const left = Math.max(0, 8 - first.length - last.length);
  return [...first, ...Array.from({ length: left }, () => "0"), ...last].slice(0, 4).join(":");
}
