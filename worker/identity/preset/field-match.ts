/** Fields of a query or a form, read as the most careless server would: what it might take for ours counts as ours. */

/** The one of each name that a request may have, and what it may say. */
export type Fields = Readonly<Record<string, readonly string[]>>;

/** The fields of a query in each of the ways in which servers read it: some part them by `;`, too. */
export function readingsOf(query: string): URLSearchParams[] {
  const plain = new URLSearchParams(query);
  return query.includes(";") ? [plain, new URLSearchParams(query.replaceAll(";", "&"))] : [plain];
}

/** Whether each wanted field is there exactly once, however it is spelled, and says one of what it may say. */
export function fieldsFit(wanted: Fields, given: URLSearchParams): boolean {
  return Object.entries(wanted).every(([name, values]) => {
    const found = spellingsOf(name, given);
    const [only] = found;
    return found.length === 1 && only?.isExact === true && values.includes(only.value);
  });
}

/** Whether any of the names is there, in any spelling. */
export const hasAnyField = (names: readonly string[], given: URLSearchParams): boolean =>
  names.some((name) => spellingsOf(name, given).length > 0);

/** PHP trims names, cuts them at `[` and NUL, and takes `.` and blanks for `_`; others ignore letter case. */
const plain = (name: string): string =>
  name
    .replace(/^\s+/, "")
    .replace(/[[\0].*$/s, "")
    .replace(/[. ]/g, "_")
    .toLowerCase();

function spellingsOf(name: string, given: URLSearchParams): { value: string; isExact: boolean }[] {
  const wanted = plain(name);
  return [...given].filter(([key]) => plain(key) === wanted).map(([key, value]) => ({ value, isExact: key === name }));
}
