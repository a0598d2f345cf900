/** The recorded refusals (R1). */
import { MINUTE_MS } from "../../../../shared/durations.ts";
import type { DenialRow } from "../../../audit/denials/denial-query.ts";
import { dayOf } from "../../../audit/time-zone.ts";
import { useLanguage } from "../../language.ts";
import { holderPath, PATHS, pastPath, writeQuery } from "../../paths.ts";
import { Moment } from "../../ui/time.tsx";

/** What the records answered; null when they did not. */
export type Refusals = { rows: DenialRow[]; total: number } | null;

export const RefusalTable = ({ refusals: found }: { refusals: Refusals }) => {
  const { refusals } = useLanguage().words;
  if (found === null) return <p class="fault">{refusals.noRecords}</p>;
  if (found.total === 0) return <p class="empty">{refusals.none}</p>;
  return (
    <table>
      <caption class="visually-hidden">{refusals.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{refusals.when}</th>
          <th scope="col">{refusals.person}</th>
          <th scope="col">{refusals.reason}</th>
          <th scope="col" class="number">
            {refusals.seats}
          </th>
          <th scope="col" class="number">
            {refusals.attempts}
          </th>
          <th scope="col" class="number">
            {refusals.waited}
          </th>
          <th scope="col">{refusals.outcome}</th>
        </tr>
      </thead>
      <tbody>
        {found.rows.map((row) => (
          <Refusal row={row} />
        ))}
      </tbody>
    </table>
  );
};

const Refusal = ({ row }: { row: DenialRow }) => {
  const { words, say, parts, number, date, duration, zone } = useLanguage();
  const { refusals, reasons, outcomes, observing, counts } = words;
  const isSameDay = dayOf(zone, row.firstAt) === dayOf(zone, row.lastAt);
  return (
    <tr>
      <td data-label={refusals.when} class="when">
        <Moment at={row.firstAt} />
        {row.lastAt - row.firstAt >= MINUTE_MS && (
          <span class="again">
            {" "}
            {parts(refusals.lastTry, {
              time: (
                <time datetime={new Date(row.lastAt).toISOString()}>
                  {date(isSameDay ? "hour" : "moment", row.lastAt)}
                </time>
              ),
            })}
          </span>
        )}
      </td>
      <th scope="row" class="person">
        {row.name === "" ? (
          <span class="quiet">{refusals.erased}</span>
        ) : (
          <a class="name" href={holderPath(row.holder)}>
            <bdi>{row.name}</bdi>
          </a>
        )}
        {row.email !== null && <bdi class="email">{row.email}</bdi>}
      </th>
      <td data-label={refusals.reason}>
        {row.observed === 1 ? reasons[row.reason] : <a href={pastPath(row.id, row.firstAt)}>{reasons[row.reason]}</a>}
      </td>
      <td data-label={refusals.seats} class="number">
        {say(counts.of, { part: row.inUse, whole: row.limit })}
      </td>
      <td data-label={refusals.attempts} class="number">
        {number(row.attempts)}
      </td>
      <td data-label={refusals.waited} class="number">
        {row.waitedMs === 0 ? "–" : duration(row.waitedMs)}
      </td>
      <td data-label={refusals.outcome}>
        {row.observed === 1 ? (
          <span class="tag">
            {observing.outcomes[row.outcome === "seated" ? "seated" : row.outcome === null ? "open" : "left"]}
          </span>
        ) : (
          ((outcomes as Record<string, string>)[row.outcome ?? "waiting"] ?? row.outcome)
        )}
      </td>
    </tr>
  );
};

/** Links to the newer and older page. */
export const Pager = ({ page, pages, query }: { page: number; pages: number; query: object }) => {
  const { words, say } = useLanguage();
  const { refusals } = words;
  return (
    <nav class="pager" aria-label={refusals.pages}>
      {page > 1 ? (
        <a rel="prev" href={`${PATHS.refusals}${writeQuery(query, { page: String(page - 1) })}`}>
          {refusals.newer}
        </a>
      ) : (
        <span class="quiet">{refusals.newer}</span>
      )}
      <span>{say(refusals.page, { page, pages })}</span>
      {page < pages ? (
        <a rel="next" href={`${PATHS.refusals}${writeQuery(query, { page: String(page + 1) })}`}>
          {refusals.older}
        </a>
      ) : (
        <span class="quiet">{refusals.older}</span>
      )}
    </nav>
  );
};
