/** R4: whom to tell when seats run out. */

import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage, type Words } from "../../language.ts";
import { Copy } from "../../ui/copy.tsx";
import { Layout } from "../../ui/layout.tsx";
import { Said } from "../../ui/said.tsx";
import { AddReceiver, FaultOf, type FormProps, NearlyFull } from "./forms.tsx";
import { ReceiverTable } from "./receiver-table.tsx";

/** What the page says after a change; the name is in the address. */
export type AlertsNotice = keyof Words["alerts"]["notices"];

export interface AlertsPageProps extends FormProps {
  visitor: Person;
  view: AdminView;
  notice: AlertsNotice | null;
  /** A receiver's secret, shown this once. */
  secret: string | null;
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
        {found.hooks.length === 0 ? <p class="empty">{alerts.nobody}</p> : <ReceiverTable alerts={found} />}
        {found.waiting > 0 && <p class="hint">{count(alerts.waiting, found.waiting)}</p>}
      </section>
      <div class="pair">
        <AddReceiver {...props} />
        <NearlyFull {...props}>
          <Notice {...props} card="near" />
        </NearlyFull>
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
