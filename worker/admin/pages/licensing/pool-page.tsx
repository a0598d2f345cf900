/** A7: one pool: its groups, its seats, and when it holds. */
import type { Child } from "hono/jsx";
import { LIMIT_MAX } from "../../../../shared/timing.ts";
import { AHEAD_MINUTES, type PastChange, PRIORITY_MAX } from "../../../ledger/settings/settings.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Fault, fieldTies } from "../../ui/said.tsx";
import { groupsTyped, type PoolFields } from "./pool-form.ts";
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

const hintedBy = (field: string, wrong: string | undefined) => ({
  id: field,
  name: field,
  ...fieldTies(wrong === field, `${field}-fault`, `${field}-hint`),
});

interface Wrong {
  /** undefined: no field. */
  wrong: string | undefined;
  fault: Child | null;
}

const FaultOf = ({ field, wrong, fault }: Wrong & { field: string }) =>
  wrong === field ? <Fault id={`${field}-fault`}>{fault}</Fault> : null;

/** L17: what to tick instead of to spell, with who is in it. */
const KnownGroups = ({ view, chosen }: { view: AdminView; chosen: readonly string[] }) => {
  const { words, count, list } = useLanguage();
  return (
    <fieldset class="choices">
      <legend>{words.pool.known}</legend>
      {view.groups.map(({ name, people, names }, place) => (
        <div>
          <input type="checkbox" id={`k${place}`} name={`k${place}`} value={name} checked={chosen.includes(name)} />
          <label for={`k${place}`} dir="auto">
            {name}
          </label>
          <p class="hint">
            {count(words.pool.knownOf, people, { names: list(people > names.length ? [...names, "…"] : names) })}
          </p>
        </div>
      ))}
    </fieldset>
  );
};

export const PoolPage = (props: PoolPageProps) => {
  const { visitor, view, fields, name, fault, field: wrong, isAsked, since } = props;
  const { words, say } = useLanguage();
  const { pool, licensing } = words;
  const title = name === null ? pool.add : say(pool.change, { name });
  const typed = (field: string) => fields[field] ?? "";
  const isPlaced = fault !== null && wrong !== undefined && (FAULT_PLACES.test(wrong) || TIME_PLACES.test(wrong));
  const amiss: Wrong = { wrong: isPlaced ? wrong : undefined, fault };
  const hinted = (field: string) => hintedBy(field, amiss.wrong);
  const faultOf = (field: string) => <FaultOf field={field} {...amiss} />;
  const known = view.groups.map((group) => group.name);
  const chosen = groupsTyped(fields);
  const others = chosen.filter((group) => !known.includes(group));
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
          <input type="hidden" name="id" value={typed("id")} />
          <label for="name">{pool.name}</label>
          <input {...hinted("name")} class="wide" maxlength={100} required autocomplete="off" value={typed("name")} />
          {faultOf("name")}
          <p class="hint" id="name-hint">
            {pool.nameHint}
          </p>
          {known.length > 0 && <KnownGroups view={view} chosen={chosen} />}
          <label for="groups">{known.length > 0 ? pool.others : pool.groups}</label>
          <textarea {...hinted("groups")} rows={3} dir="auto">
            {others.join("\n")}
          </textarea>
          {faultOf("groups")}
          {others.length > 0 && (
            <p class="hint late">{say(pool.nobodyIn, { groups: others.map((group) => `“${group}”`).join(", ") })}</p>
          )}
          <p class="hint" id="groups-hint">
            {pool.groupsHint}
          </p>
          <div class="fields-row fields-wide">
            <Numbered
              {...amiss}
              field="reserved"
              words={pool.reserved}
              hint={pool.reservedHint}
              most={LIMIT_MAX}
              fields={fields}
            />
            <Numbered {...amiss} field="most" words={pool.most} hint={pool.mostHint} most={LIMIT_MAX} fields={fields} />
            <Numbered
              {...amiss}
              field="priority"
              words={pool.priority}
              hint={pool.priorityHint}
              most={PRIORITY_MAX}
              fields={fields}
            />
          </div>
          <fieldset class="choices">
            <legend>{pool.guarantee}</legend>
            {(["strict", "ahead", "lent"] as const).map((kind) => (
              <div>
                <input
                  type="radio"
                  id={`guarantee-${kind}`}
                  name="guarantee"
                  value={kind}
                  checked={(typed("guarantee") || "strict") === kind}
                />
                <label for={`guarantee-${kind}`}>{pool.guarantees[kind]}</label>
              </div>
            ))}
          </fieldset>
          <div class="fields-row fields-wide">
            <Numbered
              {...amiss}
              field="minutes"
              words={pool.minutes}
              hint={pool.minutesHint}
              most={AHEAD_MINUTES.most}
              fields={fields}
            />
          </div>
          <fieldset class="choices choices-row">
            <legend>{pool.when}</legend>
            {(["always", "windows"] as const).map((when) => (
              <div>
                <input
                  type="radio"
                  id={`when-${when}`}
                  name="when"
                  value={when}
                  checked={(typed("when") || "always") === when}
                />
                <label for={`when-${when}`}>{pool[when]}</label>
              </div>
            ))}
          </fieldset>
          <TimesFields fields={fields} {...amiss} />
          {isAsked ? (
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
          )}
        </form>
      </section>
      {name !== null && (
        <section class="card" aria-labelledby="remove-title">
          <h2 id="remove-title">{pool.remove}</h2>
          <p class="hint">{pool.removeHint}</p>
          <form method="post" action={PATHS.removePool}>
            <input type="hidden" name="version" value={view.version} />
            <input type="hidden" name="id" value={typed("id")} />
            <div class="actions">
              <button type="submit" class="button button-danger">
                {pool.remove}
              </button>
            </div>
          </form>
        </section>
      )}
    </Layout>
  );
};

const Numbered = ({
  field,
  words,
  hint,
  most,
  fields,
  ...amiss
}: Wrong & {
  field: string;
  words: string;
  hint: string;
  most: number;
  fields: PoolFields;
}) => (
  <div>
    <label for={field}>{words}</label>
    <input
      {...hintedBy(field, amiss.wrong)}
      type="number"
      inputmode="numeric"
      min={0}
      max={most}
      value={fields[field] ?? ""}
    />
    <FaultOf field={field} {...amiss} />
    <p class="hint" id={`${field}-hint`}>
      {hint}
    </p>
  </div>
);
