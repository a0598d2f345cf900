/** R4: whom to tell when seats run out. */

import type { Child } from "hono/jsx";
import type { Sentence } from "../../../../shared/sentence.ts";
import { ALERT_KINDS, type AlertKind } from "../../../tenant/alerts/alert-watch.ts";
import { RECEIVER_KINDS, type ReceiverKind, shownAddressOf, WEBHOOK_KINDS } from "../../../tenant/alerts/receiver.ts";
import type { AlertsView } from "../../../tenant/audit/records-calls.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { type Language, useLanguage, type Words } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Copy } from "../../ui/copy.tsx";
import { Layout } from "../../ui/layout.tsx";
import { Fault, fieldTies, Said } from "../../ui/said.tsx";
import { Translated } from "../../ui/translated.tsx";

/** What the page says after a change; the name is in the address. */
export type AlertsNotice = keyof Words["alerts"]["notices"];

export interface AlertsPageProps {
  visitor: Person;
  view: AdminView;
  alerts: AlertsView;
  notice: AlertsNotice | null;
  /** What was not taken, and the field that is wrong. */
  fault: AlertsFault | null;
  /** A receiver's secret, shown this once. */
  secret: string | null;
  /** What was typed and not taken. */
  draft: AlertsDraft | null;
}

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

/** The card in which each change is made. */
export const CARD_OF: Record<AlertsNotice, "receivers" | "near"> = {
  added: "receivers",
  asked: "receivers",
  removed: "receivers",
  tested: "receivers",
  rotated: "receivers",
  resumed: "receivers",
  near: "near",
};

const sayOccasion = ({ words, say, share }: Language, kind: AlertKind, nearPercent: number): string =>
  say(words.alerts[kind], { share: share(nearPercent / 100) });

/** Two of them are product names, the same in every language. */
const sayReceiver = (words: Words, kind: ReceiverKind): string =>
  ({ generic: words.alerts.generic, slack: "Slack", teams: "Microsoft Teams", email: words.receivers.email })[kind];

export const AlertsPage = (props: AlertsPageProps) => {
  const { visitor, view, alerts: found, secret } = props;
  const { words, parts, count } = useLanguage();
  const { alerts, rooms } = words;
  return (
    <Layout title={rooms.alerts} room="alerts" tenantName={view.tenant.name} visitor={visitor}>
      <h1>{rooms.alerts}</h1>
      {secret !== null && (
        <section class="card" aria-labelledby="secret-title">
          <h2 id="secret-title">{alerts.secret}</h2>
          <Notice {...props} card="receivers" />
          <div class="secret">
            <code class="hash" id="secret">
              {secret}
            </code>
            <Copy of="secret" />
          </div>
          <p class="hint">{parts(words.receivers.secretHint, { headers: <SignedHeaders /> })}</p>
        </section>
      )}
      <section class="card" id="receivers" aria-labelledby="receivers-title">
        <h2 id="receivers-title">{alerts.who}</h2>
        {secret === null && <Notice {...props} card="receivers" />}
        <FaultOf {...props} field="receivers" />
        {found.hooks.length === 0 ? <p class="empty">{alerts.nobody}</p> : <Receivers alerts={found} />}
        {found.waiting > 0 && <p class="hint">{count(alerts.waiting, found.waiting)}</p>}
      </section>
      <div class="pair">
        <AddReceiver {...props} />
        <NearlyFull {...props} />
      </div>
    </Layout>
  );
};

const SignedHeaders = () => (
  <>
    <code>webhook-id</code>, <code>webhook-timestamp</code>, <code>webhook-signature</code>
  </>
);

const Notice = ({ notice, card }: AlertsPageProps & { card: "receivers" | "near" }) => {
  const { alerts } = useLanguage().words;
  return notice !== null && CARD_OF[notice] === card ? <Said>{alerts.notices[notice]}</Said> : null;
};

const FaultOf = ({ fault, field }: AlertsPageProps & { field: AlertsFault["field"] }) =>
  fault?.field === field ? (
    <Fault id={`${field}-fault`}>
      <Translated of={fault.says} />
    </Fault>
  ) : null;

