/** R2: the audit, to read, to filter, to take away and to verify. */

import type { AuditRow } from "../../../audit/audit-query.ts";
import type { DaysFault } from "../../../audit/day-range.ts";
import type { HeadsView } from "../../../audit/signed-head.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS, pastPath, writeQuery } from "../../paths.ts";
import { Copy } from "../../ui/copy.tsx";
import { DateFields, ExportLinks, FilterEnd } from "../../ui/filter.tsx";
import { Layout } from "../../ui/layout.tsx";
import { Moment } from "../../ui/time.tsx";
import { fieldsOf, sayEvent, sayKind } from "./audit-words.ts";
import { DailyHeads } from "./daily-heads.tsx";
import { type AuditNotice, PersonalData } from "./person-page.tsx";

export interface AuditPageProps {
  visitor: Person;
  view: AdminView;
  filter: AuditQuery;
  /** What is wrong with the filter, in a sentence. */
  fault: DaysFault | null;
  /** null: the records do not answer. */
  audit: { rows: AuditRow[]; kinds: string[]; older: number | null } | null;
  /** The newest row of the chain; `lag` rows are still on their way to the records. */
  head: { seq: number; hash: string } | null;
  lag: number;
  heads: HeadsView | null;
  notice: AuditNotice | null;
}

/** The filter as typed; empty: everything. */
export interface AuditQuery {
  from: string;
  to: string;
  person: string;
  kind: string;
}

export const AuditPage = (props: AuditPageProps) => {
  const { visitor, view, filter, audit: found, fault, notice } = props;
  const { words, say, zone } = useLanguage();
  const { audit, refusals } = words;
  return (
    <Layout title={words.rooms.audit} room="audit" tenantName={view.tenant.name} visitor={visitor}>
      <div class="title">
        <h1>{words.rooms.audit}</h1>
        <p class="quiet">{say(words.filter.times, { zone })}</p>
      </div>
      <form class="filter" method="get" action={PATHS.audit}>
        <DateFields from={filter.from} to={filter.to} wrong={fault?.field ?? null} />
        <div>
          <label for="person">{refusals.person}</label>
          <input id="person" name="person" type="text" value={filter.person} />
        </div>
        <div>
          <label for="kind">{audit.event}</label>
          <select id="kind" name="kind">
            <option value="">{words.filter.all}</option>
            {(found?.kinds ?? []).map((kind) => (
              <option value={kind} selected={kind === filter.kind}>
                {sayKind(words, kind)}
              </option>
            ))}
          </select>
        </div>
        <FilterEnd fault={fault} />
      </form>
      <section class="card" aria-labelledby="rows-title">
        <h2 id="rows-title">{audit.events}</h2>
        {found === null ? (
          <p class="fault">{audit.noRecords}</p>
        ) : found.rows.length === 0 ? (
          <p class="empty">{audit.none}</p>
        ) : (
          <Rows rows={found.rows} />
        )}
      </section>
      {found !== null && found.older !== null && (
        <nav class="pager" aria-label={audit.pages}>
          <a rel="next" href={`${PATHS.audit}${writeQuery(filter, { before: String(found.older) })}`}>
            {refusals.older}
          </a>
        </nav>
      )}
      {props.heads !== null && <DailyHeads heads={props.heads} />}
      <div class="pair">
        <TakeAway {...props} />
        {(visitor.role === "admin" || visitor.role === "support") && <PersonalData notice={notice} />}
      </div>
    </Layout>
  );
};

const Rows = ({ rows }: { rows: AuditRow[] }) => {
  const language = useLanguage();
  const { words, say } = language;
  const { audit, refusals } = words;
  return (
    <table>
      <caption class="visually-hidden">{audit.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{refusals.when}</th>
          <th scope="col">{audit.event}</th>
          <th scope="col">{refusals.person}</th>
          <th scope="col">{audit.actor}</th>
          <th scope="col" class="number">
            {refusals.seats}
          </th>
          <th scope="col">{audit.more}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr class={isOut(row) ? "is-out" : undefined}>
            <td data-label={refusals.when} class="when">
              <Moment at={row.at} seconds />
              <span class="again">{say(audit.number, { number: String(row.seq) })}</span>
            </td>
            <th scope="row">
              {row.kind === "denial_opened" ? (
                <a href={pastPath(String((JSON.parse(row.body) as { id: string }).id), row.at)}>
                  {sayEvent(language, row)}
                </a>
              ) : (
                sayEvent(language, row)
              )}
              {row.inUse > row.limit && <span class="tag">{words.warnings.tag}</span>}
              {row.kind === "change_refused" && <span class="tag">{words.warnings.refusedTag}</span>}
              {row.kind === "chain_divided" && <span class="tag">{words.warnings.dividedTag}</span>}
            </th>
            <td data-label={refusals.person}>
              <Name word={row.holder} name={row.holderName} />
            </td>
            <td data-label={audit.actor}>
              {row.actor === row.holder ? <>–</> : <Name word={row.actor} name={row.actorName} />}
            </td>
            <td data-label={refusals.seats} class="number">
              {say(words.counts.of, { part: row.inUse, whole: row.limit })}
            </td>
            <td data-label={audit.more} class="fields">
              <Fields row={row} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** A11: rows of what should not be: over the limit, a change that was refused, a chain that divides. */
const isOut = ({ kind, inUse, limit }: AuditRow): boolean =>
  inUse > limit || kind === "change_refused" || kind === "chain_divided";

const Fields = ({ row }: { row: AuditRow }) => {
  const language = useLanguage();
  return (
    <>
      {fieldsOf(language, row).map(([name, value]) => (
        <span>
          <b>{name}</b> <bdi>{value}</bdi>{" "}
        </span>
      ))}
    </>
  );
};

const Name = ({ word, name }: { word: string | null; name: string | null }) => {
  const { refusals } = useLanguage().words;
  if (word === null) return <>–</>;
  return name === null || name === "" ? <span class="quiet">{refusals.erased}</span> : <bdi class="name">{name}</bdi>;
};

const TakeAway = ({ filter, head, lag }: AuditPageProps) => {
  const { words, number, parts } = useLanguage();
  const { audit } = words;
  return (
    <section class="card" aria-labelledby="take-title">
      <h2 id="take-title">{audit.take}</h2>
      <ExportLinks path={PATHS.auditFile} filter={filter} />
      <p class="hint">{parts(audit.takeHint, { command: <code>node verify-audit.mjs FILE</code> })}</p>
      {head !== null && (
        <p class="hint">
          {parts(lag > 0 ? audit.headLag : audit.head, {
            number: head.seq,
            lag: number(lag),
            hash: (
              <code class="hash" id="head">
                {`${head.seq}:${head.hash}`}
              </code>
            ),
          })}{" "}
          <Copy of="head" />
        </p>
      )}
    </section>
  );
};
