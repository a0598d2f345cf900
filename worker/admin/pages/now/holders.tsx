/** A4: who has a seat: searched, sorted, a page at a time. */
import type { Child } from "hono/jsx";
import type { AdminView, HolderRow, PeopleAsk, SortKey } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { freePath, holderPath, PATHS } from "../../paths.ts";
import { Fault, Said } from "../../ui/said.tsx";
import { Ago } from "../../ui/time.tsx";
import { peoplePath, SORTS, sortedPath, sortWord } from "./people-query.ts";

interface HoldersProps {
  view: AdminView;
  ask: PeopleAsk;
  /** ms. */
  now: number;
}

/** The form stands outside the live part, so nobody's typing is touched. */
export const Holders = ({
  view,
  ask,
  now,
  said,
  fault,
}: HoldersProps & { said: string | null; fault: Child | null }) => {
  const { words, count } = useLanguage();
  return (
    <section class="card" aria-labelledby="holders-title">
      <div class="card-head">
        <h2 id="holders-title" tabindex={-1}>
          {words.holders.title}
        </h2>
        <p class="quiet" data-live="seated">
          {count(words.now.seated, view.seated)}
        </p>
      </div>
      {said !== null && <Said>{said}</Said>}
      {fault !== null && <Fault>{fault}</Fault>}
      <Search ask={ask} />
      <div class="live" data-live="holders">
        <Found view={view} ask={ask} now={now} />
      </div>
    </section>
  );
};

