/** A4, A5: the first page: seats, people, the line, refusals of today. */
import type { Child } from "hono/jsx";
import { dayOf, writeDay } from "../../../audit/time-zone.ts";
import { openRequests } from "../../../ledger/requests.ts";
import type { AdminView, PeopleAsk, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS, writeQuery } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Said } from "../../ui/said.tsx";
import { Holders } from "./holders.tsx";
import { Usage } from "./occupancy.tsx";
import { peoplePath } from "./people-query.ts";
import { QuickRaise } from "./quick-raise.tsx";
import { Waiting } from "./waiting.tsx";

export type NowNotice = "freed" | "limit" | "boost";

export interface NowPageProps {
  visitor: Person;
  view: AdminView;
  ask: PeopleAsk;
  /** What was just done on the page. */
  notice: NowNotice | null;
  fault: Child | null;
  /** ms; what "just now" refers to. */
  now: number;
  passLifeMs: number;
}

export const NowPage = ({ visitor, view, ask, notice, fault, now, passLifeMs }: NowPageProps) => {
  const { words, parts, date, say, list } = useLanguage();
  return (
    <Layout title={words.rooms.seats} room="seats" tenantName={view.tenant.name} visitor={visitor} refreshes>
      <div class="title">
        <h1>{words.rooms.seats}</h1>
        <p class="quiet">
          <span class="linked" data-linked hidden>
            {words.now.live}
          </span>{" "}
          <span data-live="clock">
            {parts(words.overview.asOf, {
              time: <time datetime={new Date(now).toISOString()}>{date("clock", now)}</time>,
            })}
          </span>{" "}
          <span class="late" data-late role="status" hidden>
            {words.overview.late}
          </span>{" "}
          <a href={peoplePath(ask, { page: view.page })}>{words.overview.refresh}</a>
        </p>
      </div>
      {view.scope !== null && <p class="banner">{say(words.rights.scope, { pools: list(view.scope) })}</p>}
      {!view.settings.enforced && view.scope === null && (
        <p class="banner">
          {words.observing.banner} <a href={`${PATHS.licensing}#enforcement`}>{words.observing.link}</a>
        </p>
      )}
      <div class="pair pair-wide">
        <div class="card usage">
          {notice !== null && notice !== "freed" && <Said>{words.done[notice]}</Said>}
          <Usage view={view} now={now} passLifeMs={passLifeMs} />
          {view.scope === null && <OpenRequests view={view} />}
          {view.scope === null && <QuickRaise view={view} now={now} visitor={visitor} />}
        </div>
        {view.scope === null && <RefusedToday view={view} now={now} />}
      </div>
      <Holders view={view} ask={ask} now={now} said={notice === "freed" ? words.notices.freed : null} fault={fault} />
      <Waiting view={view} now={now} />
    </Layout>
  );
};

/** Q3. */
const OpenRequests = ({ view }: { view: AdminView }) => {
  const { words, count } = useLanguage();
  const open = openRequests(view.settings).length;
  return (
    <div data-live="requests">
      {open > 0 && (
        <p class="requests">
          <b>{count(words.requests.waiting, open)}</b>{" "}
          <a class="button button-quiet button-small" href={PATHS.requests}>
            {words.requests.look}
          </a>
        </p>
      )}
    </div>
  );
};

const RefusedToday = ({ view, now }: { view: AdminView; now: number }) => {
  const { words, count, number, zone } = useLanguage();
  const today = writeDay(dayOf(zone, now));
  return (
    <section class="card" aria-labelledby="refused-title" data-live="refused">
      <h2 id="refused-title" tabindex={-1}>
        {words.now.refusedToday}
      </h2>
      <p class="figure">
        <strong>{number(view.refusedToday)}</strong>
      </p>
      <p class="hint">
        {view.refusedToday === 0 ? words.now.refusedNone : count(words.now.refused, view.refusedToday)}
      </p>
      {(view.sparedToday > 0 || !view.settings.enforced) && (
        <p class="hint">{count(words.observing.today, view.sparedToday)}</p>
      )}
      <p>
        <a href={`${PATHS.refusals}${writeQuery({ from: today, to: today })}`}>{words.now.refusedLink}</a>
      </p>
    </section>
  );
};
