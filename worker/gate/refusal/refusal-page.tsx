/** G5: the page that a refused person reads in place of the CRM's. */

import { DENIAL_REASONS, DENIALS, type DenialReason } from "../../../shared/denial.ts";
import { MINUTE_MS } from "../../../shared/durations.ts";
import type { NotAskedReason } from "../../../shared/nudge.ts";
import { ADMIN_PATH } from "../../../shared/protocol.ts";
import type { WhySaid } from "../../../shared/why.ts";
import { fillWords } from "../../i18n/fill.ts";
import type { Denied } from "../../tenant/tenant-calls.ts";
import { Logo } from "../../theme/logo.tsx";
import type { Language, Words } from "../reader-language.ts";
import type { SignOut } from "../session/sign-out.ts";
import { type FormReplay, hasFiles } from "./form-replay.ts";
import { SendAgain } from "./kept-form.tsx";
import { SignOutForm, WayOn } from "./page-acts.tsx";
import { framedPage } from "./page-frame.tsx";
import { type AdminPanel, AdminPanelPart } from "./refusal-admin-panel.tsx";
import { wayOnTo } from "./way-on.ts";
import { WhyPart } from "./why-part.tsx";

/** The page's own script, see client/refused.client.ts. */
export const REFUSED_SCRIPT_PATH = "/.hotseat/refused.js";
const REFRESH_SECONDS = 5;
/** A manager about to free a seat or raise the limit needs time to read and type. */
const MANAGING_REFRESH_SECONDS = 30;

export interface RefusalFacts {
  language: Language;
  tenantName: string;
  contact: string;
  reason: DenialReason;
  /** What the tenant said; null in the frame, where the script asks. */
  denied: Denied | null;
  mayAdminister: boolean;
  /** L19; null in the frame, where the script asks; undefined: the tenant did not say. */
  why: WhySaid | null | undefined;
  /** L13: what a licence manager can change at once; null: nothing is known, or the person is none. */
  adminPanel: AdminPanel | null;
  /** Shown over a CRM page by the agent, not in its place. */
  isFramed: boolean;
  /** Path and query of the page wanted. */
  page: string;
  /** The browser shows this in the place of that page: loading it again asks for the page. */
  isInPlace: boolean;
  /** The refused request was a form being sent: trying again must not send it again. */
  isForm: boolean;
  /** Absolute address of the request, for sending a form again. */
  address: string;
  /** What was in that form; the person sends it again from the page. */
  formReplay: FormReplay | null;
  /** How to sign out of the CRM; null where no page can. */
  signOut: SignOut | null;
}

export function refusalPage(facts: RefusalFacts, status: number, headers: Record<string, string>): Response {
  const { tag } = facts.language;
  const title = titleOf(facts);
  return framedPage(
    status,
    {
      language: tag,
      title,
      kind: "refusal",
      script: REFUSED_SCRIPT_PATH,
      refresh: refreshOf(facts),
      children: <Refusal {...facts} />,
    },
    headers,
  );
}

/**
 * Without JavaScript. Only for people who wait: no timer takes back what was taken or given back (L8). A page that
 * keeps what somebody typed does not leave by itself.
 */
const refreshOf = (facts: RefusalFacts): { seconds: number; address: string } | null =>
  DENIALS[facts.reason].waits && facts.formReplay === null && !facts.isFramed
    ? { seconds: refreshSecondsOf(facts), address: wayOnTo(facts.page) }
    : null;

const refreshSecondsOf = ({ adminPanel }: RefusalFacts): number =>
  adminPanel === null ? REFRESH_SECONDS : MANAGING_REFRESH_SECONDS;

/**
 * What changes while somebody waits is below what can be pressed, or has its place from the start (page.client.css):
 * nothing moves away from a hand that is on its way to it.
 */
function Refusal(facts: RefusalFacts) {
  const { tenantName, contact, reason, denied, adminPanel, isFramed, isForm, formReplay } = facts;
  const { words } = facts.language;
  const { text } = words.denials[reason];
  const { waits } = DENIALS[reason];
  const position = denied?.position ?? null;
  return (
    <main
      data-reason={reason}
      data-waits={waits ? "yes" : "no"}
      data-framed={isFramed ? "yes" : "no"}
      data-form={formReplay === null ? (isForm ? "yes" : "no") : "kept"}
      data-page={facts.isInPlace ? undefined : facts.page}
      data-words={JSON.stringify(wordsOfScript(words))}
    >
      <p class="firm">
        <Logo size={32} />
        {tenantName}
      </p>
      <h1>{titleOf(facts)}</h1>
      <Note reason={reason} denied={denied} words={words} />
      <p id="text">{text}</p>
      {formReplay === null ? null : <p id="kept">{words.formKept}</p>}
      {formReplay !== null && hasFiles(formReplay) ? <p>{words.formFiles}</p> : null}
      {isForm && formReplay === null ? <p>{words.formLost}</p> : null}
      <Acts {...facts} />
      <p id="opens" hidden={denied?.opensInMs === undefined}>
        {denied?.opensInMs === undefined ? "" : fillWords(words.opensIn, { minutes: minutesOf(denied.opensInMs) })}
      </p>
      <dl>
        <dt id="in-use-label">{labelOf(words, denied?.measure)}</dt>
        <dd id="in-use">
          {denied === null
            ? "…"
            : fillWords(figureOf(words, denied.measure), { inUse: denied.inUse, limit: denied.limit })}
        </dd>
        <dt class="contact" hidden={contact === ""}>
          {words.contact}
        </dt>
        <dd class="contact" id="contact" hidden={contact === ""}>
          {contact}
        </dd>
        <dt class="place" hidden={position === null}>
          {words.place}
        </dt>
        <dd class="place" id="position" hidden={position === null}>
          {position === null ? "" : String(position)}
        </dd>
        <dd id="estimate" hidden />
      </dl>
      {adminPanel === null ? null : (
        <AdminPanelPart adminPanel={adminPanel} language={facts.language} isFramed={isFramed} />
      )}
      {facts.why === undefined ? null : (
        <WhyPart why={facts.why} tag={facts.language.tag} isOpen={refreshOf(facts) !== null} />
      )}
      {waits ? <ActsOfWaiting words={words} mayAdminister={facts.mayAdminister} /> : null}
      {waits ? <p class="news" id="asked" role="status" /> : null}
      {waits ? <p class="news" id="requested" role="status" /> : null}
      <p class={waits ? "news pulse" : "news"} id="news" role="status">
        {waits ? words.waiting : ""}
      </p>
      {waits && !isFramed ? (
        <noscript>
          <p class="news">{fillWords(words.noScript, { seconds: refreshSecondsOf(facts) })}</p>
        </noscript>
      ) : null}
    </main>
  );
}

