import type { Standing } from "../seat/standing.ts";
import type { Words } from "../words.ts";

const MINUTE_MS = 60_000;

/** L15, L16: how long it may take yet, or how long there is to answer. */
export function Line({ words, standing, now }: { words: Words; standing: Standing; now: number }) {
  const said = sayLine(words, standing, now);
  return said === null ? null : (
    <p class="line" id="line">
      {said}
    </p>
  );
}

function sayLine(words: Words, standing: Standing, now: number): string | null {
  switch (standing.kind) {
    case "waiting": {
      if (standing.estimateMs === null) return null;
      const minutes = Math.max(1, Math.round(standing.estimateMs / MINUTE_MS));
      return words.count("estimate", minutes);
    }
    case "offered":
      return standing.until === null ? null : words.count("heldFor", secondsTo(standing.until, now));
    case "nudged":
      return words.count("answerWithin", secondsTo(standing.answerBy, now));
    default:
      return null;
  }
}

const secondsTo = (time: number, now: number): number => Math.max(0, Math.ceil((time - now) / 1_000));
