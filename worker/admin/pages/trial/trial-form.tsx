/** L33: the form in which settings are tried. */
import type { Child } from "hono/jsx";
import { MINUTE_MS } from "../../../../shared/durations.ts";
import { IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, LIMIT_MAX } from "../../../../shared/timing.ts";
import type { ShadowView } from "../../../tenant/shadow/shadow-calls.ts";
import type { AdminView } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Fault, fieldTies } from "../../ui/said.tsx";
import { fieldsOf, type TrialFields } from "./trial-fields.ts";

export interface TrialFormProps {
  view: AdminView;
  /** null: nothing was ever tried. */
  trial: ShadowView | null;
  /** As typed and not taken; null: what is tried, or what holds. */
  fields: TrialFields | null;
  fault: Child | null;
  /** The field that is wrong; undefined: the form as a whole. */
  field: string | undefined;
}

export const TrialForm = ({ view, trial, fields, fault, field }: TrialFormProps) => {
  const { words, say, list } = useLanguage();
  const { trial: said } = words;
  const typed = fields ?? fieldsOf(view.settings, trial);
  const pools = trial?.proposed.pools;
  const whole = { typed, wrong: fault === null ? undefined : field, fault };
  return (
    <section class="card" aria-labelledby="try-title" id="try">
      <h2 id="try-title">{trial?.ended === null ? said.formAgain : said.form}</h2>
      <p class="hint">{said.formHint}</p>
      {fault !== null && field === undefined && <Fault id="trial-fault">{fault}</Fault>}
      <form method="post" action={PATHS.beginTrial} novalidate class="wide-form">
        <Whole {...whole} name="limit" label={words.limit.title} least={1} most={LIMIT_MAX} />
        <Whole
          {...whole}
          name="minutes"
          label={said.minutes}
          least={IDLE_TIMEOUT_MIN_MS / MINUTE_MS}
          most={IDLE_TIMEOUT_MAX_MS / MINUTE_MS}
        />
        <Whole {...whole} name="overdraft" label={said.overdraft} least={0} most={LIMIT_MAX} />
        <fieldset class="choices choices-row">
          <legend>{said.enforcement}</legend>
          {(["yes", "no"] as const).map((choice) => (
            <div>
              <input
                type="radio"
                id={`enforced-${choice}`}
                name="enforced"
                value={choice}
                checked={typed.enforced === choice}
              />
              <label for={`enforced-${choice}`}>{choice === "yes" ? said.enforced : said.observed}</label>
            </div>
          ))}
        </fieldset>
        {pools === undefined ? (
          <p class="hint">{said.poolsHint}</p>
        ) : (
          <div class="choices">
            <div>
              <input type="checkbox" id="keep-pools" name="pools" value="yes" checked={typed.pools === "yes"} />
              <label for="keep-pools">
                {say(said.pools, { pools: list(pools.map(({ name }) => name)) || words.licensing.none })}
              </label>
            </div>
          </div>
        )}
        <div class="actions">
          <button type="submit" class="button">
            {said.begin}
          </button>
        </div>
      </form>
    </section>
  );
};

const Whole = ({
  name,
  label,
  least,
  most,
  typed,
  wrong,
  fault,
}: {
  name: "limit" | "minutes" | "overdraft";
  label: string;
  least: number;
  most: number;
  typed: TrialFields;
  wrong: string | undefined;
  fault: Child | null;
}) => (
  <>
    <label for={`try-${name}`}>{label}</label>
    <input
      id={`try-${name}`}
      name={name}
      type="number"
      inputmode="numeric"
      min={least}
      max={most}
      required
      value={typed[name]}
      {...fieldTies(wrong === name, `try-${name}-fault`)}
    />
    {wrong === name && <Fault id={`try-${name}-fault`}>{fault}</Fault>}
  </>
);
