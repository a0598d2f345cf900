/** A4: who waits for a seat, in the order of the line. */
import type { AdminView, WaitingRow } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { holderPath } from "../../paths.ts";
import { Ago } from "../../ui/time.tsx";

export const Waiting = ({ view, now }: { view: AdminView; now: number }) => {
  const { words, count } = useLanguage();
  const { waiting } = words;
  const more = view.queue - view.waiting.length;
  return (
    <section class="card" aria-labelledby="waiting-title" data-live="waiting">
      <h2 id="waiting-title" tabindex={-1}>
        {waiting.title}
      </h2>
      {view.waiting.length === 0 ? (
        <p class="empty">{waiting.none}</p>
      ) : (
        <ol class="line">
          {view.waiting.map((person) => (
            <Place person={person} view={view} now={now} />
          ))}
        </ol>
      )}
      {more > 0 && <p class="hint">{count(words.now.more, more)}</p>}
    </section>
  );
};

const Place = ({ person, view, now }: { person: WaitingRow; view: AdminView; now: number }) => {
  const { words, say, parts, duration } = useLanguage();
  return (
    <li data-key={person.id}>
      {view.scope === null ? (
        <a class="name" href={holderPath(person.id)}>
          <bdi>{person.name}</bdi>
        </a>
      ) : (
        <bdi class="name">{person.name}</bdi>
      )}{" "}
      <span class="quiet">{parts(words.waiting.joined, { age: <Ago now={now} ageMs={person.sinceAgeMs} /> })}</span>
      {person.offeredForMs !== null && (
        <span class="tag">{say(words.now.seatHeld, { duration: duration(person.offeredForMs) })}</span>
      )}
      {!person.offered && <Why reason={person.reason} view={view} />}
      {person.email !== null && <bdi class="email">{person.email}</bdi>}
    </li>
  );
};

/** L2: what keeps the person waiting at this moment. */
const Why = ({ reason, view }: { reason: WaitingRow["reason"]; view: AdminView }) => {
  const { words, count, list } = useLanguage();
  if (reason === null) return null;
  const { seats, pools } = view.kept;
  const said =
    reason === "reserved_for_others" && seats > 0
      ? count(words.meter.kept, seats, { pools: list(pools) })
      : (words.waiting.why as Partial<Record<string, string>>)[reason];
  return said === undefined ? null : <span class="why quiet">{said}</span>;
};
