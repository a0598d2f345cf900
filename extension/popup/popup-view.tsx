/** What the popup shows: one sentence, the seats in use, what can be done, what is sent (X3). */
import { ADMIN_PATH } from "../../shared/protocol.ts";
import type { OwnMessage } from "../messages.ts";
import type { Seat } from "../seat/seat.ts";
import { type Standing, standingOf } from "../seat/standing.ts";
import { sayStanding } from "../standing-words.ts";
import type { Words } from "../words.ts";
import { openPage } from "./crm.ts";
import { SeatMark } from "./seat-mark.tsx";
import { SeatsInUse } from "./seats-in-use.tsx";
import { WhatIsSent } from "./what-is-sent.tsx";

export interface PopupProps {
  words: Words;
  seat: Seat | null;
  now: number;
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
  waiting: "warn",
  denied: "bad",
  gone: "calm",
  unseated: "calm",
};

export function Popup({ words, seat, now, tell }: PopupProps) {
  const standing = standingOf(seat, now);
  const status = seat?.status ?? null;
  const note = standing.kind === "gone" ? standing.note : null;
  const contact = status?.tenant.contact ?? "";
  const isDenied = standing.kind === "denied" || standing.kind === "waiting";
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
        <h1>{sayStanding(words, standing)}</h1>
        {standing.kind === "signed_out" && <p>{words.say("signInHint")}</p>}
        {note !== null && note !== "" && <blockquote>{words.say("noteSaid", note)}</blockquote>}
        {isDenied && contact !== "" && <p>{words.say("contact", contact)}</p>}
      </section>
      {status !== null && standing.kind !== "unreachable" && (
        <SeatsInUse words={words} inUse={status.inUse} limit={status.limit} />
      )}
      {seat !== null && <Actions words={words} seat={seat} standing={standing} tell={tell} />}
      {seat !== null && standing.kind !== "no_crm" && <WhatIsSent words={words} lastSent={seat.lastSent} />}
    </main>
  );
}

function Actions({
  words,
  seat,
  standing,
  tell,
}: {
  words: Words;
  seat: Seat;
  standing: Standing;
  tell: PopupProps["tell"];
}) {
  const { origin } = seat;
  const has = standing.kind === "seated" || standing.kind === "warned";
  const releasing = seat.releaseWishedAt !== null;
  const asking = seat.claimWished !== null;
  const mayContinue = standing.kind === "gone" || standing.kind === "denied" || standing.kind === "unseated";
  return (
    <div class="actions">
      {standing.kind === "warned" && (
        <button type="button" class="primary" onClick={() => tell({ kind: "resume", origin })}>
          {words.say("keepWorking")}
        </button>
      )}
      {has && (
        <button
          type="button"
          class={standing.kind === "warned" ? "plain" : "primary"}
          id="release"
          disabled={releasing}
          onClick={() => tell({ kind: "release", origin })}
        >
          {words.say(releasing ? "releasing" : "release")}
        </button>
      )}
      {mayContinue && (
        <button
          type="button"
          class="primary"
          id="continue"
          disabled={asking}
          onClick={() => tell({ kind: "resume", origin })}
        >
          {words.say(asking ? "asking" : "continueWorking")}
        </button>
      )}
      {seat.status?.mayAdminister && (
        <a
          href={new URL(ADMIN_PATH, origin).href}
          id="administration"
          onClick={(event) => {
            event.preventDefault();
            void openPage(new URL(ADMIN_PATH, origin).href);
          }}
        >
          {words.say("administration")}
        </a>
      )}
    </div>
  );
}