const minutesOf = (ms: number): number => Math.max(1, Math.ceil(ms / MINUTE_MS));

/** L25: what is counted, and how its number is written. */
const labelOf = (words: Words, measure: Denied["measure"]): string =>
  measure === "named" || measure === "records" ? words.inUseBy[measure] : words.inUse;
const figureOf = (words: Words, measure: Denied["measure"]): string =>
  measure === "records" ? words.peopleOf : words.inUseOf;

/** What the person can do. Every way on is a form with a button: it works without JavaScript, and claims. */
function Acts({ language, reason, page, address, formReplay, isFramed, mayAdminister, signOut }: RefusalFacts) {
  const { words } = language;
  const { waits } = DENIALS[reason];
  const label = formReplay !== null ? words.goOnWithout : waits ? words.tryAgainNow : words.continueWorking;
  return (
    <div class="acts">
      {isFramed ? (
        <button type="button" class="act" id="continue" hidden={waits}>
          {words.continueWorking}
        </button>
      ) : (
        <>
          <SendAgain address={address} form={formReplay} words={words} />
          <WayOn target={page} label={label} second={formReplay !== null} />
        </>
      )}
      <a
        class="act second"
        id="administer"
        href={ADMIN_PATH}
        target={isFramed ? "_blank" : undefined}
        hidden={!mayAdminister}
      >
        {reason === "closed_for_maintenance" ? words.administerClosing : words.administer}
      </a>
      {signOut === null ? null : <SignOutForm signOut={signOut} label={words.signOut} isFramed={isFramed} />}
    </div>
  );
}

/** What somebody who waits can do; the script shows each when it may be done. The one that comes and goes is last. */
function ActsOfWaiting({ words, mayAdminister }: { words: Words; mayAdminister: boolean }) {
  return (
    <div class="acts of-waiting">
      <button type="button" class="act second" id="leave" hidden>
        {words.line.leaveLine}
      </button>
      {mayAdminister ? null : (
        <button type="button" class="act second" id="request" hidden>
          {words.line.requestMore}
        </button>
      )}
      <button type="button" class="act second" id="ask" hidden>
        {words.askHolder}
      </button>
    </div>
  );
}

/** L12, L32: names who freed the seat, or to whom it was handed over, where that is known. */
function titleOf({ reason, denied, language: { words } }: RefusalFacts): string {
  const ended = denied?.ended ?? null;
  if (reason === "seat_released" && ended?.handedTo != null) {
    return ended.handedTo === "" ? words.handedOver : fillWords(words.handedTo, { name: ended.handedTo });
  }
  const by = reason === "seat_evicted" ? (ended?.by ?? null) : null;
  return by === null ? words.denials[reason].title : fillWords(words.freedBy, { name: by });
}

/** The note left for the holder. In the frame the script fills it in. */
function Note({ reason, denied, words }: { reason: DenialReason; denied: Denied | null; words: Words }) {
  if (reason !== "seat_evicted") return null;
  const note = denied?.ended?.note || null;
  return (
    <blockquote id="note" hidden={note === null}>
      {note === null ? "" : fillWords(words.noteSaid, { note })}
    </blockquote>
  );
}

/** What the page's script says. */
const wordsOfScript = (words: Words) => {
  const { inUseOf, placeOf, freedBy, waiting, waitingInLine, freeForYou, freeToSend, asking, offline, offlineAsk } =
    words;
  const { estimate, line, opensAt } = words;
  return {
    opensAt,
    inUseOf,
    label: words.inUse,
    label_named: words.inUseBy.named,
    label_records: words.inUseBy.records,
    peopleOf: words.peopleOf,
    placeOf,
    freedBy,
    handedTo: words.handedTo,
    handedOver: words.handedOver,
    noteSaid: words.noteSaid,
    waiting,
    waitingInLine,
    freeForYou,
    freeToSend,
    asking,
    offline,
    offlineAsk,
    estimate,
    ...(line satisfies Record<NotAskedReason, string>),
    ...textsOfWaiting(words),
  };
};

/** The reasons that waiting can end, each with its words: which of them holds may change. */
const textsOfWaiting = ({ denials }: Words): Record<string, string> =>
  Object.fromEntries(
    DENIAL_REASONS.filter((reason) => DENIALS[reason].waits).flatMap((reason) => [
      [`title_${reason}`, denials[reason].title],
      [`text_${reason}`, denials[reason].text],
    ]),
  );
