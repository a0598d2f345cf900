/** Moments as `<input type="datetime-local">` writes them, by the tenant's clock. */
import { Temporal } from "temporal-polyfill";

const LOCAL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?$/;

/** In ms; null: it is none. A time that the clock skips in spring is the one after the gap. */
export function readLocalTime(typed: string, timeZone: string): number | null {
  const local = typed.trim().replace(" ", "T");
  if (!LOCAL.test(local)) return null;
  try {
    return Temporal.PlainDateTime.from(local, { overflow: "reject" }).toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    return null;
  }
}
