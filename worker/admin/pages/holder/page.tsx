/** A4: one person: how they stand now, what happened to their seat, and when they were refused. */
import type { AuditRow } from "../../../audit/audit-query.ts";
import type { AdminView, HolderRow, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { freePath, PATHS, writeQuery } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Ago, Moment } from "../../ui/time.tsx";
import { fieldsOf, sayEvent } from "../audit/audit-words.ts";
import { type Refusals, RefusalTable } from "../refusals/refusals-list.tsx";

export interface HolderPageProps {
  visitor: Person;
  view: AdminView;
  id: string;
  name: string;
  /** The seat; null: none. */
  seat: HolderRow | null;
  isWaiting: boolean;
  /** null: the records do not answer. */
  events: readonly AuditRow[] | null;
  refusals: Refusals;
  /** ms. */
  now: number;
}

export const HolderPage = (props: HolderPageProps) => {
  const { visitor, view, id, name, events, refusals } = props;
  const { words } = useLanguage();
  const { holder } = words;
  return (
    <Layout title={name} tenantName={view.tenant.name} visitor={visitor}>
      <p class="back">
        <a href={PATHS.home}>{words.layout.backToSeats}</a>
      </p>
      <div>
        <h1>
          <bdi>{name}</bdi>
        </h1>
        <p class="quiet">
          <bdi>{id}</bdi>
        </p>
      </div>
      <Standing {...props} />
      <section class="card" aria-labelledby="history-title">
        <h2 id="history-title">{holder.history}</h2>
        {events === null ? (
          <p class="fault">{words.audit.noRecords}</p>
        ) : events.length === 0 ? (
          <p class="empty">{words.audit.none}</p>
        ) : (
          <Events events={events} />
        )}
      </section>
      <section class="card" aria-labelledby="refusals-title">
        <h2 id="refusals-title">{holder.refusals}</h2>
        <RefusalTable refusals={refusals} />
      </section>
      {(visitor.role === "admin" || visitor.role === "support") && (
        <p>
          <a href={`${PATHS.person}${writeQuery({ holder: id })}`}>{holder.data}</a>
        </p>
      )}
    </Layout>
  );
};

const Standing = ({ view, id, name, seat, isWaiting, now }: HolderPageProps) => {
  const { words, parts, say } = useLanguage();
  const { free, holder, holders } = words;
  const { named, exempt } = view.settings;
  return (
    <section class="card" aria-labelledby="standing-title">
      <h2 id="standing-title">{holder.nowTitle}</h2>
      {seat === null ? (
        <p>{isWaiting ? holder.waiting : holder.absent}</p>
      ) : (
        <p>
          {parts(seat.exempt ? holder.signedIn : free.since, {
            since: <Ago now={now} ageMs={seat.sinceAgeMs} />,
            active: <Ago now={now} ageMs={seat.activeAgeMs} />,
          })}
        </p>
      )}
      {named.assigned.some((one) => one.id === id) && <p>{holder.named}</p>}
      {exempt.some((one) => one.id === id) && <p>{holder.exempt}</p>}
      {seat !== null && (
        <p>
          <a
            class="button button-quiet"
            href={freePath(id)}
            aria-label={say(seat.exempt ? holders.endOf : holders.freeOf, { name })}
          >
            {seat.exempt ? holders.end : holders.free}
          </a>
        </p>
      )}
    </section>
  );
};

const Events = ({ events }: { events: readonly AuditRow[] }) => {
  const language = useLanguage();
  const { audit, refusals, holder } = language.words;
  return (
    <table>
      <caption class="visually-hidden">{holder.history}</caption>
      <thead>
        <tr>
          <th scope="col">{refusals.when}</th>
          <th scope="col">{audit.event}</th>
          <th scope="col">{audit.more}</th>
        </tr>
      </thead>
      <tbody>
        {events.map((row) => (
          <tr>
            <td data-label={refusals.when} class="when">
              <Moment at={row.at} />
            </td>
            <th scope="row">{sayEvent(language, row)}</th>
            <td data-label={audit.more} class="fields">
              {fieldsOf(language, row).map(([field, value]) => (
                <span>
                  <b>{field}</b> <bdi>{value}</bdi>{" "}
                </span>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
