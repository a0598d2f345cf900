/** Alarms start a stopped background. Browsers may hold them to half a minute. */
import { MINUTE_MS } from "../../shared/durations.ts";
import { browser } from "./browser.ts";

export interface Alarms {
  /** The regular alarm, about every so many ms; setting the same again changes nothing. */
  repeatEvery(ms: number): Promise<void>;
  /** One more at this time; replaces the last one asked for. */
  wakeAt(time: number): Promise<void>;
  /** No tab is open and nothing is due: both alarms go. */
  rest(): Promise<void>;
}

const REGULAR = "beat";
const SINGLE = "due";
const PERIOD_MIN_MS = 30_000;

export function browserAlarms(): Alarms {
  return {
    async repeatEvery(ms) {
      const periodInMinutes = Math.max(ms, PERIOD_MIN_MS) / MINUTE_MS;
      const known = await browser.alarms.get(REGULAR);
      if (known?.periodInMinutes !== periodInMinutes) browser.alarms.create(REGULAR, { periodInMinutes });
    },
    async wakeAt(time) {
      browser.alarms.create(SINGLE, { when: time });
    },
    async rest() {
      await Promise.all([browser.alarms.clear(REGULAR), browser.alarms.clear(SINGLE)]);
    },
  };
}
