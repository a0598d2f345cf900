import { MINUTE_MS } from "../../shared/durations.ts";
import { sayAsked } from "../asked-words.ts";
import type { Standing } from "../seat/standing.ts";
import type { Words } from "../words.ts";

/** L15, L16: how long it may take yet, how long there is to answer, and what came of asking a holder. */
export function Line({ words, standing, now }: { words: Words; standing: Standing; now: number }) {
  const said = sayLine(words, standing, now);
  const asked = standing.kind === "waiting" ? sayAsked(words, standing, now) : null;
  // Read out without the time, which changes every second.
  const spoken = standing.kind === "waiting" ? sayAsked(words, { ...standing, answerBy: null }, now) : null;
  return (
    <>
      {said !== null && (
        <p class="line" id="line">
          {said}
        </p>
      )}
      {asked !== null && (
        <p class="line" id="asked">
          {asked}
        </p>
      )}
      <p class="spoken" role="status">
        {spoken}
      </p>
    </>
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
