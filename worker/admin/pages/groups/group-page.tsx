/** A7: one group of the firm's own: its name and rules, who is listed, and the ways to list people. */
import type { Child } from "hono/jsx";
import type { GroupView, Member } from "../../../tenant/groups/group-calls.ts";
import type { AdminView, KnownPerson, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { holderPath, PATHS, writeQuery } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { type GroupFields, GroupFieldsOf } from "./page.tsx";

/** The most people that a search of everybody answers. */
const FOUND_MOST = 20;

export interface GroupPageProps {
  visitor: Person;
  view: AdminView;
  shown: GroupView;
  /** What the list is searched for. */
  search: string;
  find: { search: string; found: readonly KnownPerson[] } | null;
  fields: GroupFields;
  /** The list as typed, and what was to be done with it. */
  people: { how: "add" | "take" | "replace"; people: string };
  fault: Child | null;
  field: string | undefined;
  notice: string | null;
}

export const GroupPage = (props: GroupPageProps) => {
  const { visitor, view, shown, fields, fault, field, notice } = props;
  const { words, say, list } = useLanguage();
  const { groups } = words;
  const { group } = shown;
  const isHand = group.source === "hand";
  const named = view.settings.pools.filter((pool) => pool.groups.includes(group.name)).map((pool) => pool.name);
  const isPlaced = field === "name" || field === "rules" || field === "people";
  return (
    <Layout title={group.name} tenantName={view.tenant.name} visitor={visitor}>
      <p class="back">
        <a href={PATHS.groups}>{groups.back}</a>
      </p>
      <div>
        <h1 dir="auto">{group.name}</h1>
        <p class="quiet">{named.length === 0 ? groups.noPools : say(groups.pools, { pools: list(named) })}</p>
      </div>
      {notice !== null && (
        <p class="banner banner-good" role="status">
          {notice}
        </p>
      )}
      {fault !== null && !isPlaced && (
        <p class="banner banner-bad" role="alert" tabindex={-1} autofocus>
          {fault}
        </p>
      )}
      {!isHand && <p class="banner">{groups.provider}</p>}
      {isHand && (
        <section class="card" aria-label={groups.rules}>
          <form method="post" action={PATHS.group} novalidate class="wide-form">
            <input type="hidden" name="id" value={group.id} />
            <input type="hidden" name="revision" value={group.revision} />
            <GroupFieldsOf fields={fields} fault={field === "people" ? null : isPlaced ? fault : null} field={field} />
            <div class="actions">
              <button type="submit" class="button">
                {groups.save}
              </button>
            </div>
          </form>
        </section>
      )}
      <Listed {...props} />
      {isHand && <Find {...props} />}
      {isHand && <ListForm {...props} />}
      <Remove {...props} />
    </Layout>
  );
};

const Listed = ({ shown, search }: GroupPageProps) => {
  const { words, say, count } = useLanguage();
  const { groups } = words;
  const { group, people, found, page, pages } = shown;
  const at = (other: number) => `${PATHS.group}${writeQuery({ id: group.id, search, page: String(other) })}#people`;
  return (
    <section class="card" id="people" aria-labelledby="people-title">
      <h2 id="people-title">{groups.inGroup}</h2>
      <p class="verdict">{count(groups.listed, group.people)}</p>
      {(search !== "" || pages > 1) && (
        <search>
          <form class="filter" method="get" action={`${PATHS.group}#people`}>
            <input type="hidden" name="id" value={group.id} />
            <div>
              <label for="search">{groups.search}</label>
              <input id="search" name="search" type="search" maxlength={200} value={search} />
            </div>
            <button type="submit" class="button button-quiet">
              {groups.searchButton}
            </button>
          </form>
        </search>
      )}
      {found === 0 && <p class="empty">{search === "" ? groups.nobody : say(groups.nobodyFits, { search })}</p>}
      {found > 0 && (
        <ul class="rows rows-tall">
          {people.map((member) => (
            <MemberRow member={member} group={group} />
          ))}
        </ul>
      )}
      {pages > 1 && (
        <nav class="pager" aria-label={groups.inGroup}>
          {page > 1 && <a href={at(page - 1)}>{groups.previous}</a>}
          <span>{say(groups.pageOf, { page, pages })}</span>
          {page < pages && <a href={at(page + 1)}>{groups.next}</a>}
        </nav>
      )}
    </section>
  );
};

const MemberRow = ({ member, group }: { member: Member; group: GroupView["group"] }) => {
  const { groups } = useLanguage().words;
  const { id, name, known } = member;
  return (
    <li>
      <span>
        {id !== null && known !== null ? (
          <>
            <a class="name" href={holderPath(id)}>
              <bdi>{known}</bdi>
            </a>{" "}
            <bdi class="quiet">{id}</bdi>
          </>
        ) : (
          <bdi class="name">{name}</bdi>
        )}
      </span>
      {group.source === "hand" && (
        <form method="post" action={PATHS.groupPeople} class="inline">
          <input type="hidden" name="id" value={group.id} />
          <input type="hidden" name="how" value="take" />
          <input type="hidden" name={id === null ? "name" : "holder"} value={id ?? name} />
          <button type="submit" class="button button-quiet button-small">
            {groups.takeOne}
            <span class="visually-hidden"> {known ?? name}</span>
          </button>
        </form>
      )}
    </li>
  );
};

const Find = ({ shown, find }: GroupPageProps) => {
  const { words, say } = useLanguage();
  const { groups } = words;
  const { group } = shown;
  return (
    <section class="card" id="find" aria-labelledby="find-title">
      <h2 id="find-title">{groups.find}</h2>
      <search>
        <form class="filter" method="get" action={`${PATHS.group}#find`}>
          <input type="hidden" name="id" value={group.id} />
          <div>
            <label for="find-name">{groups.name}</label>
            <input id="find-name" name="find" type="search" maxlength={200} value={find?.search ?? ""} />
          </div>
          <button type="submit" class="button button-quiet">
            {groups.findButton}
          </button>
        </form>
      </search>
      {find !== null && find.found.length === 0 && (
        <p class="empty" role="status">
          {say(groups.foundNobody, { search: find.search })}
        </p>
      )}
      {find !== null && find.found.length > 0 && (
        <ul class="rows">
          {find.found.map(({ id, name, email }) => (
            <li>
              <span>
                <bdi class="name">{name}</bdi> <bdi class="quiet">{email ?? id}</bdi>
              </span>
              <form method="post" action={PATHS.groupPeople} class="inline">
                <input type="hidden" name="id" value={group.id} />
                <input type="hidden" name="how" value="add" />
                <input type="hidden" name="holder" value={id} />
                <button type="submit" class="button button-small">
                  {groups.addOne}
                  <span class="visually-hidden"> {name}</span>
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      {find?.found.length === FOUND_MOST && <p class="hint">{say(groups.foundMany, { count: FOUND_MOST })}</p>}
    </section>
  );
};

const ListForm = ({ shown, people, fault, field }: GroupPageProps) => {
  const { groups } = useLanguage().words;
  const isWrong = fault !== null && field === "people";
  const ways = [
    ["add", groups.howAdd],
    ["replace", groups.howReplace],
    ["take", groups.howTake],
  ] as const;
  return (
    <section class="card" id="list" aria-labelledby="list-title">
      <h2 id="list-title">{groups.people}</h2>
      <form method="post" action={PATHS.groupPeople} enctype="multipart/form-data" novalidate class="wide-form">
        <input type="hidden" name="id" value={shown.group.id} />
        <label for="list-people">{groups.listLabel}</label>
        <textarea
          id="list-people"
          name="people"
          rows={6}
          autocapitalize="off"
          spellcheck={false}
          aria-describedby={isWrong ? "list-fault list-hint" : "list-hint"}
          aria-invalid={isWrong ? "true" : undefined}
          autofocus={isWrong}
        >
          {people.people}
        </textarea>
        {isWrong && (
          <p class="fault" id="list-fault" role="alert">
            {fault}
          </p>
        )}
        <p class="hint" id="list-hint">
          {groups.listHint}
        </p>
        <label for="list-file">{groups.file}</label>
        <input
          id="list-file"
          name="file"
          type="file"
          class="wide"
          accept=".csv,.txt,text/csv,text/plain"
          aria-describedby="file-hint"
        />
        <p class="hint" id="file-hint">
          {groups.fileHint}
        </p>
        <fieldset class="choices">
          <legend>{groups.how}</legend>
          {ways.map(([way, said]) => (
            <div>
              <input type="radio" id={`how-${way}`} name="how" value={way} checked={people.how === way} />
              <label for={`how-${way}`}>{said}</label>
            </div>
          ))}
        </fieldset>
        <div class="actions">
          <button type="submit" class="button">
            {groups.doIt}
          </button>
        </div>
      </form>
    </section>
  );
};

const Remove = ({ shown }: GroupPageProps) => {
  const { words, say } = useLanguage();
  const { groups } = words;
  const { id, name, revision } = shown.group;
  return (
    <section class="card" aria-labelledby="remove-title">
      <h2 id="remove-title">{groups.removeTitle}</h2>
      <p class="hint">{groups.removeHint}</p>
      <details>
        <summary>{say(groups.remove, { name })}</summary>
        <form method="post" action={PATHS.removeGroup}>
          <input type="hidden" name="id" value={id} />
          <input type="hidden" name="revision" value={revision} />
          <input type="hidden" name="sure" value="yes" />
          <div class="actions">
            <button type="submit" class="button button-danger">
              {groups.removeSure}
            </button>
          </div>
        </form>
      </details>
    </section>
  );
};
