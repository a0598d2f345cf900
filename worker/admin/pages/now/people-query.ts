/** A4: which holders the address of the page asks for. Every state of the list has an address of its own. */
import { type PeopleAsk, SORT_KEYS, type SortKey } from "../../../tenant/tenant-calls.ts";
import { readWhole } from "../../form.ts";
import { PATHS, writeQuery } from "../../paths.ts";

export const PEOPLE_A_PAGE = 100;
const SEARCH_MAX = 200;

/** The longest-held seat first, since managers look for seats to free. */
const FIRST = { sort: "since", descending: true } as const;

/** How a column is sorted when it is first asked for. */
const DESCENDING_FIRST: Record<SortKey, boolean> = {
  name: false,
  pool: false,
  since: true,
  active: true,
  tabs: true,
  browsers: true,
};

export const SORTS = SORT_KEYS.flatMap((key) => [`${key}-asc`, `${key}-desc`] as const);
export type SortWord = (typeof SORTS)[number];

export const sortWord = ({ sort, descending }: Pick<PeopleAsk, "sort" | "descending">): SortWord =>
  `${sort}-${descending ? "desc" : "asc"}`;

/** An unknown sort or page becomes the first. */
export function readPeopleAsk(query: (name: string) => string | undefined): PeopleAsk {
  const word = query("sort");
  const key = SORT_KEYS.find((one) => word === `${one}-asc` || word === `${one}-desc`);
  const sorted = key === undefined ? FIRST : { sort: key, descending: word === `${key}-desc` };
  const page = readWhole(query("page") ?? "1");
  return {
    ...sorted,
    search: (query("q") ?? "").trim().slice(0, SEARCH_MAX),
    page: page === null || page < 1 ? 1 : page,
    size: PEOPLE_A_PAGE,
  };
}

/** The address of the list asked for otherwise. */
export function peoplePath(ask: PeopleAsk, other: Partial<PeopleAsk>): string {
  const wanted = { ...ask, page: 1, ...other };
  const first = wanted.sort === FIRST.sort && wanted.descending === FIRST.descending;
  return `${PATHS.home}${writeQuery({
    q: wanted.search,
    sort: first ? "" : sortWord(wanted),
    page: wanted.page === 1 ? "" : String(wanted.page),
  })}`;
}

/** The same list by this column; the other way round where it is sorted so already. */
export const sortedPath = (ask: PeopleAsk, sort: SortKey): string =>
  peoplePath(ask, { sort, descending: ask.sort === sort ? !ask.descending : DESCENDING_FIRST[sort] });
