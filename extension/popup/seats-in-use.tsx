import type { Words } from "../words.ts";

/** Up to so many seats each has its own mark; more are one bar. */
const MARKS_MAX = 24;

export function SeatsInUse({ words, inUse, limit }: { words: Words; inUse: number; limit: number }) {
  const marks = Math.max(limit, inUse);
  return (
    <section class="in-use">
      <p>
        <span>{words.say("seatsInUse")}</span>
        <strong id="in-use">{words.say("seatsOfLimit", inUse, limit)}</strong>
      </p>
      <div class={marks <= MARKS_MAX ? "marks" : "bar"} aria-hidden="true">
        {marks <= MARKS_MAX ? (
          Array.from({ length: marks }, (_, place) => <i class={markOf(place, inUse, limit)} key={place} />)
        ) : (
          <i class={inUse >= limit ? "full" : "used"} style={{ width: `${Math.min(100, (100 * inUse) / limit)}%` }} />
        )}
      </div>
    </section>
  );
}

function markOf(place: number, inUse: number, limit: number): string {
  if (place >= inUse) return "";
  return inUse >= limit ? "full" : "used";
}
