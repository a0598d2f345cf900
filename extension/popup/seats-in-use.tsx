import type { Status } from "../../shared/protocol.ts";
import type { MessageKey, Words } from "../words.ts";

type Measure = NonNullable<Status["measure"]>;

/** L25: what is counted. */
const IN_USE: Record<Measure, MessageKey> = {
  concurrent: "seatsInUse",
  mixed: "seatsInUse",
  named: "namedInUse",
  records: "peopleAtWork",
};

/** Up to so many seats each has its own mark; more are one bar. */
const MARKS_MAX = 24;

interface Props {
  words: Words;
  inUse: number;
  limit: number;
  measure: Measure;
}

export function SeatsInUse({ words, inUse, limit, measure }: Props) {
  // The technical cap is no measure for anybody at work.
  if (measure === "records") {
    return (
      <section class="in-use">
        <p>
          <span>{words.say(IN_USE[measure])}</span>
          <strong id="in-use">{inUse}</strong>
        </p>
      </section>
    );
  }
  const isFull = measure !== "named" && inUse >= limit;
  const marks = Math.max(limit, inUse);
  return (
    <section class="in-use">
      <p>
        <span>{words.say(IN_USE[measure])}</span>
        <strong id="in-use">{words.say("seatsOfLimit", inUse, limit)}</strong>
      </p>
      <div class={marks <= MARKS_MAX ? "marks" : "bar"} aria-hidden="true">
        {marks <= MARKS_MAX ? (
          Array.from({ length: marks }, (_, place) => <i class={markOf(place, inUse, isFull)} key={place} />)
        ) : (
          <i
            class={isFull ? "full" : "used"}
            style={{ width: `${Math.min(100, (100 * inUse) / Math.max(1, limit))}%` }}
          />
        )}
      </div>
    </section>
  );
}

function markOf(place: number, inUse: number, isFull: boolean): string {
  if (place >= inUse) return "";
  return isFull ? "full" : "used";
}
