/** A7: what was agreed and what is chosen, on one page. */
import { type PastChange, POOLS_MAX, type Pool } from "../ledger/settings.ts";
import type { AdminView, Person } from "../tenant/tenant-calls.ts";
import { ChangeLines, History } from "./history-list.tsx";
import { useLanguage } from "./language.ts";
import { Layout } from "./layout.tsx";
import type { Draft, FormName } from "./licensing-forms.ts";
import { ExemptCard, NamedCard, type Picking } from "./licensing-people.tsx";
import { ButtonCard, ContactCard, NudgeCard, RecordsCard } from "./licensing-records.tsx";
import { BoostCard, IdleCard, LimitCard, ModelCard, ZoneCard } from "./licensing-seats.tsx";
import { PATHS, poolPath } from "./paths.ts";

export type Done = FormName | "pool" | "remove-pool";

export interface LicensingProps {
  visitor: Person;
  view: AdminView;
  /** ms. */
  now: number;
  idleTimeoutMinMs: number;
  /** Emails or logins of support, as the operator has named them. */
  support: readonly string[];
  done: Done | null;
  draft: Draft | null;
  /** The form was made from an older version: what changed since; null: more than is known. */
  since: readonly PastChange[] | null | undefined;
  picking: Picking | null;
}

export const LicensingPage = (props: LicensingProps) => {
  const { visitor, view, done, draft, since } = props;
  const { words } = useLanguage();
  const { licensing } = words;
  const { role } = visitor;
  return (
    <Layout title={words.rooms.licensing} room="licensing" tenantName={view.tenant.name} visitor={visitor}>
      <div>
        <h1>{licensing.title}</h1>
        <p class="quiet">
          {licensing.intro} {role !== "user" && licensing.yours[role]}
        </p>
      </div>
      {done !== null && (
        <p class="banner banner-good" role="status">
          {words.done[done]}
        </p>
      )}
      {since !== undefined && <Stale since={since} />}
      {draft !== null && draft.fault !== null && (
        <p class="banner banner-bad" role="alert">
          {draft.fault}
        </p>
      )}
      <div class="pair">
        <LimitCard {...props} />
        <IdleCard {...props} />
      </div>
      <BoostCard {...props} />
      <Pools {...props} />
      <div class="pair">
        <NamedCard {...props} />
        <ExemptCard {...props} />
      </div>
      <div class="pair">
        <div class="stack">
          <ModelCard {...props} />
          <ZoneCard {...props} />
        </div>
        <RecordsCard {...props} />
        <ContactCard {...props} />
        <NudgeCard {...props} />
        <ButtonCard {...props} />
      </div>
      <History history={view.settings.history} />
    </Layout>
  );
};

/** What overtook the form. */
export const Stale = ({ since }: { since: readonly PastChange[] | null }) => {
  const { licensing } = useLanguage().words;
  return (
    <div class="banner banner-bad" role="alert">
      <p>{since === null ? licensing.staleMany : licensing.stale}</p>
      {since !== null && (
        <ul>
          {since.map((change) => (
            <li>
              <bdi>{change.by}</bdi>: <ChangeLines change={change} />
            </li>
          ))}
        </ul>
      )}
      <p>{licensing.staleKept}</p>
    </div>
  );
};

const Pools = ({ view }: LicensingProps) => {
  const { licensing } = useLanguage().words;
  const { pools } = view.settings;
  return (
    <section class="card" id="pools" aria-labelledby="pools-title">
      <h2 id="pools-title">{licensing.poolsTitle}</h2>
      <p class="hint">{licensing.poolsHint}</p>
      {pools.length === 0 ? <p class="empty">{licensing.noPools}</p> : <PoolTable view={view} pools={pools} />}
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

const PoolTable = ({ view, pools }: { view: AdminView; pools: readonly Pool[] }) => {
  const { words, number, count, list } = useLanguage();
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
              {pool.windows === null ? licensing.always : count(words.traces.windows, pool.windows.length)}
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
