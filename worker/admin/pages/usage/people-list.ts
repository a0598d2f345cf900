/** R3: which people the page of their use shows, in which order. Every state of the list has an address of its own. */
import type { PersonUse } from "../../../audit/usage/people-usage.ts";
import { readWhole } from "../../form.ts";
import { PATHS, writeQuery } from "../../paths.ts";

export const PEOPLE_SHOWN = 100;
const SEARCH_MAX = 200;

/** `unseen`: never had a seat. `unused`: have a named licence and had no seat in the period. */
export const SHOWS = ["all", "unseen", "unused"] as const;
export type Show = (typeof SHOWS)[number];

export const USE_SORTS = {
  name: null,
  hours: (use: PersonUse) => use.heldMs,
  days: (use: PersonUse) => use.days,
  stays: (use: PersonUse) => use.stays,
  typical: (use: PersonUse) => use.typicalMs ?? -1,
  seen: (use: PersonUse) => use.lastSeenAt ?? -1,
  refusals: (use: PersonUse) => use.refusals,
  waited: (use: PersonUse) => use.waitedMs,
} as const;
export type UseSort = keyof typeof USE_SORTS;

export interface UseAsk {
  from: string;
  to: string;
  show: Show;
  search: string;
  sort: UseSort;
  page: number;
}

/** An unknown sort, page or choice becomes the first. */
export function readUseAsk(query: (name: string) => string | undefined, days: { from: string; to: string }): UseAsk {
  const page = readWhole(query("page") ?? "1");
  return {
    ...days,
    show: SHOWS.find((show) => show === query("show")) ?? "all",
    search: (query("q") ?? "").trim().slice(0, SEARCH_MAX),
    sort: (Object.keys(USE_SORTS) as UseSort[]).find((sort) => sort === query("sort")) ?? "hours",
    page: page === null || page < 1 ? 1 : page,
  };
}

export function choosePeople(people: readonly PersonUse[], { show, search, sort }: UseAsk): PersonUse[] {
  const part = search.toLowerCase();
  const measure = USE_SORTS[sort];
  const chosen = people.filter(
    (use) =>
      (show === "all" || (show === "unseen" ? use.lastSeenAt === null : isUnused(use))) &&
      (part === "" || [use.id, use.name, use.email].some((text) => text?.toLowerCase().includes(part) === true)),
  );
  return chosen.sort((a, b) =>
    measure === null ? a.name.localeCompare(b.name) : measure(b) - measure(a) || a.name.localeCompare(b.name),
  );
}

/** A licence that is paid for a person who does not use it. */
export const isUnused = ({ named, stays }: PersonUse): boolean => named && stays === 0;

/** The address of the list asked for otherwise. */
export function usePath(ask: UseAsk, other: Partial<UseAsk>): string {
  const { from, to, show, search, sort, page } = { ...ask, page: 1, ...other };
  return `${PATHS.peopleUse}${writeQuery({
    from,
    to,
    show: show === "all" ? "" : show,
    q: search,
    sort: sort === "hours" ? "" : sort,
    page: page === 1 ? "" : String(page),
  })}`;
}
