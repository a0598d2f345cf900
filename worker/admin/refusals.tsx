/** The recorded refusals (R1). */
import type { DenialRow } from "../records/denial-query.ts";
import { writeDuration, writeMoment } from "./age.ts";
import { PATHS, writeQuery } from "./paths.ts";
import { Moment } from "./time.tsx";
import { outcomeWord, REASON_WORDS } from "./words.ts";

const MINUTE = 60_000;
const DATE_LENGTH = "2026-11-21".length;

/** What the records answered; null when they did not. */
export type Refusals = { rows: DenialRow[]; total: number } | null;

/** The newest of them, on the first page. */
export const LatestRefusals = ({ refusals }: { refusals: Refusals }) => (
  <section class="card" aria-labelledby="refusals-title">
    <h2 id="refusals-title">Refusals of the last sixty days</h2>
    <RefusalTable refusals={refusals} />
    {refusals !== null && refusals.total > refusals.rows.length && (
      <p>
        <a href={PATHS.refusals}>All {refusals.total} refusals</a>
      </p>
    )}
  </section>
);

export const RefusalTable = ({ refusals }: { refusals: Refusals }) => {
  if (refusals === null) {
    return (
      <p class="fault">
        The records do not answer at the moment, so the refusals cannot be shown. Nothing is lost: they are kept and
        will be here later. Everything else on these pages works.
      </p>
    );
  }
  if (refusals.total === 0) return <p class="empty">Nobody was refused in the last sixty days.</p>;
  return (
    <table>
      <caption class="visually-hidden">Refusals, newest first; times are in UTC</caption>
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Person</th>
          <th scope="col">Reason</th>
          <th scope="col" class="number">
            Seats
          </th>
          <th scope="col" class="number">
            Attempts
          </th>
          <th scope="col" class="number">
            Waited
          </th>
          <th scope="col">Outcome</th>
        </tr>
      </thead>
      <tbody>
        {refusals.rows.map((row) => (
          <Refusal row={row} />
        ))}
      </tbody>
    </table>
  );
};

/** The time of the last attempt, with its date where that is another. */
const writeHour = ({ firstAt, lastAt }: DenialRow): string => {
  const [first, last] = [writeMoment(firstAt), writeMoment(lastAt)];
  return first.slice(0, DATE_LENGTH) === last.slice(0, DATE_LENGTH) ? last.slice(DATE_LENGTH + 1) : last;
};

const Refusal = ({ row }: { row: DenialRow }) => (
  <tr>
    <td data-label="When" class="when">
      <Moment at={row.firstAt} />
      {row.lastAt - row.firstAt >= MINUTE && (
        <span class="again">
          {" "}
          last try <time datetime={new Date(row.lastAt).toISOString()}>{writeHour(row)}</time>
        </span>
      )}
    </td>
    <th scope="row" class="person">
      {row.name === "" ? <span class="quiet">erased person</span> : <bdi class="name">{row.name}</bdi>}
      {row.email !== null && <bdi class="email">{row.email}</bdi>}
    </th>
    <td data-label="Reason">{REASON_WORDS[row.reason]}</td>
    <td data-label="Seats" class="number">
      {row.inUse} of {row.limit}
    </td>
    <td data-label="Attempts" class="number">
      {row.attempts}
    </td>
    <td data-label="Waited" class="number">
      {row.waitedMs === 0 ? "–" : writeDuration(row.waitedMs)}
    </td>
    <td data-label="Outcome">{outcomeWord(row.outcome)}</td>
  </tr>
);

/** Links to the newer and older page. */
export const Pager = ({ page, pages, query }: { page: number; pages: number; query: object }) => (
  <nav class="pager" aria-label="Pages of refusals">
    {page > 1 ? (
      <a rel="prev" href={`${PATHS.refusals}${writeQuery(query, { page: String(page - 1) })}`}>
        Newer
      </a>
    ) : (
      <span class="quiet">Newer</span>
    )}
    <span>
      Page {page} of {pages}
    </span>
    {page < pages ? (
      <a rel="next" href={`${PATHS.refusals}${writeQuery(query, { page: String(page + 1) })}`}>
        Older
      </a>
    ) : (
      <span class="quiet">Older</span>
    )}
  </nav>
);
