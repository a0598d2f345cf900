/**
 * G4: behind a service worker, and without Fetch Metadata, nothing in a request tells a frame from a page. The page that
 * holds the frame knows, and notes its address for the gate in a cookie that lasts as long as the browser runs.
 */
import { FRAMED_COOKIE, noteShown } from "../../../shared/framed-addresses.ts";

const HELD = new RegExp(`${FRAMED_COOKIE}=([^;]*)`);

/** Notes where this window's document was loaded from: in an `<iframe>`, or as a page of its own and not in one any more. */
export function noteAddress({ location: { origin, pathname }, frameElement }: Window): void {
  if (origin !== location.origin) return;
  try {
    const before = HELD.exec(document.cookie)?.[1] ?? "";
    const value = noteShown(before, pathname, frameElement?.localName === "iframe");
    // biome-ignore lint/suspicious/noDocumentCookie: it works in every browser, and at once.
    if (value !== before) document.cookie = `${FRAMED_COOKIE}=${value}; Path=/; Secure; SameSite=Lax`;
  } catch {
    // A sandbox has no cookies.
  }
}
