/** The two forms of the page: one more receiver, and when licences count as nearly all taken. */
import type { Child } from "hono/jsx";
import type { Sentence } from "../../../../shared/sentence.ts";
import { ALERT_KINDS, type AlertKind } from "../../../tenant/alerts/alert-watch.ts";
import { RECEIVER_KINDS, WEBHOOK_KINDS } from "../../../tenant/alerts/receiver.ts";
import type { AlertsView } from "../../../tenant/audit/records-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Fault, fieldTies } from "../../ui/said.tsx";
import { Translated } from "../../ui/translated.tsx";
import { sayOccasion, sayReceiver } from "./receiver-words.ts";

/** Of the receivers there are: they have no field. */
export interface AlertsFault {
  says: Sentence;
  field: "url" | "on" | "percent" | "receivers";
}

export interface AlertsDraft {
  kind?: string;
  url?: string;
  on?: readonly AlertKind[];
  events?: boolean;
  names?: boolean;
  heads?: boolean;
  report?: boolean;
  percent?: string;
}

export interface FormProps {
  alerts: AlertsView;
  /** What was not taken, and the field that is wrong. */
  fault: AlertsFault | null;
  /** What was typed and not taken. */
  draft: AlertsDraft | null;
}

export const FaultOf = ({ fault, field }: Pick<FormProps, "fault"> & { field: AlertsFault["field"] }) =>
  fault?.field === field ? (
    <Fault id={`${field}-fault`}>
      <Translated of={fault.says} />
    </Fault>
  ) : null;

export const AddReceiver = (props: FormProps) => {
  const { alerts: found, draft, fault } = props;
  const language = useLanguage();
  const { words } = language;
  const { alerts, receivers } = words;
  return (
    <section class="card" id="add" aria-labelledby="add-title">
      <h2 id="add-title">{alerts.addTitle}</h2>
      <form method="post" action={PATHS.addReceiver} novalidate>
        <label for="kind">{alerts.kind}</label>
        <select id="kind" name="kind">
          {(found.canMail ? RECEIVER_KINDS : WEBHOOK_KINDS).map((kind) => (
            <option value={kind} selected={draft?.kind === kind}>
              {sayReceiver(words, kind)}
            </option>
          ))}
        </select>
        <label for="url">{found.canMail ? receivers.address : alerts.url}</label>
        <input
          id="url"
          class="wide"
          name="url"
          type={found.canMail ? "text" : "url"}
          inputmode={found.canMail ? "email" : "url"}
          autocomplete="off"
          required
          value={draft?.url ?? ""}
          {...fieldTies(fault?.field === "url", "url-fault", "url-hint")}
        />
        <FaultOf {...props} field="url" />
        <p class="hint" id="url-hint">
          {alerts.urlHint}
          {found.canMail && ` ${receivers.addressHint}`}
        </p>
        <fieldset class="checks" aria-describedby={fault?.field === "on" ? "on-fault" : undefined}>
          <legend>{alerts.when}</legend>
          {ALERT_KINDS.map((kind, place) => (
            <label>
              <input
                type="checkbox"
                name={kind}
                value="yes"
                checked={draft?.on?.includes(kind) ?? true}
                autofocus={fault?.field === "on" && place === 0}
              />
              {sayOccasion(language, kind, found.nearPercent)}
            </label>
          ))}
        </fieldset>
        <fieldset class="checks">
          <legend>{receivers.also}</legend>
          <label>
            <input type="checkbox" name="events" value="yes" checked={draft?.events === true} />
            {receivers.events}
          </label>
          <label>
            <input type="checkbox" name="names" value="yes" checked={draft?.names === true} />
            {receivers.names}
          </label>
          <label>
            <input type="checkbox" name="heads" value="yes" checked={draft?.heads === true} />
            {receivers.heads}
          </label>
          {found.canMail && (
            <label>
              <input type="checkbox" name="report" value="yes" checked={draft?.report === true} />
              {receivers.report}
            </label>
          )}
        </fieldset>
        <FaultOf {...props} field="on" />
        <div class="actions">
          <button type="submit" class="button">
            {alerts.add}
          </button>
        </div>
      </form>
    </section>
  );
};

export const NearlyFull = ({ children, ...props }: FormProps & { children: Child }) => {
  const { alerts: found, draft, fault } = props;
  const { alerts } = useLanguage().words;
  return (
    <section class="card" id="near" aria-labelledby="near-title">
      <h2 id="near-title">{alerts.nearTitle}</h2>
      {children}
      <form method="post" action={PATHS.nearShare} novalidate>
        <label for="percent">{alerts.percent}</label>
        <div class="field">
          <input
            id="percent"
            name="percent"
            type="number"
            min={50}
            max={99}
            required
            value={draft?.percent ?? found.nearPercent}
            {...fieldTies(fault?.field === "percent", "percent-fault", "percent-hint")}
          />
          <button type="submit" class="button">
            {alerts.set}
          </button>
        </div>
        <FaultOf {...props} field="percent" />
        <p class="hint" id="percent-hint">
          {alerts.nearHint}
        </p>
      </form>
    </section>
  );
};
