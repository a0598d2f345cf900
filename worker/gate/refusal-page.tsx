/** G5: the page that a refused person reads in place of the CRM's. */
import { DENIALS, type DenialReason } from "../../shared/denial.ts";
import { ADMIN_PATH } from "../../shared/protocol.ts";
import type { Denied } from "../tenant/tenant-calls.ts";
import { answerPage } from "./page.tsx";

/** The page's own script, see refused-script.ts. */
export const REFUSED_SCRIPT_PATH = "/.hotseat/refused.js";
const REFRESH_SECONDS = 5;

export interface RefusalFacts {
  tenantName: string;
  contact: string;
  reason: DenialReason;
  /** What the tenant said; null in the frame, where the script asks. */
  denied: Denied | null;
  mayAdminister: boolean;
  /** Shown over a CRM page by the agent, not in its place. */
  isFramed: boolean;
  /** Absolute address of the page wanted; followed afresh by GET. */
  address: string;
  /** The refused request was a form being sent: trying again must not send it again. */
  isForm: boolean;
}

export function refusalPage(facts: RefusalFacts, status: number, headers: Record<string, string>): Response {
  const { title } = DENIALS[facts.reason];
  return answerPage(
    status,
    {
      title,
      kind: "refusal",
      script: REFUSED_SCRIPT_PATH,
      refreshSeconds: REFRESH_SECONDS,
      children: <Refusal {...facts} />,
    },
    headers,
  );
}

function Refusal(facts: RefusalFacts) {
  const { tenantName, contact, reason, denied, mayAdminister, isFramed, address, isForm } = facts;
  const { title, text, waits } = DENIALS[reason];
  const position = denied?.position ?? null;
  return (
    <main
      data-reason={reason}
      data-waits={waits ? "yes" : "no"}
      data-framed={isFramed ? "yes" : "no"}
      data-form={isForm ? "yes" : "no"}
    >
      <p class="firm">{tenantName}</p>
      <h1>{title}</h1>
      <Ending reason={reason} denied={denied} />
      <p>{text}</p>
      {isForm ? (
        <p>What you had just sent was not passed on to the CRM. Please enter it again when you are back.</p>
      ) : null}
      <dl>
        <dt>Licences in use</dt>
        <dd id="in-use">{denied === null ? "…" : `${denied.inUse} of ${denied.limit}`}</dd>
        <dt class="place" hidden={position === null}>
          Your place in line
        </dt>
        <dd class="place" id="position" hidden={position === null}>
          {position === null ? "" : String(position)}
        </dd>
        {contact === "" ? null : (
          <>
            <dt>Contact</dt>
            <dd>{contact}</dd>
          </>
        )}
      </dl>
      <p class="acts">
        {isFramed ? (
          <button type="button" class="act" id="continue" hidden={waits}>
            Continue working
          </button>
        ) : (
          <a class="act" href={address}>
            {waits ? "Try again now" : "Continue working"}
          </a>
        )}
        <a
          class="act second"
          id="administer"
          href={ADMIN_PATH}
          target={isFramed ? "_blank" : undefined}
          hidden={!mayAdminister}
        >
          Free a seat or raise the limit
        </a>
      </p>
      <p class={waits ? "news pulse" : "news"} id="news" role="status">
        {waits ? "Waiting for a licence." : ""}
      </p>
      {waits && !isFramed ? (
        <noscript>
          <p class="news">
            Your browser runs no scripts here, so this page asks again every {REFRESH_SECONDS} seconds.
          </p>
        </noscript>
      ) : null}
    </main>
  );
}

/** Who freed the seat, and the note left for its holder. In the frame the script fills it in. */
function Ending({ reason, denied }: { reason: DenialReason; denied: Denied | null }) {
  if (reason !== "seat_evicted") return null;
  const by = denied?.ended?.by ?? null;
  const note = denied?.ended?.note || null;
  return (
    <>
      <p id="by" hidden={by === null}>
        {by === null ? "" : freedBy(by)}
      </p>
      <blockquote id="note" hidden={note === null}>
        {note}
      </blockquote>
    </>
  );
}

const freedBy = (name: string): string => `It was freed by ${name}.`;
