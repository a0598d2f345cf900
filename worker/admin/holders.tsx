/** Who has a seat, and who waits for one. */
import type { AdminView, HolderRow } from "../tenant/tenant-calls.ts";
import { freePath } from "./paths.ts";
import { Ago } from "./time.tsx";
import { ROLE_WORDS } from "./words.ts";

export const Holders = ({ view, now }: { view: AdminView; now: number }) => (
  <section class="card" aria-labelledby="holders-title" data-live="holders">
    <h2 id="holders-title">Who has a seat</h2>
    {view.holders.length === 0 ? (
      <p class="empty">Nobody has a seat at the moment.</p>
    ) : (
      <table>
        <caption class="visually-hidden">People who have a seat, since when, and when they last did something</caption>
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">Seat since</th>
            <th scope="col">Last active</th>
            <th scope="col" class="number">
              Tabs
            </th>
            <th scope="col" class="number">
              Browsers
            </th>
            <th scope="col">
              <span class="visually-hidden">Action</span>
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

const Holder = ({ holder, now }: { holder: HolderRow; now: number }) => (
  <tr>
    <th scope="row" class="person">
      <bdi class="name">{holder.name}</bdi>
      {holder.role !== "user" && <span class="tag">{ROLE_WORDS[holder.role]}</span>}
      {holder.exempt && <span class="tag tag-quiet">not counted</span>}
      {holder.email !== null && <bdi class="email">{holder.email}</bdi>}
    </th>
    <td data-label="Seat since">
      <Ago now={now} ageMs={holder.sinceAgeMs} />
    </td>
    <td data-label="Last active">
      <Ago now={now} ageMs={holder.activeAgeMs} />
    </td>
    <td data-label="Tabs" class="number">
      {holder.tabs}
    </td>
    <td data-label="Browsers" class="number">
      {holder.clients}
    </td>
    <td class="act">
      <a class="button button-quiet" href={freePath(holder.id)}>
        Free this seat<span class="visually-hidden"> of {holder.name}</span>
      </a>
    </td>
  </tr>
);

export const Waiting = ({ view, now }: { view: AdminView; now: number }) => (
  <section class="card" aria-labelledby="waiting-title" data-live="waiting">
    <h2 id="waiting-title">Who is waiting</h2>
    {view.waiting.length === 0 ? (
      <p class="empty">Nobody is waiting.</p>
    ) : (
      <ol class="line">
        {view.waiting.map((person) => (
          <li>
            <bdi class="name">{person.name}</bdi>{" "}
            <span class="quiet">
              joined <Ago now={now} ageMs={person.sinceAgeMs} />
            </span>
            {person.offered && <span class="tag">a seat is held for this person</span>}
          </li>
        ))}
      </ol>
    )}
  </section>
);
