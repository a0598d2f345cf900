/** L30: the form of a boost that repeats. */
import type { Child } from "hono/jsx";
import { LIMIT_MAX } from "../../../../shared/timing.ts";
import type { PastChange } from "../../../ledger/settings/settings.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Fault, fieldTies } from "../../ui/said.tsx";
import { Stale } from "./stale.tsx";
import { TIME_PLACES, TimesFields } from "./times-fields.tsx";
import type { TimeFields } from "./times-form.ts";

export interface BoostPageProps {
  visitor: Person;
  view: AdminView;
  fields: TimeFields;
  fault: Child | null;
  /** The field that the fault is of; undefined: the form as a whole. */
  field: string | undefined;
  since: readonly PastChange[] | null | undefined;
}

const PLACES = /^(?:extra|starts|ends)$/;

export const BoostPage = ({ visitor, view, fields, fault, field, since }: BoostPageProps) => {
  const { words } = useLanguage();
  const { repeat, pool } = words;
  const isPlaced = fault !== null && field !== undefined && (PLACES.test(field) || TIME_PLACES.test(field));
  const wrong = isPlaced ? field : undefined;
  return (
    <Layout title={repeat.title} tenantName={view.tenant.name} visitor={visitor}>
      <p class="back">
        <a href={`${PATHS.licensing}#boosts`}>{pool.back}</a>
      </p>
      <h1>{repeat.title}</h1>
      {since !== undefined && <Stale since={since} />}
      {fault !== null && !isPlaced && (
        <p class="banner banner-bad" role="alert" tabindex={-1} autofocus>
          {fault}
        </p>
      )}
      <section class="card" aria-label={repeat.title}>
        <p class="hint">{repeat.intro}</p>
        <form method="post" action={PATHS.repeatBoost} novalidate class="wide-form">
          <input type="hidden" name="version" value={view.version} />
          <label for="extra">{repeat.extra}</label>
          <input
            id="extra"
            name="extra"
            type="number"
            inputmode="numeric"
            min={1}
            max={LIMIT_MAX}
            required
            value={fields.extra ?? ""}
            {...fieldTies(wrong === "extra", "extra-fault")}
          />
          {wrong === "extra" && <Fault id="extra-fault">{fault}</Fault>}
          <div class="fields-row">
            {(["starts", "ends"] as const).map((name) => (
              <div>
                <label for={name}>{repeat[name]}</label>
                <input
                  id={name}
                  name={name}
                  type="datetime-local"
                  value={fields[name] ?? ""}
                  {...fieldTies(wrong === name, `${name}-fault`, "starts-hint")}
                />
                {wrong === name && <Fault id={`${name}-fault`}>{fault}</Fault>}
              </div>
            ))}
          </div>
          <p class="hint" id="starts-hint">
            {repeat.startsHint}
          </p>
          <TimesFields fields={fields} wrong={wrong} fault={fault} />
          <div class="actions">
            <button type="submit" class="button">
              {repeat.save}
            </button>
          </div>
        </form>
      </section>
    </Layout>
  );
};
