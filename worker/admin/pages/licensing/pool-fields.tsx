/** A7: the fields of a pool's form, each with its hint and what is wrong with it. */
import type { Child } from "hono/jsx";
import { LIMIT_MAX } from "../../../../shared/timing.ts";
import { AHEAD_MINUTES, PRIORITY_MAX } from "../../../ledger/settings/settings.ts";
import type { AdminView } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { Fault, fieldTies } from "../../ui/said.tsx";
import { groupsTyped, type PoolFields } from "./pool-form.ts";

const hintedBy = (field: string, wrong: string | undefined) => ({
  id: field,
  name: field,
  ...fieldTies(wrong === field, `${field}-fault`, `${field}-hint`),
});

export interface Wrong {
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

/** Name and groups. */
export const PoolNames = ({ view, fields, ...amiss }: Wrong & { view: AdminView; fields: PoolFields }) => {
  const { words, say } = useLanguage();
  const { pool } = words;
  const known = view.groups.map((group) => group.name);
  const chosen = groupsTyped(fields);
  const others = chosen.filter((group) => !known.includes(group));
  return (
    <>
      <label for="name">{pool.name}</label>
      <input
        {...hintedBy("name", amiss.wrong)}
        class="wide"
        maxlength={100}
        required
        autocomplete="off"
        value={fields.name ?? ""}
      />
      <FaultOf field="name" {...amiss} />
      <p class="hint" id="name-hint">
        {pool.nameHint}
      </p>
      {known.length > 0 && <KnownGroups view={view} chosen={chosen} />}
      <label for="groups">{known.length > 0 ? pool.others : pool.groups}</label>
      <textarea {...hintedBy("groups", amiss.wrong)} rows={3} dir="auto">
        {others.join("\n")}
      </textarea>
      <FaultOf field="groups" {...amiss} />
      {others.length > 0 && (
        <p class="hint late">{say(pool.nobodyIn, { groups: others.map((group) => `“${group}”`).join(", ") })}</p>
      )}
      <p class="hint" id="groups-hint">
        {pool.groupsHint}
      </p>
    </>
  );
};

/** How many licences, who comes first, and what the others may do with those left free. */
export const PoolNumbers = ({ fields, ...amiss }: Wrong & { fields: PoolFields }) => {
  const { pool } = useLanguage().words;
  const of = { fields, ...amiss };
  return (
    <>
      <div class="fields-row fields-wide">
        <Numbered {...of} field="reserved" words={pool.reserved} hint={pool.reservedHint} most={LIMIT_MAX} />
        <Numbered {...of} field="most" words={pool.most} hint={pool.mostHint} most={LIMIT_MAX} />
        <Numbered {...of} field="priority" words={pool.priority} hint={pool.priorityHint} most={PRIORITY_MAX} />
      </div>
      <fieldset class="choices">
        <legend>{pool.guarantee}</legend>
        <Choices
          name="guarantee"
          chosen={fields.guarantee}
          of={{ strict: pool.guarantees.strict, ahead: pool.guarantees.ahead, lent: pool.guarantees.lent }}
        />
      </fieldset>
      <div class="fields-row fields-wide">
        <Numbered {...of} field="minutes" words={pool.minutes} hint={pool.minutesHint} most={AHEAD_MINUTES.most} />
      </div>
      <fieldset class="choices choices-row">
        <legend>{pool.when}</legend>
        <Choices name="when" chosen={fields.when} of={{ always: pool.always, windows: pool.windows }} />
      </fieldset>
    </>
  );
};

/** One of several, by value and label; the first where none was chosen. */
const Choices = ({
  name,
  chosen,
  of,
}: {
  name: string;
  chosen: string | undefined;
  of: Readonly<Record<string, string>>;
}) => (
  <>
    {Object.entries(of).map(([value, label], place) => (
      <div>
        <input
          type="radio"
          id={`${name}-${value}`}
          name={name}
          value={value}
          checked={chosen ? chosen === value : place === 0}
        />
        <label for={`${name}-${value}`}>{label}</label>
      </div>
    ))}
  </>
);

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
