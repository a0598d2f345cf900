/**
 * PURE. The date of a cookie as browsers read it (RFC 6265, 5.1.1), which is not how scripts read dates: `0` and `-1` are
 * the years 2000 and 2001 to `Date.parse`, and nothing at all to a browser.
 */

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const SEPARATORS = /[\t -/;-@[-`{-~]+/;
const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/;
const DAY = /^(\d{1,2})(?:\D|$)/;
const YEAR = /^(\d{2,4})(?:\D|$)/;
/** Years of two digits from 70 on are of the century before. */
const FIRST_OF_1900S = 70;
const FIRST_YEAR = 1601;

/** ms; null: a browser takes it for no date, and goes on as if there were none. */
export function readCookieDate(text: string): number | null {
  let time: number[] | null = null;
  let day: number | null = null;
  let month: number | null = null;
  let year: number | null = null;
  for (const token of text.split(SEPARATORS)) {
    const [, ...clock] = TIME.exec(token) ?? [];
    if (time === null && clock.length > 0) time = clock.map(Number);
    else if (day === null && DAY.test(token)) day = Number.parseInt(token, 10);
    else if (month === null && MONTHS.includes(token.slice(0, 3).toLowerCase()))
      month = MONTHS.indexOf(token.slice(0, 3).toLowerCase());
    else if (year === null && YEAR.test(token)) year = fullYear(Number.parseInt(token, 10));
  }
  if (time === null || day === null || month === null || year === null) return null;
  const [hours = 0, minutes = 0, seconds = 0] = time;
  if (year < FIRST_YEAR || hours > 23 || minutes > 59 || seconds > 59) return null;
  const at = new Date(Date.UTC(year, month, day, hours, minutes, seconds));
  // 31 February is no day.
  return at.getUTCDate() === day && at.getUTCMonth() === month ? at.getTime() : null;
}

function fullYear(year: number): number {
  if (year >= 100) return year;
  return year + (year >= FIRST_OF_1900S ? 1900 : 2000);
}
