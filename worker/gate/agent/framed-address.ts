/**
 * G4: behind a service worker, and without Fetch Metadata, nothing in a request tells a frame from a page. The page that
 * holds the frame knows, and notes its address for the gate in a cookie that lasts as long as the browser runs.
 */
import { FRAMED_COOKIE, noteShown } from "../../../shared/framed-addresses.ts";

/** Notes where this window's document was loaded from: in an `<iframe>`, or as a page of its own and not in one any more. */
export function noteAddress({ location, frameElement }: Window): void {
  // Empty frames have no address.
  if (!location.host) return;
  try {
    const before = document.cookie.split(`${FRAMED_COOKIE}=`)[1]?.split(";")[0] ?? "";
    const value = noteShown(before, location.pathname, frameElement?.localName === "iframe");
    // biome-ignore lint/suspicious/noDocumentCookie: it works in every browser, and at once.
    if (value !== before) document.cookie = `${FRAMED_COOKIE}=${value}; Path=/; Secure`;
  } catch {
    // A sandbox has no cookies.
  }
}
