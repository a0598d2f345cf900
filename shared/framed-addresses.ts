/**
 * G4: behind a service worker, and in browsers without Fetch Metadata, nothing in a request tells a frame from a page. The
 * page that holds the frame knows: its agent notes the address in a cookie, for as long as the browser runs.
 */

export const FRAMED_COOKIE = "__Host-hotseat-framed";
const KEPT = 12;

/** Of an address's path; of different paths mostly different (FNV-1a, 32 bits). */
export function idOfPath(path: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < path.length; at++) hash = Math.imul(hash ^ path.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** The cookie's value once the path was shown in a frame, or as a page of its own. */
export function noteShown(value: string, path: string, isFramed: boolean): string {
  const id = idOfPath(path);
  const others = value.split(".").filter((other) => other !== "" && other !== id);
  return (isFramed ? [id, ...others].slice(0, KEPT) : others).join(".");
}
