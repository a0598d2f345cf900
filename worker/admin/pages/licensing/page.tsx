/** A7: what was agreed and what is chosen, on one page. */
import type { Child } from "hono/jsx";
import { POOLS_MAX, type Pool } from "../../../ledger/settings/settings.ts";
import type { AdminView } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS, poolPath } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Names } from "../../ui/names.tsx";
import { AnnouncementCard } from "./announcement-card.tsx";
import { CardOutcome, isSaidIn } from "./card-outcome.tsx";
import { ClosingCard } from "./closing-card.tsx";
import { History } from "./history-list.tsx";
import { type LicensingRoom, RoomTabs } from "./licensing-parts.tsx";
import { ExemptCard, NamedCard } from "./licensing-people.tsx";
import { EnforcementCard, OverdraftCard } from "./licensing-policies.tsx";
import type { LicensingProps } from "./licensing-props.ts";
import { ButtonCard, ContactCard, HandoverCard, NudgeCard, RecordsCard, ToleranceCard } from "./licensing-records.tsx";
import { BoostCard, IdleCard, LimitCard, ModelCard, ZoneCard } from "./licensing-seats.tsx";
import { Times } from "./times-list.tsx";

export const LicensingPage = (props: LicensingProps) => {
  const { visitor, view, room, support } = props;
  const { words, parts } = useLanguage();
  const { licensing } = words;
  const { role } = visitor;
  return (
    <Layout title={words.rooms.licensing} room="licensing" tenantName={view.tenant.name} visitor={visitor}>
      <div>
        <h1>{licensing.title}</h1>
        <p class="quiet">
          {licensing.intro} {role !== "user" && licensing.yours[role]}{" "}
          {role !== "support" &&
            parts(licensing.askSupport, {
              people: support.length === 0 ? licensing.vendor : <Names names={support} />,
            })}
        </p>
      </div>
      <RoomTabs room={room} />
      {CARDS[room](props)}
      {room === "general" && <History history={view.settings.history} />}
    </Layout>
  );
};

const CARDS: Record<LicensingRoom, (props: LicensingProps) => Child> = {
  seats: (props) => (
    <>
      <EnforcementCard {...props} />
      <LimitCard {...props} />
      <OverdraftCard {...props} />
      <BoostCard {...props} />
      <Pools {...props} />
    </>
  ),
  people: (props) => (
    <>
      <NamedCard {...props} />
      {/* Nobody but support can add to it: an empty list says nothing to anybody else. */}
      {(props.visitor.role === "support" || props.view.settings.exempt.length > 0 || isSaidIn("exempt", props)) && (
        <ExemptCard {...props} />
      )}
    </>
  ),
  rules: (props) => (
    <div class="pair">
      <IdleCard {...props} />
      <NudgeCard {...props} />
      <HandoverCard {...props} />
      <ContactCard {...props} />
      <ModelCard {...props} />
      <ToleranceCard {...props} />
    </div>
  ),
  general: (props) => (
    <>
      <AnnouncementCard {...props} />
      <ClosingCard {...props} />
      <div class="pair">
        <ZoneCard {...props} />
        <ButtonCard {...props} />
      </div>
      {(usesRecords(props) || isSaidIn("records", props)) && <RecordsCard {...props} />}
    </>
  ),
};

/** L14: a firm that does not pay by records has nothing to set there. */
const usesRecords = ({ visitor, view: { settings } }: LicensingProps): boolean =>
  visitor.role === "support" ||
  settings.model === "records" ||
  settings.records.agreed !== null ||
  settings.records.count !== null;

const Pools = (props: LicensingProps) => {
  const { view } = props;
  const { licensing } = useLanguage().words;
  const { pools } = view.settings;
  return (
    <section class="card" id="pools" aria-labelledby="pools-title">
      <h2 id="pools-title">{licensing.poolsTitle}</h2>
      <CardOutcome {...props} section="pools" />
      <p class="hint">{licensing.poolsHint}</p>
      {pools.length === 0 ? (
        <p class="empty">{licensing.noPools}</p>
      ) : (
        <PoolTable view={view} now={props.now} pools={pools} />
      )}
      {pools.length < POOLS_MAX ? (
        <p>
          <a class="button button-quiet" href={PATHS.pool}>
            {licensing.addPool}
          </a>
        </p>
      ) : (
        <p class="hint">{licensing.poolsFull}</p>
      )}
    </section>
  );
};

const PoolTable = ({ pools, ...props }: { view: AdminView; now: number; pools: readonly Pool[] }) => {
  const { view } = props;
  const { words, number, list } = useLanguage();
  const { licensing } = words;
  return (
    <table>
      <caption class="visually-hidden">{licensing.poolsTitle}</caption>
      <thead>
        <tr>
          <th scope="col">{licensing.poolName}</th>
          <th scope="col">{licensing.groups}</th>
          <th scope="col" class="number">
            {licensing.reserved}
          </th>
          <th scope="col" class="number">
            {licensing.most}
          </th>
          <th scope="col" class="number">
            {licensing.priority}
          </th>
          <th scope="col">{licensing.when}</th>
          <th scope="col">
            <span class="visually-hidden">{licensing.edit}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {pools.map((pool) => (
          <tr>
            <th scope="row">
              <bdi class="name">{pool.name}</bdi>
              {pool.windows !== null && view.effective.pools.includes(pool.name) && (
                <span class="tag">{licensing.inForce}</span>
              )}
            </th>
            <td data-label={licensing.groups}>
              <bdi>{list(pool.groups)}</bdi>
            </td>
            <td data-label={licensing.reserved} class="number">
              {number(pool.reserved)}
            </td>
            <td data-label={licensing.most} class="number">
              {pool.most === null ? "–" : number(pool.most)}
            </td>
            <td data-label={licensing.priority} class="number">
              {number(pool.priority)}
            </td>
            <td data-label={licensing.when}>
              {pool.windows === null ? licensing.always : <Times windows={pool.windows} {...props} />}
            </td>
            <td class="act">
              <a class="button button-quiet" href={poolPath(pool.id)}>
                {licensing.edit}
                <span class="visually-hidden"> {pool.name}</span>
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
