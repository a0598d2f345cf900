/** Who is told, of what, and what came of the last message. */
import type { Child } from "hono/jsx";
import { shownAddressOf } from "../../../tenant/alerts/receiver.ts";
import type { AlertsView } from "../../../tenant/audit/records-calls.ts";
import { type Language, useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Translated } from "../../ui/translated.tsx";
import { sayOccasion, sayReceiver } from "./receiver-words.ts";

export const ReceiverTable = ({ alerts: found }: { alerts: AlertsView }) => {
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
