/** L19: a refusal as it was: who had a licence, who waited, what was set, and what would have been enough. */

import type { PastExplanation } from "../../../audit/denials/past-explanation.ts";
import type { PastRefusal } from "../../../audit/denials/past-scene.ts";
import type { Scene, ScenePerson } from "../../../ledger/read/scene.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { holderPath, PATHS } from "../../paths.ts";
import { ExportLinks } from "../../ui/filter.tsx";
import { Layout } from "../../ui/layout.tsx";
import { Moment } from "../../ui/time.tsx";
import { ChangeSteps } from "./change-steps.tsx";

export interface PastPageProps {
  visitor: Person;
  view: AdminView;
  past: PastRefusal;
  explained: PastExplanation;
}

export const PastPage = ({ visitor, view, past, explained }: PastPageProps) => {
  const { words, say, parts, date, list } = useLanguage();
  const { past: said, reasons, refusals } = words;
  const { full, pools, isWhole } = explained;
  const { settings, leases, drains, line } = past.scene;
  return (
    <Layout title={said.title} tenantName={view.tenant.name} visitor={visitor}>
      <p class="back">
        <a href={PATHS.refusals}>{said.back}</a>
      </p>
      <div class="title">
        <h1>{parts(said.heading, { person: <Name past={past} person={past.person} /> })}</h1>
        <p class="quiet">
          {date("second", past.at)}. {say(words.filter.times, { zone: settings.timeZone })}
        </p>
      </div>
      {!isWhole && (
        <p class="banner banner-bad" role="status">
          {said.notWhole}
        </p>
      )}
      <div class="pair">
        <section class="card" aria-labelledby="why-title">
          <h2 id="why-title">{said.why}</h2>
          <p class="verdict">{reasons[past.reason]}</p>
          <ul class="facts">
            <li>{say(said.counts, { inUse: full.inUse, limit: full.limit })}</li>
            {full.limit !== full.agreed && <li>{say(said.boosted, { limit: full.agreed })}</li>}
            {past.reservedOnly && <li>{said.reservedOnly}</li>}
            {pools.length > 0 && <li>{say(said.pools, { pools: list(pools) })}</li>}
            {past.person.groups !== undefined && past.person.groups.length > 0 && (
              <li>{say(said.groups, { groups: list([...past.person.groups]) })}</li>
            )}
          </ul>
        </section>
        <section class="card" aria-labelledby="enough-title">
          <h2 id="enough-title">{said.enough}</h2>
          <ChangeSteps change={explained.change} />
          <p class="hint">{said.enoughHint}</p>
        </section>
      </div>
      <Holders past={past} leases={leases} />
      {drains.length > 0 && (
        <section class="card" aria-labelledby="drains-title">
          <h2 id="drains-title">{said.drains}</h2>
          <p class="hint">{said.drainsHint}</p>
          <ul class="facts">
            {drains.map((person) => (
              <li>
                <Name past={past} person={person} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="card" aria-labelledby="line-title">
        <h2 id="line-title">{said.line}</h2>
        {line.length === 0 ? (
          <p class="empty">{said.nobodyWaited}</p>
        ) : (
          <ol class="facts">
            {line.map(({ person, since, offered }) => (
              <li>
                <Name past={past} person={person} />, {parts(said.since, { time: <Moment at={since} seconds /> })}
                {offered && `, ${said.offered}`}
              </li>
            ))}
          </ol>
        )}
      </section>
      <ExportLinks path={PATHS.pastFile} filter={{ id: past.id, at: String(past.at) }} />
      <p class="hint">
        {refusals.reason}: {past.reason}. {said.row} {past.seq}.
      </p>
    </Layout>
  );
};

const Holders = ({ past, leases }: { past: PastRefusal; leases: Scene["leases"] }) => {
  const { words, count, list } = useLanguage();
  const { past: said } = words;
  return (
    <section class="card" aria-labelledby="held-title">
      <div class="card-head">
        <h2 id="held-title">{said.held}</h2>
        <p class="quiet">{count(words.now.seated, leases.length)}</p>
      </div>
      {leases.length === 0 ? (
        <p class="empty">{said.nobodyHeld}</p>
      ) : (
        <table>
          <caption class="visually-hidden">{said.held}</caption>
          <thead>
            <tr>
              <th scope="col">{said.person}</th>
              <th scope="col">{said.begun}</th>
              <th scope="col">{said.groupsHead}</th>
              <th scope="col">{said.counted}</th>
            </tr>
          </thead>
          <tbody>
            {leases.map(({ person, since, exempt, named }) => (
              <tr>
                <th scope="row" class="person">
                  <Name past={past} person={person} />
                </th>
                <td data-label={said.begun} class="when">
                  <Moment at={since} />
                </td>
                <td data-label={said.groupsHead}>
                  <bdi>{list([...(person.groups ?? [])]) || "–"}</bdi>
                </td>
                <td data-label={said.counted}>{named ? said.named : exempt ? said.exempt : said.yes}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
};

const Name = ({ past, person }: { past: PastRefusal; person: ScenePerson }) => {
  const { refusals } = useLanguage().words;
  const known = past.names.get(person.id);
  return known === undefined ? (
    <span class="quiet">{refusals.erased}</span>
  ) : (
    <a class="name" href={holderPath(person.id)}>
      <bdi>{known.name || person.id}</bdi>
    </a>
  );
};
