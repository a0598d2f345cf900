/** R3: who uses the licences how much, who never does, and who was refused. */
import type { PersonUse } from "../../../audit/usage/people-usage.ts";
import type { Plural } from "../../../i18n/fill.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { holderPath, PATHS } from "../../paths.ts";
import { DateFields, ExportLinks, FilterEnd } from "../../ui/filter.tsx";
import { Names } from "../../ui/names.tsx";
import { Moment } from "../../ui/time.tsx";
import { choosePeople, isUnused, PEOPLE_SHOWN, SHOWS, type UseAsk, type UseSort, usePath } from "./people-list.ts";
import type { UsagePeriod } from "./usage-period.ts";
import { NoRecords, UsageRoom } from "./usage-room.tsx";

const TOP = 3;

export interface PeopleUseProps {
  visitor: Person;
  view: AdminView;
  period: UsagePeriod;
  ask: UseAsk;
  /** null: the records do not answer. */
  people: readonly PersonUse[] | null;
}

export const PeopleUsePage = (props: PeopleUseProps) => {
  const { visitor, view, period, ask, people } = props;
  const { words } = useLanguage();
  const { people: said } = words.insight;
  return (
    <UsageRoom tab="people" title={said.title} visitor={visitor} view={view}>
      <form class="filter" method="get" action={PATHS.peopleUse}>
        <DateFields from={ask.from} to={ask.to} wrong={period.fault?.field ?? null} />
        <div>
          <label for="q">{said.search}</label>
          <input id="q" name="q" type="search" maxlength={200} value={ask.search} autocomplete="off" dir="auto" />
        </div>
        <div>
          <label for="show">{said.show}</label>
          <select id="show" name="show">
            {SHOWS.map((show) => (
              <option value={show} selected={show === ask.show}>
                {said.shows[show]}
              </option>
            ))}
          </select>
        </div>
        <FilterEnd fault={period.fault} />
      </form>
      {people === null ? (
        <NoRecords />
      ) : (
        <>
          <Summary people={people} />
          <List {...props} people={people} />
        </>
      )}
    </UsageRoom>
  );
};

/** Who holds most, and what nobody uses, in sentences. */
const Summary = ({ people }: { people: readonly PersonUse[] }) => {
  const { words, parts, count, plural, number, share } = useLanguage();
  const { people: said } = words.insight;
  const held = people.reduce((sum, { heldMs }) => sum + heldMs, 0);
  const most = people.filter(({ heldMs }) => heldMs > 0).slice(0, TOP);
  const mostMs = most.reduce((sum, { heldMs }) => sum + heldMs, 0);
  const namesOf = (some: readonly PersonUse[]) => (
    <Names names={some.map(({ name, id }) => name || id || words.refusals.erased)} />
  );
  const sentence = (form: Plural, some: readonly PersonUse[]) => (
    <li>{parts(plural(form, some.length), { count: number(some.length), people: namesOf(some) })}</li>
  );
  const unused = people.filter(isUnused);
  const unseen = people.filter(({ lastSeenAt }) => lastSeenAt === null);
  return (
    <section class="card" aria-labelledby="summary-title">
      <h2 id="summary-title">{said.summary}</h2>
      <ul class="facts">
        <li>{count(said.used, people.filter(({ stays }) => stays > 0).length)}</li>
        {most.length > 0 && <li>{parts(said.most, { people: namesOf(most), share: share(mostMs / held) })}</li>}
        {unused.length > 0 && sentence(said.unused, unused)}
        {unseen.length > 0 && sentence(said.unseen, unseen)}
      </ul>
    </section>
  );
};

