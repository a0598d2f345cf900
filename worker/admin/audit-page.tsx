/** R2: the audit, to read, to filter, to take away and to verify. */
import type { AuditRow } from "../records/audit-query.ts";
import type { AdminView, Person } from "../tenant/tenant-calls.ts";
import { writeDuration, writeLocal } from "./age.ts";
import { Layout } from "./layout.tsx";
import { PATHS, writeQuery } from "./paths.ts";

export interface AuditPageProps {
  visitor: Person;
  view: AdminView;
  zone: string;
  filter: AuditQuery;
  /** What is wrong with the filter, in a sentence. */
  fault: string | null;
  /** null: the records do not answer. */
  audit: { rows: AuditRow[]; kinds: string[]; older: number | null } | null;
  /** The newest row of the chain; `lag` rows are still on their way to the records. */
  head: { seq: number; hash: string } | null;
  lag: number;
  notice: string | null;
}

/** The filter as typed; empty: everything. */
export interface AuditQuery {
  from: string;
  to: string;
  person: string;
  kind: string;
}

export const AuditPage = (props: AuditPageProps) => {
  const { visitor, view, zone, filter, audit, fault, notice } = props;
  return (
    <Layout title="Audit" room="audit" tenantName={view.tenant.name} visitor={visitor}>
      <div class="title">
        <h1>Audit</h1>
        <p class="quiet">Times are those of {zone}.</p>
      </div>
      {notice !== null && (
        <p class="banner banner-good" role="status">
          {notice}
        </p>
      )}
      {fault !== null && (
        <p class="banner banner-bad" role="alert">
          {fault}
        </p>
      )}
      <form class="filter" method="get" action={PATHS.audit}>
        <Field name="from" words="From" type="date" value={filter.from} />
        <Field name="to" words="To" type="date" value={filter.to} />
        <Field name="person" words="Person" type="text" value={filter.person} />
        <div>
          <label for="kind">Event</label>
          <select id="kind" name="kind">
            <option value="">all</option>
            {(audit?.kinds ?? []).map((kind) => (
              <option value={kind} selected={kind === filter.kind}>
                {kindWords(kind)}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="button button-quiet">
          Show
        </button>
      </form>
      <section class="card" aria-labelledby="rows-title">
        <h2 id="rows-title">Events</h2>
        {audit === null ? (
          <p class="fault">The records do not answer at the moment. Nothing is lost: events wait and come later.</p>
        ) : audit.rows.length === 0 ? (
          <p class="empty">No event fits.</p>
        ) : (
          <Rows rows={audit.rows} zone={zone} />
        )}
      </section>
      {audit !== null && audit.older !== null && (
        <nav class="pager" aria-label="Pages of events">
          <a rel="next" href={`${PATHS.audit}${writeQuery(filter, { before: String(audit.older) })}`}>
            Older
          </a>
        </nav>
      )}
      <div class="pair">
        <TakeAway {...props} />
        {(visitor.role === "admin" || visitor.role === "support") && <Personal />}
      </div>
    </Layout>
  );
};

const Field = ({ name, words, type, value }: { name: string; words: string; type: string; value: string }) => (
  <div>
    <label for={name}>{words}</label>
    <input id={name} name={name} type={type} value={value} />
  </div>
);

/** Such as `seat granted`. */
export const kindWords = (kind: string): string => kind.replaceAll("_", " ");

const Rows = ({ rows, zone }: { rows: AuditRow[]; zone: string }) => (
  <table>
    <caption class="visually-hidden">Events, newest first</caption>
    <thead>
      <tr>
        <th scope="col">When</th>
        <th scope="col">Event</th>
        <th scope="col">Person</th>
        <th scope="col">Done by</th>
        <th scope="col" class="number">
          Seats
        </th>
        <th scope="col">More</th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr>
          <td data-label="When" class="when">
            <time datetime={new Date(row.at).toISOString()}>{writeLocal(row.at, zone)}</time>
            <span class="again">no. {row.seq}</span>
          </td>
          <th scope="row">{kindWords(row.kind)}</th>
          <td data-label="Person">
            <Name word={row.holder} name={row.holderName} />
          </td>
          <td data-label="Done by">
            <Name word={row.actor} name={row.actorName} />
          </td>
          <td data-label="Seats" class="number">
            {row.inUse} of {row.limit}
          </td>
          <td data-label="More" class="fields">
            {fieldsOf(row).map(([name, value]) => (
              <span>
                <b>{name}</b> <bdi>{value}</bdi>{" "}
              </span>
            ))}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const Name = ({ word, name }: { word: string | null; name: string | null }) => {
  if (word === null) return <>–</>;
  return name === null || name === "" ? <span class="quiet">erased person</span> : <bdi class="name">{name}</bdi>;
};

/** The fields of an event's own, flat, with what people wrote in place of its seal. */
function fieldsOf(row: AuditRow): [string, string][] {
  const texts = JSON.parse(row.texts) as { field: string; text: string }[];
  const fields: [string, string][] = [];
  for (const [name, value] of Object.entries(JSON.parse(row.body) as Record<string, unknown>)) {
    if (name === "actor" || name === "person" || name === "id" || value === false || value === null) continue;
    if (typeof value === "object" && value !== null && "seal" in value) {
      fields.push([name, texts.find(({ field }) => field === name)?.text ?? "erased"]);
    } else if (name.endsWith("Ms") && typeof value === "number") {
      fields.push([name.slice(0, -2), writeDuration(value)]);
    } else fields.push([name, typeof value === "object" ? JSON.stringify(value) : String(value)]);
  }
  return fields;
}

const TakeAway = ({ filter, head, lag }: AuditPageProps) => (
  <section class="card" aria-labelledby="take-title">
    <h2 id="take-title">Take away and verify</h2>
    <p>
      <a class="button button-quiet" href={`${PATHS.auditFile}${writeQuery(filter, { format: "csv" })}`}>
        CSV
      </a>{" "}
      <a class="button button-quiet" href={`${PATHS.auditFile}${writeQuery(filter, { format: "jsonl" })}`}>
        JSON lines
      </a>
    </p>
    <p class="hint">
      Each row’s hash covers the row and the hash before it. Anybody verifies a file offline with{" "}
      <code>node verify-audit.mjs FILE</code>. Filter by time alone to prove that nothing is missing.
    </p>
    {head !== null && (
      <p class="hint">
        The newest row is no. {head.seq}
        {lag > 0 && `, ${lag} still on their way here`}. Note its hash somewhere else to prove later that the chain was
        not written anew: <code class="hash">{`${head.seq}:${head.hash}`}</code>
      </p>
    )}
  </section>
);

const Personal = () => (
  <section class="card" aria-labelledby="personal-title">
    <h2 id="personal-title">One person’s data</h2>
    <form method="get" action={PATHS.person}>
      <label for="holder">The person’s key in the CRM (login or number)</label>
      <div class="field">
        <input id="holder" name="holder" type="text" required />
        <button type="submit" class="button button-quiet">
          Look up
        </button>
      </div>
      <p class="hint">To hand out what is recorded of a person, or to erase who it was.</p>
    </form>
    <form method="post" action={PATHS.replay}>
      <p class="hint">
        After the records’ database was restored to an earlier moment of the last seven days: fill in what has happened
        since.
      </p>
      <div class="actions">
        <button type="submit" name="sure" value="yes" class="button button-quiet">
          Fill the records again
        </button>
      </div>
    </form>
  </section>
);

export interface PersonPageProps {
  visitor: Person;
  tenantName: string;
  holder: string;
  /** null: the records do not answer. */
  found: { names: string[]; events: number; denials: number } | null;
}

export const PersonPage = ({ visitor, tenantName, holder, found }: PersonPageProps) => (
  <Layout title="One person’s data" tenantName={tenantName} visitor={visitor}>
    <p class="back">
      <a href={PATHS.audit}>Back to the audit</a>
    </p>
    <h1>
      What is recorded of <bdi>{holder}</bdi>
    </h1>
    <section class="card plain">
      {found === null ? (
        <p class="fault">The records do not answer at the moment.</p>
      ) : found.names.length === 0 ? (
        <p class="empty">The records know nobody of this key.</p>
      ) : (
        <>
          <p>
            <bdi class="name">{found.names.join(", ")}</bdi>: {found.events} events, {found.denials} refusals.
          </p>
          <p>
            <a class="button button-quiet" href={`${PATHS.personFile}${writeQuery({ holder })}`}>
              Download as JSON
            </a>
          </p>
          <form method="post" action={PATHS.erase}>
            <input type="hidden" name="holder" value={holder} />
            <p class="hint">
              Erasing takes the name, the address, the key and what was written about the person out of the records, for
              good. The events stay, with an opaque word in the person’s place, so the chain stays whole.
            </p>
            <div class="actions">
              <button type="submit" class="button button-danger">
                Erase this person
              </button>
            </div>
          </form>
        </>
      )}
    </section>
  </Layout>
);
