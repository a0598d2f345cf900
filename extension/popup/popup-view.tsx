/** What the popup shows: one sentence, the seats in use, what can be done, what is sent (X3). */
import { closingAhead } from "../../shared/closing.ts";
import type { WhySaid } from "../../shared/why.ts";
import type { OwnMessage } from "../messages.ts";
import { type PolicyFault, sayPolicyFault } from "../policy.ts";
import type { Seat } from "../seat/seat.ts";
import { type Standing, standingOf } from "../seat/standing.ts";
import { announcedAt } from "../seat/view.ts";
import { SeatMark } from "../seat-mark.tsx";
import { sayClosing, sayStanding } from "../standing-words.ts";
import { WhatIsSent } from "../what-is-sent.tsx";
import type { Words } from "../words.ts";
import { Actions } from "./actions.tsx";
import { Handover } from "./handover.tsx";
import { Line } from "./line.tsx";
import { SeatsInUse } from "./seats-in-use.tsx";
import { Why } from "./why.tsx";

export interface PopupProps {
  words: Words;
  seat: Seat | null;
  now: number;
  /** The tab in front; null: none is known. */
  browserTab: number | null;
  /** The background did not answer. */
  isStuck: boolean;
  /** The extension may run on no site. */
  needsSite: boolean;
  /** The firm whose policy the browser has; and what is wrong with a policy that is not used. */
  firm: string | null;
  policyWrong: PolicyFault | null;
  repair(): void;
  openOptions(): void;
  /** L19. */
  explain(origin: string): Promise<WhySaid | null>;
  tell(message: OwnMessage): void;
}

type Tone = "good" | "warn" | "bad" | "calm";

const TONES: Record<Standing["kind"], Tone> = {
  no_crm: "calm",
  asking: "calm",
  signed_out: "calm",
  unreachable: "warn",
  seated: "good",
  warned: "warn",
  nudged: "warn",
  offered: "good",
  waiting: "warn",
  denied: "bad",
  gone: "calm",
  unseated: "calm",
};

export function Popup(props: PopupProps) {
  const { words, seat, now, browserTab, isStuck, needsSite, firm, policyWrong, repair, openOptions, explain, tell } =
    props;
  const standing = standingOf(seat, now);
  const status = seat?.status ?? null;
  const note = standing.kind === "gone" ? standing.note : null;
  const contact = status?.tenant.contact ?? "";
  const isDenied = standing.kind === "denied" || standing.kind === "waiting";
  const reason = standing.kind === "denied" || standing.kind === "waiting" ? standing.reason : null;
  const here = seat?.tabs.find((tab) => tab.browserTab === browserTab);
  return (
    <main>
      <header>
        <SeatMark />
        <div>
          <strong>{status?.tenant.name ?? words.say("name")}</strong>
          <span>{seat === null || standing.kind === "no_crm" ? "" : new URL(seat.origin).host}</span>
        </div>
      </header>
      <section class={`standing ${TONES[standing.kind]}`} aria-live="polite">
        <h1>{seat === null ? words.say(needsSite ? "sitesNeeded" : "standingNoCrm") : sayStanding(words, standing)}</h1>
        {here?.isReleased && <p>{words.say("releasedHereHint")}</p>}
        {standing.kind === "signed_out" && <p>{words.say("signInHint")}</p>}
        {note !== null && note !== "" && <blockquote>{words.say("noteSaid", note)}</blockquote>}
        {reason !== null && <p id="reason">{words.say(`reason_${reason}`)}</p>}
        {isDenied && contact !== "" && <p>{words.say("contact", contact)}</p>}
      </section>
      {needsSite && <AllowSite words={words} openOptions={openOptions} />}
      <Announced words={words} seat={seat} now={now} />
      {isStuck && <Stuck words={words} repair={repair} />}
      <Line words={words} standing={standing} now={now} />
      {seat !== null && reason !== null && <Why words={words} ask={() => explain(seat.origin)} />}
      {status !== null && standing.kind !== "unreachable" && (
        <SeatsInUse words={words} inUse={status.inUse} limit={status.limit} measure={status.measure ?? "concurrent"} />
      )}
      {seat !== null && <Actions words={words} seat={seat} standing={standing} here={here ?? null} tell={tell} />}
      {seat !== null && (standing.kind === "seated" || standing.kind === "warned") && (
        <Handover words={words} seat={seat} tell={tell} />
      )}
      {seat !== null && standing.kind !== "no_crm" && <WhatIsSent words={words} lastSent={seat.lastSent} />}
      {firm !== null && <p class="policy">{words.say("managedBy", firm)}</p>}
      {policyWrong !== null && <p class="policy">{sayPolicyFault(words, policyWrong)}</p>}
    </main>
  );
}

const AllowSite = ({ words, openOptions }: Pick<PopupProps, "words" | "openOptions">) => (
  <div class="actions">
    <button type="button" class="primary" id="allow-site" onClick={openOptions}>
      {words.say("allowSite")}
    </button>
  </div>
);

const Stuck = ({ words, repair }: Pick<PopupProps, "words" | "repair">) => (
  <section class="stuck" role="alert">
    <p>{words.say("stuck")}</p>
    <button type="button" class="plain" id="repair" onClick={repair}>
      {words.say("repair")}
    </button>
  </section>
);

function Announced({ words, seat, now }: Pick<PopupProps, "words" | "seat" | "now">) {
  if (seat === null) return null;
  const ahead = closingAhead(seat.status, seat.statusAt);
  const announced = standingOf(seat, now).kind === "unreachable" ? null : announcedAt(seat, now);
  return (
    <>
      {ahead !== null && ahead.from > now && (
        <section class="announced" id="closing">
          <p dir="auto">{sayClosing(words, ahead, ahead.text)}</p>
        </section>
      )}
      {announced !== null && (
        <section class="announced">
          <strong>{words.say("announcementTitle")}</strong>
          <p dir="auto">{announced.text}</p>
        </section>
      )}
    </>
  );
}