const List = ({ ask, people, period }: PeopleUseProps & { people: readonly PersonUse[] }) => {
  const { words, count } = useLanguage();
  const { people: said } = words.insight;
  const chosen = choosePeople(people, ask);
  const pages = Math.max(1, Math.ceil(chosen.length / PEOPLE_SHOWN));
  const page = Math.min(ask.page, pages);
  const filter = { ...period.typed, show: ask.show === "all" ? "" : ask.show, q: ask.search, sort: ask.sort };
  return (
    <section class="card" aria-labelledby="list-title">
      <div class="card-head">
        <h2 id="list-title">{said.each}</h2>
        <p class="quiet">{count(said.found, chosen.length)}</p>
      </div>
      {chosen.length === 0 ? (
        <p class="empty">{said.nobody}</p>
      ) : (
        <Table ask={ask} people={chosen.slice((page - 1) * PEOPLE_SHOWN, page * PEOPLE_SHOWN)} />
      )}
      {pages > 1 && <Pages ask={ask} page={page} pages={pages} />}
      <ExportLinks path={PATHS.peopleUseFile} filter={filter} />
    </section>
  );
};

const Table = ({ ask, people }: { ask: UseAsk; people: readonly PersonUse[] }) => {
  const { words, number, duration, workTime } = useLanguage();
  const { people: said } = words.insight;
  const columns: [UseSort, (use: PersonUse) => string | number][] = [
    ["hours", ({ heldMs }) => (heldMs === 0 ? "–" : workTime(heldMs))],
    ["days", ({ days }) => number(days)],
    ["stays", ({ stays }) => number(stays)],
    ["typical", ({ typicalMs }) => (typicalMs === null ? "–" : duration(typicalMs))],
    ["refusals", ({ refusals }) => number(refusals)],
    ["waited", ({ waitedMs }) => (waitedMs === 0 ? "–" : workTime(waitedMs))],
  ];
  return (
    <table>
      <caption class="visually-hidden">{said.caption}</caption>
      <thead>
        <tr>
          <Head ask={ask} sort="name" />
          {columns.map(([sort]) => (
            <Head ask={ask} sort={sort} isNumber />
          ))}
          <Head ask={ask} sort="seen" />
        </tr>
      </thead>
      <tbody>
        {people.map((use) => (
          <tr>
            <th scope="row" class="person">
              {use.id === null ? (
                <span class="quiet">{words.refusals.erased}</span>
              ) : (
                <a class="name" href={holderPath(use.id)}>
                  <bdi>{use.name || use.id}</bdi>
                </a>
              )}
              {use.named && <span class="tag">{words.now.namedTag}</span>}
              {use.email !== null && <bdi class="email">{use.email}</bdi>}
            </th>
            {columns.map(([sort, write]) => (
              <td data-label={said.columns[sort]} class="number">
                {write(use)}
              </td>
            ))}
            <td data-label={said.columns.seen} class="when">
              {use.isSeated ? said.nowSeated : use.lastSeenAt === null ? said.never : <Moment at={use.lastSeenAt} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const Head = ({ ask, sort, isNumber = false }: { ask: UseAsk; sort: UseSort; isNumber?: boolean }) => {
  const { people: said } = useLanguage().words.insight;
  const isSorted = ask.sort === sort;
  return (
    <th
      scope="col"
      class={isNumber ? "number" : undefined}
      aria-sort={isSorted ? (sort === "name" ? "ascending" : "descending") : undefined}
    >
      <a href={usePath(ask, { sort })}>{said.columns[sort]}</a>
    </th>
  );
};

const Pages = ({ ask, page, pages }: { ask: UseAsk; page: number; pages: number }) => {
  const { words, say } = useLanguage();
  const { now } = words;
  return (
    <nav class="pager" aria-label={words.insight.people.pages}>
      {page > 1 ? (
        <a rel="prev" href={usePath(ask, { page: page - 1 })}>
          {now.previous}
        </a>
      ) : (
        <span class="quiet">{now.previous}</span>
      )}
      <span>{say(words.refusals.page, { page, pages })}</span>
      {page < pages ? (
        <a rel="next" href={usePath(ask, { page: page + 1 })}>
          {now.next}
        </a>
      ) : (
        <span class="quiet">{now.next}</span>
      )}
    </nav>
  );
};
