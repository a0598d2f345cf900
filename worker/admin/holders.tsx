/** Who has a seat, and who waits for one. */
import type { AdminView, HolderRow } from "../tenant/tenant-calls.ts";
import { useLanguage } from "./language.ts";
import { freePath } from "./paths.ts";
import { Ago } from "./time.tsx";

export const Holders = ({ view, now }: { view: AdminView; now: number }) => {
  const { holders } = useLanguage().words;
  return (
    <section class="card" aria-labelledby="holders-title" data-live="holders">
      <h2 id="holders-title">{holders.title}</h2>
      {view.holders.length === 0 ? (
        <p class="empty">{holders.none}</p>
      ) : (
        <table>
          <caption class="visually-hidden">{holders.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{holders.person}</th>
              <th scope="col">{holders.since}</th>
              <th scope="col">{holders.active}</th>
              <th scope="col" class="number">
                {holders.tabs}
              </th>
              <th scope="col" class="number">
                {holders.browsers}
              </th>
              <th scope="col">
                <span class="visually-hidden">{holders.action}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {view.holders.map((holder) => (
              <Holder holder={holder} now={now} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
};

const Holder = ({ holder, now }: { holder: HolderRow; now: number }) => {
  const { words, say, number } = useLanguage();
  const { holders } = words;
  return (
    <tr>
      <th scope="row" class="person">
        <bdi class="name">{holder.name}</bdi>
        {holder.role !== "user" && <span class="tag">{words.roles[holder.role]}</span>}
        {holder.exempt && <span class="tag tag-quiet">{holders.exempt}</span>}
        {holder.email !== null && <bdi class="email">{holder.email}</bdi>}
      </th>
      <td data-label={holders.since}>
        <Ago now={now} ageMs={holder.sinceAgeMs} />
      </td>
      <td data-label={holders.active}>
        <Ago now={now} ageMs={holder.activeAgeMs} />
      </td>
      <td data-label={holders.tabs} class="number">
        {number(holder.tabs)}
      </td>
      <td data-label={holders.browsers} class="number">
        {number(holder.clients)}
      </td>
      <td class="act">
        <a
          class="button button-quiet"
          href={freePath(holder.id)}
          aria-label={say(holders.freeOf, { name: holder.name })}
        >
          {holders.free}
        </a>
      </td>
    </tr>
  );
};

export const Waiting = ({ view, now }: { view: AdminView; now: number }) => {
  const { words, parts } = useLanguage();
  return (
    <section class="card" aria-labelledby="waiting-title" data-live="waiting">
      <h2 id="waiting-title">{words.waiting.title}</h2>
      {view.waiting.length === 0 ? (
        <p class="empty">{words.waiting.none}</p>
      ) : (
        <ol class="line">
          {view.waiting.map((person) => (
            <li>
              <bdi class="name">{person.name}</bdi>{" "}
              <span class="quiet">
                {parts(words.waiting.joined, { age: <Ago now={now} ageMs={person.sinceAgeMs} /> })}
              </span>
              {person.offered && <span class="tag">{words.waiting.offered}</span>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
};
