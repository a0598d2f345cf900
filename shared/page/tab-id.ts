/** The random id of one document (X1). */
import type { TabId } from "../ids.ts";

export function newTab(): TabId {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  // Hand-made: crypto.randomUUID is not there on plain http hosts.
  let id = "";
  for (const byte of bytes) id += byte.toString(16).padStart(2, "0");
  return id as TabId;
}
