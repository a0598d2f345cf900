/** L30: the rows of a form in which times are typed. What few people need is folded away in each. */
import type { Child } from "hono/jsx";
import { EVERY_WEEKS_MAX, QUARTER_DAYS_MAX } from "../../../ledger/settings/settings.ts";
import { useLanguage } from "../../language.ts";
import { Fault, fieldTies } from "../../ui/said.tsx";
import { DAYS, type RowKind, rowsShown, type TimeFields } from "./times-form.ts";

/** Names of the fields beside which a fault has its place. */
export const TIME_PLACES = /^[wmqt]\d+-(?:from|to|d1|days|begins|ends|weeks|start|zone)$/;

export interface TimesProps {
  fields: TimeFields;
  /** undefined: no field. */
  wrong: string | undefined;
  fault: Child | null;
}

/** 1 January 2024 was a Monday: any week names its days. */
const MONDAY = 19_723;

export const TimesFields = (props: TimesProps) => {
  const { words, say, zone } = useLanguage();
  const { pool, times } = words;
  const rowsOf = (kind: RowKind) =>
    Array.from({ length: rowsShown(props.fields, kind) }, (_, row) => <Row kind={kind} row={row} {...props} />);
  return (
    <>
      <h2>{pool.weekly}</h2>
      <p class="hint">{say(pool.weeklyHint, { zone })}</p>
      {rowsOf("w")}
      <h2>{pool.monthly}</h2>
      <p class="hint">{pool.monthlyHint}</p>
      {rowsOf("m")}
      <h2>{times.quarterly}</h2>
      <p class="hint">{times.quarterlyHint}</p>
      {rowsOf("q")}
      <h2>{times.dates}</h2>
      <p class="hint">{times.datesHint}</p>
      {rowsOf("t")}
      <p class="hint">{pool.moreRows}</p>
      <datalist id="zones">
        {Intl.supportedValuesOf("timeZone").map((name) => (
          <option value={name} />
        ))}
      </datalist>
    </>
  );
};

interface RowProps extends TimesProps {
  kind: RowKind;
  row: number;
}

const Row = (props: RowProps) => {
  const { kind, row } = props;
  const { words, say } = useLanguage();
  const { pool, times } = words;
  const legends = { w: pool.weeklyRow, m: pool.monthlyRow, q: times.quarterlyRow, t: times.datesRow };
  const day = { type: "number", min: -31, max: 31 };
  return (
    <fieldset class="window">
      <legend>{say(legends[kind], { number: row + 1 })}</legend>
      {kind === "w" && (
        <>
          <Days {...props} />
          <Field part="from" label={pool.from} type="time" {...props} />
          <Field part="to" label={pool.to} type="time" {...props} />
        </>
      )}
      {kind === "m" && (
        <>
          <Field part="from" label={pool.fromDay} {...day} {...props} />
          <Field part="to" label={pool.toDay} {...day} {...props} />
        </>
      )}
      {kind === "q" && (
        <Field part="days" label={times.lastDays} type="number" min={1} max={QUARTER_DAYS_MAX} {...props} />
      )}
      {kind === "t" && (
        <>
          <Field part="from" label={times.fromDate} type="date" {...props} />
          <Field part="to" label={times.toDate} type="date" {...props} />
        </>
      )}
      <More {...props} />
    </fieldset>
  );
};

const EXTRAS: Record<RowKind, readonly string[]> = {
  w: ["weeks", "start", "zone", "holidays"],
  m: ["begins", "ends", "zone", "holidays"],
  q: ["begins", "ends", "zone", "holidays"],
  t: ["begins", "ends", "zone", "holidays"],
};

const More = (props: RowProps) => {
  const { kind, row, fields, wrong } = props;
  const { words, say, zone } = useLanguage();
  const { times } = words;
  const names = EXTRAS[kind].map((part) => `${kind}${row}-${part}`);
  const isOpen = names.some((name) => (fields[name] ?? "") !== "" || name === wrong);
  const chosen = fields[`${kind}${row}-holidays`] ?? "";
  return (
    <details open={isOpen}>
      <summary>{times.more}</summary>
      {kind === "w" ? (
        <>
          <Field part="weeks" label={times.weeks} type="number" min={1} max={EVERY_WEEKS_MAX} {...props} />
          <Field part="start" label={times.start} type="date" {...props} />
        </>
      ) : (
        <>
          <Field part="begins" label={times.begins} type="time" {...props} />
          <Field part="ends" label={times.ends} type="time" {...props} />
        </>
      )}
      <Field part="zone" label={say(times.zone, { zone })} type="text" list="zones" {...props} />
      <label>
        {times.holidays}{" "}
        <select name={`${kind}${row}-holidays`}>
          {(["", "except", "only"] as const).map((choice) => (
            <option value={choice} selected={choice === chosen}>
              {times.onHolidays[choice === "" ? "any" : choice]}
            </option>
          ))}
        </select>
      </label>
    </details>
  );
};

interface FieldProps extends RowProps {
  part: string;
  label: string;
  type: string;
  min?: number;
  max?: number;
  list?: string;
}

const Field = ({ part, label, kind, row, fields, wrong, fault, ...input }: FieldProps) => {
  const name = `${kind}${row}-${part}`;
  return (
    <>
      <label>
        {label}{" "}
        <input
          {...input}
          name={name}
          value={fields[name] ?? ""}
          autocomplete="off"
          {...fieldTies(wrong === name, `${name}-fault`)}
        />
      </label>
      {wrong === name ? <Fault id={`${name}-fault`}>{fault}</Fault> : null}
    </>
  );
};

const Days = ({ row, fields, wrong, fault }: RowProps) => {
  const { day } = useLanguage();
  const first = `w${row}-d1`;
  return (
    <>
      <div class="days">
        {DAYS.map((number) => (
          <label>
            <input
              type="checkbox"
              name={`w${row}-d${number}`}
              value="yes"
              checked={fields[`w${row}-d${number}`] === "yes"}
              {...(number === 1 ? fieldTies(wrong === first, `${first}-fault`) : {})}
            />
            {day("weekday", MONDAY + number - 1)}
          </label>
        ))}
      </div>
      {wrong === first ? <Fault id={`${first}-fault`}>{fault}</Fault> : null}
    </>
  );
};