const Search = ({ ask }: { ask: PeopleAsk }) => {
  const { now } = useLanguage().words;
  const chosen = sortWord(ask);
  return (
    <search>
      <form class="filter" method="get" action={PATHS.home}>
        <div class="grows">
          <label for="q">{now.search}</label>
          <input id="q" name="q" type="search" maxlength={200} value={ask.search} autocomplete="off" dir="auto" />
        </div>
        <div>
          <label for="sort">{now.sortBy}</label>
          <select id="sort" name="sort">
            {SORTS.map((sort) => (
              <option value={sort} selected={sort === chosen}>
                {now.sorts[sort]}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="button">
          {now.searchDo}
        </button>
        {ask.search !== "" && (
          <a class="button button-quiet" href={peoplePath(ask, { search: "" })}>
            {now.searchAll}
          </a>
        )}
      </form>
    </search>
  );
};

const Found = ({ view, ask, now }: HoldersProps) => {
  const { words, say, count } = useLanguage();
  if (view.seated === 0) return <p class="empty">{words.holders.none}</p>;
  if (view.found === 0) return <p class="empty">{say(words.now.nobodyFits, { search: ask.search })}</p>;
  return (
    <>
      {ask.search !== "" && (
        <p class="hint">{count(words.now.found, view.found, { all: view.seated, search: ask.search })}</p>
      )}
      <HolderTables view={view} ask={ask} now={now} />
      {view.pages > 1 && <Pager view={view} ask={ask} />}
    </>
  );
};

/** L11: people who are not counted stand apart: their sessions make no room. */
const HolderTables = ({ view, ask, now }: HoldersProps) => {
  const { holders } = useLanguage().words;
  // L25: in the named model people with a licence of their own are those who count.
  const isCounted = ({ exempt, named }: HolderRow) => !exempt || (named && view.full.measure === "named");
  const uncounted = view.holders.filter((row) => !isCounted(row));
  const counted = view.holders.filter(isCounted);
  return (
    <>
      {counted.length > 0 && <HolderTable rows={counted} isUncounted={false} view={view} ask={ask} now={now} />}
      {uncounted.length > 0 && (
        <>
          <h3>{holders.uncounted}</h3>
          <p class="hint">{holders.uncountedHint}</p>
          <HolderTable rows={uncounted} isUncounted view={view} ask={ask} now={now} />
        </>
      )}
    </>
  );
};

const HolderTable = ({
  rows,
  isUncounted,
  view,
  ask,
  now,
}: HoldersProps & { rows: readonly HolderRow[]; isUncounted: boolean }) => {
  const { words } = useLanguage();
  const { holders } = words;
  const hasPools = view.settings.pools.length > 0;
  return (
    <table class="people">
      <caption class="visually-hidden">{isUncounted ? holders.uncountedCaption : holders.caption}</caption>
      <thead>
        <tr>
          <Column ask={ask} sort="name" words={holders.person} />
          {hasPools && <Column ask={ask} sort="pool" words={words.now.pool} />}
          <Column ask={ask} sort="since" words={isUncounted ? holders.signedInSince : holders.since} />
          <Column ask={ask} sort="active" words={holders.active} />
          <Column ask={ask} sort="tabs" words={holders.tabs} number />
          <Column ask={ask} sort="browsers" words={holders.browsers} number />
          <th scope="col">
            <span class="visually-hidden">{holders.action}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((holder) => (
          <Holder holder={holder} now={now} hasPools={hasPools} isScoped={view.scope !== null} />
        ))}
      </tbody>
    </table>
  );
};

const Column = ({
  ask,
  sort,
  words,
  number = false,
}: {
  ask: PeopleAsk;
  sort: SortKey;
  words: string;
  number?: boolean;
}) => {
  const order = ask.sort === sort ? (ask.descending ? "descending" : "ascending") : undefined;
  return (
    <th scope="col" class={number ? "number" : undefined} aria-sort={order}>
      <a class="sort" href={sortedPath(ask, sort)}>
        {words}
      </a>
    </th>
  );
};

interface HolderProps {
  holder: HolderRow;
  now: number;
  hasPools: boolean;
  /** A13: the page of each person tells more than is theirs to see. */
  isScoped: boolean;
}

const Holder = ({ holder, now, hasPools, isScoped }: HolderProps) => {
  const { words, say, number, duration } = useLanguage();
  const { holders, roles } = words;
  return (
    <tr data-key={holder.id}>
      <th scope="row" class="person">
        {isScoped ? (
          <bdi class="name">{holder.name}</bdi>
        ) : (
          <a class="name" href={holderPath(holder.id)}>
            <bdi>{holder.name}</bdi>
          </a>
        )}
        {holder.role !== "user" && <span class="tag">{roles[holder.role]}</span>}
        {holder.named ? (
          <span class="tag tag-quiet">{words.now.namedTag}</span>
        ) : (
          holder.exempt && <span class="tag tag-quiet">{holders.exempt}</span>
        )}
        {holder.over?.via === "overdraft" && (
          <span class="tag">{say(words.overdraft.tag, { duration: duration(holder.over.sinceAgeMs) })}</span>
        )}
        {holder.over?.via === "observing" && (
          <span class="tag" title={words.reasons[holder.over.reason]}>
            {say(words.observing.tag, { duration: duration(holder.over.sinceAgeMs) })}
          </span>
        )}
        {holder.email !== null && <bdi class="email">{holder.email}</bdi>}
      </th>
      {hasPools && (
        <td data-label={words.now.pool}>
          <bdi>{holder.pools.length === 0 ? "–" : holder.pools.join(", ")}</bdi>
        </td>
      )}
      <td data-label={holder.exempt ? holders.signedInSince : holders.since}>
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
          aria-label={say(holder.exempt ? holders.endOf : holders.freeOf, { name: holder.name })}
        >
          {holder.exempt ? holders.end : holders.free}
        </a>
      </td>
    </tr>
  );
};

const Pager = ({ view, ask }: { view: AdminView; ask: PeopleAsk }) => {
  const { words, say } = useLanguage();
  const { page, pages } = view;
  return (
    <nav class="pager" aria-label={words.now.pager}>
      {page > 1 && (
        <a href={peoplePath(ask, { page: page - 1 })} rel="prev">
          {words.now.previous}
        </a>
      )}
      <span>{say(words.now.page, { page, pages })}</span>
      {page < pages && (
        <a href={peoplePath(ask, { page: page + 1 })} rel="next">
          {words.now.next}
        </a>
      )}
    </nav>
  );
};
