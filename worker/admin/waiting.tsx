/** A4: who waits for a seat, in the order of the line. */
import type { AdminView, WaitingRow } from "../tenant/tenant-calls.ts";
import { useLanguage } from "./language.ts";
import { Ago } from "./time.tsx";

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
            <Place person={person} now={now} />
          ))}
        </ol>
      )}
      {more > 0 && <p class="hint">{count(words.now.more, more)}</p>}
    </section>
  );
};

const Place = ({ person, now }: { person: WaitingRow; now: number }) => {
  const { words, say, parts, duration } = useLanguage();
  return (
    <li data-key={person.id}>
      <bdi class="name">{person.name}</bdi>{" "}
      <span class="quiet">{parts(words.waiting.joined, { age: <Ago now={now} ageMs={person.sinceAgeMs} /> })}</span>
      {person.offeredForMs !== null && (
        <span class="tag">{say(words.now.seatHeld, { duration: duration(person.offeredForMs) })}</span>
      )}
      {person.email !== null && <bdi class="email">{person.email}</bdi>}
    </li>
  );
};
