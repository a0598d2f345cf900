/**
 * G4: behind a service worker, and in browsers without Fetch Metadata, nothing in a request tells a frame from a page. The
 * page that holds the frame knows: its agent notes the address in a cookie, for as long as the browser runs.
 */

export const FRAMED_COOKIE = "__Host-hotseat-framed";
const KEPT = 8;

/** The cookie's value once the path was shown in a frame, or as a page of its own. */
export function noteShown(value: string, path: string, isFramed: boolean): string {
  const id = encodeURIComponent(path);
  const others = value.split("|").filter((other) => other && other !== id);
  return (isFramed ? [id, ...others].slice(0, KEPT) : others).join("|");
}

/** Whether the cookie's value says that the path was shown in a frame last. */
export const isNoted = (value: string, path: string): boolean => value.split("|").includes(encodeURIComponent(path));
