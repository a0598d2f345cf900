/** The first page: seats, people, settings, the newest refusals. */
import type { AdminView, Person } from "../tenant/tenant-calls.ts";
import { writeClock } from "./age.ts";
import { Holders, Waiting } from "./holders.tsx";
import { Layout } from "./layout.tsx";
import { PATHS } from "./paths.ts";
import { LatestRefusals, type Refusals } from "./refusals.tsx";
import { Settings } from "./settings.tsx";
import { Usage } from "./usage.tsx";
import { NOTICES, type Notice } from "./words.ts";

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
  return (
    <Layout title="Seats" tenantName={view.tenant.name} visitor={visitor} live>
      <div class="title">
        <h1>Seats</h1>
        <p class="quiet">
          <span data-live="clock">
            As of <time datetime={new Date(now).toISOString()}>{writeClock(now)}</time>.
          </span>{" "}
          <span class="late" data-late hidden>
            Not up to date: the server does not answer.{" "}
          </span>
          <a href={PATHS.home}>Refresh</a>
        </p>
      </div>
      {notice !== null && (
        <p class="banner banner-good" role="status">
          {NOTICES[notice](view)}
        </p>
      )}
      {(fault !== null || draft !== null) && (
        <p class="banner banner-bad" role="alert">
          {fault ?? draft?.fault}
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
