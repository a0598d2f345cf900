/** One runtime quirk: `Set.has` interns each string it is asked for, which costs more than the look-up itself. */

/** Tests whether a header's name, in lower case, is one of these: by its length first, which tells most names apart. */
export function nameTest(names: readonly string[]): (name: string) => boolean {
  const longest = Math.max(...names.map(({ length }) => length));
  const byLength = Array.from({ length: longest + 1 }, (_, length) => names.filter((name) => name.length === length));
  return (name) => name.length <= longest && byLength[name.length]?.includes(name) === true;
}
