/** R4: whom to tell when seats run out. */
import type { AlertKind } from "../records/alert-watch.ts";
import type { AlertsView } from "../tenant/records-calls.ts";
import type { AdminView, Person } from "../tenant/tenant-calls.ts";
import { writeLocal } from "./age.ts";
import { Layout } from "./layout.tsx";
import { PATHS } from "./paths.ts";

export interface AlertsPageProps {
  visitor: Person;
  view: AdminView;
  alerts: AlertsView;
  zone: string;
  notice: string | null;
  fault: string | null;
  /** A receiver's secret, shown this once. */
  secret: string | null;
  /** What was typed and not taken. */
  draft: { kind: string; url: string } | null;
}

const OCCASIONS: Record<AlertKind, (nearPercent: number) => string> = {
  near: (percent) => `${percent} % of the seats are in use`,
  full: () => "all seats are in use",
  denied: () => "somebody is refused",
};
const KIND_WORDS = { generic: "Signed JSON", slack: "Slack", teams: "Microsoft Teams" } as const;
const occasions = Object.entries(OCCASIONS) as [AlertKind, (percent: number) => string][];

export const AlertsPage = ({ visitor, view, alerts, zone, notice, fault, secret, draft }: AlertsPageProps) => (
  <Layout title="Alerts" room="alerts" tenantName={view.tenant.name} visitor={visitor}>
    <h1>Alerts</h1>
    {notice !== null && (
      <p class="banner banner-good" role="status">
        {notice}
      </p>
    )}
    {fault !== null && (
      <p class="banner banner-bad" role="alert">
        {fault}
      </p>
    )}
    {secret !== null && (
      <section class="card" aria-labelledby="secret-title">
        <h2 id="secret-title">The secret of this receiver</h2>
        <p>
          <code class="hash">{secret}</code>
        </p>
        <p class="hint">
          It is shown this once. Messages carry <code>x-hotseat-signature: t=SECONDS,v1=HEX</code>: the HMAC-SHA256, by
          this secret, of the seconds, a dot and the body.
        </p>
      </section>
    )}
    <section class="card" aria-labelledby="receivers-title">
      <h2 id="receivers-title">Who is told</h2>
      {alerts.hooks.length === 0 ? (
        <p class="empty">Nobody is told of anything yet.</p>
      ) : (
        <Receivers alerts={alerts} zone={zone} />
      )}
      {alerts.waiting > 0 && (
        <p class="hint">{alerts.waiting} messages wait to be sent; each is tried ten times, with growing pauses.</p>
      )}
    </section>
    <div class="pair">
      <section class="card" aria-labelledby="add-title">
        <h2 id="add-title">Add a receiver</h2>
        <form method="post" action={PATHS.addReceiver} novalidate>
          <label for="kind">Kind</label>
          <select id="kind" name="kind">
            {Object.entries(KIND_WORDS).map(([kind, words]) => (
              <option value={kind} selected={draft?.kind === kind}>
                {words}
              </option>
            ))}
          </select>
          <label for="url">Address of the webhook</label>
          <input
            id="url"
            class="wide"
            name="url"
            type="url"
            inputmode="url"
            autocomplete="off"
            required
            value={draft?.url ?? ""}
            aria-describedby="url-hint"
            aria-invalid={draft === null ? undefined : "true"}
          />
          <p class="hint" id="url-hint">
            Begins with https:// and lies on the public internet. No message names a person.
          </p>
          <fieldset class="checks">
            <legend>Tell when</legend>
            {occasions.map(([kind, words]) => (
              <label>
                <input type="checkbox" name={kind} value="yes" checked />
                {words(alerts.nearPercent)}
              </label>
            ))}
          </fieldset>
          <div class="actions">
            <button type="submit" class="button">
              Add
            </button>
          </div>
        </form>
      </section>
      <section class="card" aria-labelledby="near-title">
        <h2 id="near-title">Nearly full</h2>
        <form method="post" action={PATHS.nearShare} novalidate>
          <label for="percent">From how many percent of the limit on</label>
          <div class="field">
            <input id="percent" name="percent" type="number" min={50} max={99} required value={alerts.nearPercent} />
            <button type="submit" class="button">
              Set
            </button>
          </div>
          <p class="hint">
            From 50 to 99. An episode is told once and is over when use has fallen well below; refusals within an hour
            are one episode.
          </p>
        </form>
      </section>
    </div>
  </Layout>
);

const Receivers = ({ alerts, zone }: { alerts: AlertsView; zone: string }) => (
  <table>
    <caption class="visually-hidden">Receivers of alerts</caption>
    <thead>
      <tr>
        <th scope="col">Receiver</th>
        <th scope="col">Told when</th>
        <th scope="col">Last message</th>
        <th scope="col">
          <span class="visually-hidden">Actions</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {alerts.hooks.map(({ id, kind, url, on, last }) => (
        <tr>
          <th scope="row" class="person">
            <span class="name">{KIND_WORDS[kind]}</span>
            {/* The path of a webhook is its key: who has it can write there. */}
            <bdi class="email">{new URL(url).host}/…</bdi>
          </th>
          <td data-label="Told when">{on.map((occasion) => OCCASIONS[occasion](alerts.nearPercent)).join("; ")}</td>
          <td data-label="Last message">
            {last === null ? "none yet" : `${writeLocal(last.at, zone)}: ${last.fault ?? "taken"}`}
          </td>
          <td class="act">
            <form method="post" action={PATHS.testReceiver} class="inline">
              <input type="hidden" name="id" value={id} />
              <button type="submit" class="button button-quiet">
                Send a test<span class="visually-hidden"> to {new URL(url).host}</span>
              </button>
            </form>{" "}
            <form method="post" action={PATHS.removeReceiver} class="inline">
              <input type="hidden" name="id" value={id} />
              <button type="submit" class="button button-quiet">
                Remove<span class="visually-hidden"> {new URL(url).host}</span>
              </button>
            </form>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
