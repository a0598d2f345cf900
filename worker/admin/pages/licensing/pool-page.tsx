/** A7: one pool: its groups, its seats, and when it holds. */
import type { Child } from "hono/jsx";
import type { PastChange } from "../../../ledger/settings/settings.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { PoolNames, PoolNumbers, type Wrong } from "./pool-fields.tsx";
import type { PoolFields } from "./pool-form.ts";
import { Stale } from "./stale.tsx";
import { TIME_PLACES, TimesFields } from "./times-fields.tsx";

export interface PoolPageProps {
  visitor: Person;
  view: AdminView;
  fields: PoolFields;
  /** Of the pool as it is; null: a new one. */
  name: string | null;
  fault: Child | null;
  /** The field that the fault is of; undefined: the form as a whole. */
  field: string | undefined;
  /** It would leave nobody else a seat: whether that is meant. */
  isAsked: boolean;
  since: readonly PastChange[] | null | undefined;
}

/** Fields beside which a fault has its place. */
const FAULT_PLACES = /^(?:name|groups|reserved|most|priority|minutes)$/;

export const PoolPage = (props: PoolPageProps) => {
  const { visitor, view, fields, name, fault, field: wrong, isAsked, since } = props;
  const { words, say } = useLanguage();
  const { pool } = words;
  const title = name === null ? pool.add : say(pool.change, { name });
  const isPlaced = fault !== null && wrong !== undefined && (FAULT_PLACES.test(wrong) || TIME_PLACES.test(wrong));
  const amiss: Wrong = { wrong: isPlaced ? wrong : undefined, fault };
  return (
    <Layout title={title} tenantName={view.tenant.name} visitor={visitor}>
      <p class="back">
        <a href={`${PATHS.licensing}#pools`}>{pool.back}</a>
      </p>
      <h1 dir="auto">{title}</h1>
      {since !== undefined && <Stale since={since} />}
      {fault !== null && !isPlaced && (
        <p class="banner banner-bad" role="alert" tabindex={-1} autofocus>
          {fault}
        </p>
      )}
      <section class="card" aria-label={title}>
        <form method="post" action={PATHS.pool} novalidate class="wide-form">
          <input type="hidden" name="version" value={view.version} />
          <input type="hidden" name="id" value={fields.id ?? ""} />
          <PoolNames view={view} fields={fields} {...amiss} />
          <PoolNumbers fields={fields} {...amiss} />
          <TimesFields fields={fields} {...amiss} />
          <SaveActs view={view} isAsked={isAsked} />
        </form>
      </section>
      {name !== null && <RemoveForm view={view} id={fields.id ?? ""} />}
    </Layout>
  );
};

const SaveActs = ({ view, isAsked }: Pick<PoolPageProps, "view" | "isAsked">) => {
  const { words, say } = useLanguage();
  const { pool, licensing } = words;
  return isAsked ? (
    <div class="banner banner-bad" role="alert">
      <p>{say(pool.leavesNone, { limit: view.effective.limit })}</p>
      <div class="actions">
        <button type="submit" name="sure" value="yes" class="button button-danger" autofocus>
          {pool.saveAnyway}
        </button>
      </div>
    </div>
  ) : (
    <div class="actions">
      <button type="submit" class="button">
        {licensing.save}
      </button>
      <button type="submit" formaction={PATHS.tryPool} class="button button-quiet">
        {words.trial.tryPool}
      </button>
      <p class="hint">{words.trial.tryPoolHint}</p>
    </div>
  );
};

const RemoveForm = ({ view, id }: { view: AdminView; id: string }) => {
  const { pool } = useLanguage().words;
  return (
    <section class="card" aria-labelledby="remove-title">
      <h2 id="remove-title">{pool.remove}</h2>
      <p class="hint">{pool.removeHint}</p>
      <form method="post" action={PATHS.removePool}>
        <input type="hidden" name="version" value={view.version} />
        <input type="hidden" name="id" value={id} />
        <div class="actions">
          <button type="submit" class="button button-danger">
            {pool.remove}
          </button>
        </div>
      </form>
    </section>
  );
};