const AddReceiver = (props: AlertsPageProps) => {
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

const NearlyFull = (props: AlertsPageProps) => {
  const { alerts: found, draft, fault } = props;
  const { alerts } = useLanguage().words;
  return (
    <section class="card" id="near" aria-labelledby="near-title">
      <h2 id="near-title">{alerts.nearTitle}</h2>
      <Notice {...props} card="near" />
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

const Receivers = ({ alerts: found }: { alerts: AlertsView }) => {
  const { alerts } = useLanguage().words;
  return (
    <table>
      <caption class="visually-hidden">{alerts.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{alerts.receiver}</th>
          <th scope="col">{alerts.toldWhen}</th>
          <th scope="col">{alerts.last}</th>
          <th scope="col">
            <span class="visually-hidden">{alerts.actions}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {found.hooks.map((hook) => (
          <Receiver hook={hook} nearPercent={found.nearPercent} />
        ))}
      </tbody>
    </table>
  );
};

type Hook = AlertsView["hooks"][number];

/** What it is told, in a list of words. */
function occasionsOf(language: Language, { on, events, names, heads, report }: Hook, nearPercent: number): string {
  const { receivers } = language.words;
  const told = on.map((occasion) => sayOccasion(language, occasion, nearPercent));
  const all = events ? [names ? receivers.namesTold : receivers.eventsTold] : [];
  const files = [...(heads ? [receivers.headsTold] : []), ...(report ? [receivers.reportTold] : [])];
  return [...told, ...all, ...files].join("; ");
}

const Outcome = ({ last, lag, confirmed }: Hook) => {
  const { words, parts, say, date, count } = useLanguage();
  const { alerts, receivers } = words;
  if (!confirmed && (last === null || last.fault === null)) return <>{receivers.unconfirmed}</>;
  if (last === null) return <>{alerts.none}</>;
  const outcome = last.fault === null ? alerts.taken : <Translated of={last.fault} />;
  const since = last.since === undefined ? "" : date("moment", last.since);
  return (
    <>
      {parts(alerts.outcome, { time: date("moment", last.at), outcome })}
      {last.off !== undefined && (
        <p class="hint">
          <strong>{say(receivers.off, { time: date("moment", last.off), since })}</strong>
        </p>
      )}
      {last.off === undefined && last.since !== undefined && <p class="hint">{say(receivers.failing, { since })}</p>}
      {lag > 0 && <p class="hint">{count(receivers.waitingEvents, lag)}</p>}
    </>
  );
};

const Act = ({ path, id, label, children }: { path: string; id: string; label: string; children: Child }) => (
  <form method="post" action={path} class="inline">
    <input type="hidden" name="id" value={id} />
    <button type="submit" class="button button-quiet" aria-label={label}>
      {children}
    </button>
  </form>
);

const Receiver = ({ hook, nearPercent }: { hook: Hook; nearPercent: number }) => {
  const language = useLanguage();
  const { words, say } = language;
  const { alerts, receivers } = words;
  const { id, kind, url, last, signed, confirmed } = hook;
  const host = kind === "email" ? url : new URL(url).host;
  return (
    <tr>
      <th scope="row" class="person">
        <span class="name">{sayReceiver(words, kind)}</span>
        <bdi class="email">{shownAddressOf(hook)}</bdi>
      </th>
      <td data-label={alerts.toldWhen}>{occasionsOf(language, hook, nearPercent)}</td>
      <td data-label={alerts.last}>
        <Outcome {...hook} />
      </td>
      <td class="act">
        {last?.off !== undefined && (
          <Act path={PATHS.resumeReceiver} id={id} label={say(receivers.resumeOf, { host })}>
            {receivers.resume}
          </Act>
        )}{" "}
        <Act path={PATHS.testReceiver} id={id} label={say(confirmed ? alerts.testTo : receivers.askTo, { host })}>
          {confirmed ? alerts.test : receivers.ask}
        </Act>{" "}
        {signed && (
          <Act path={PATHS.rotateSecret} id={id} label={say(receivers.rotateOf, { host })}>
            {receivers.rotate}
          </Act>
        )}{" "}
        <Act path={PATHS.removeReceiver} id={id} label={say(alerts.removeOf, { host })}>
          {alerts.remove}
        </Act>
      </td>
    </tr>
  );
};
