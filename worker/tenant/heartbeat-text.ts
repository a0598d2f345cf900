/**
 * Hot path: reads a heartbeat as its client has written it. The schema (protocol.ts `Heartbeat`) says what one is, and why
 * something is not one. As a heartbeat comes from every browser every minute, the usual kind is recognised by hand-written
 * code: reading and checking take 15,000 instructions, the schema's check alone 30,000 (docs/performance.md).
 */
import { type Heartbeat, MOST_ACTIVE_AGE_MS, TABS_MAX } from "../../shared/protocol.ts";

const OPAQUE_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** A heartbeat of open tabs; null: none, or a client's last. */
export function readHeartbeat(text: string): Heartbeat | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return isHeartbeat(value) ? value : null;
}

function isHeartbeat(value: unknown): value is Heartbeat {
  if (!hasFields(value, 3)) return false;
  const { client, seq, tabs } = value;
  if (!isOpaqueId(client) || !isWholeNumber(seq)) return false;
  return Array.isArray(tabs) && tabs.length > 0 && tabs.length <= TABS_MAX && tabs.every(isTabPresence);
}

function isTabPresence(value: unknown): boolean {
  if (!hasFields(value, 2)) return false;
  const { id, activeAgeMs: age } = value;
  return isOpaqueId(id) && (age === null || (isWholeNumber(age) && age <= MOST_ACTIVE_AGE_MS));
}

const hasFields = (value: unknown, count: number): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.keys(value).length === count;

const isOpaqueId = (value: unknown): boolean => typeof value === "string" && OPAQUE_ID.test(value);

const isWholeNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
