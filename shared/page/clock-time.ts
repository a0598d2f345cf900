/**
 * A time of day as people write it, with the date where it is not today's. `at`: ms of this machine's clock;
 * `language`: undefined for the browser's own. Not broken across two lines.
 */
export function clockTime(at: number, language: string | undefined): string {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  const shape = { timeStyle: "short", ...(isToday ? {} : { dateStyle: "medium" as const }) } as const;
  return new Intl.DateTimeFormat(language, shape).format(at).replace(/\s/g, "\u00a0");
}
