/** The first page: seats, people, settings, the newest refusals. */
import type { AdminView, Person } from "../tenant/tenant-calls.ts";
import { Holders, Waiting } from "./holders.tsx";
import { useLanguage } from "./language.ts";
import { Layout } from "./layout.tsx";
import { type Notice, sayNotice } from "./notices.ts";
import { PATHS } from "./paths.ts";
import { LatestRefusals, type Refusals } from "./refusals.tsx";
import { Settings } from "./settings.tsx";
import { Told } from "./told.tsx";
import { Usage } from "./usage.tsx";

/** A form that was sent and not taken. */
export interface Draft {
  form: "limit" | "idle-timeout";
  value: string;
  fault: string;
}

export interface OverviewProps {
  visitor: Person;
  view: AdminView;
  /** undefined: not asked for, as when only the live parts are wanted. */
  refusals: Refusals | undefined;
  notice: Notice | null;
  /** A change that could not be made; a sentence. */
  fault: string | null;
  draft: Draft | null;
  /** ms; what "just now" refers to. */
  now: number;
  passLifeMs: number;
  idleTimeoutMinMs: number;
}

export const Overview = (props: OverviewProps) => {
  const { visitor, view, refusals, notice, fault, draft, now } = props;
  const language = useLanguage();
  const { words, parts, date } = language;
  const bad = fault ?? draft?.fault ?? null;
  return (
    <Layout title={words.rooms.seats} room="seats" tenantName={view.tenant.name} visitor={visitor} live>
      <div class="title">
        <h1>{words.rooms.seats}</h1>
        <p class="quiet">
          <span data-live="clock">
            {parts(words.overview.asOf, {
              time: <time datetime={new Date(now).toISOString()}>{date("clock", now)}</time>,
            })}
          </span>{" "}
          <span class="late" data-late hidden>
            {words.overview.late}{" "}
          </span>
          <a href={PATHS.home}>{words.overview.refresh}</a>
        </p>
      </div>
      {notice !== null && (
        <p class="banner banner-good" role="status">
          {sayNotice(language, notice, view)}
        </p>
      )}
      {bad !== null && (
        <p class="banner banner-bad" role="alert">
          <Told text={bad} />
        </p>
      )}
      <Usage view={view} passLifeMs={props.passLifeMs} />
      <Holders view={view} now={now} />
      <Waiting view={view} now={now} />
      <Settings view={view} visitor={visitor} idleTimeoutMinMs={props.idleTimeoutMinMs} draft={draft} />
      {refusals !== undefined && <LatestRefusals refusals={refusals} />}
    </Layout>
  );
};
