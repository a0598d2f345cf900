/** G5: the page that a refused person reads in place of the CRM's. */
import { DENIALS, type DenialReason } from "../../shared/denial.ts";
import { ADMIN_PATH } from "../../shared/protocol.ts";
import type { Denied } from "../tenant/tenant-calls.ts";
import type { KeptForm } from "./kept-form.ts";
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
  /** What was in that form; the person sends it again from the page. */
  keptForm: KeptForm | null;
}

export function refusalPage(facts: RefusalFacts, status: number, headers: Record<string, string>): Response {
  const { title } = DENIALS[facts.reason];
  return answerPage(
    status,
    {
      title,
      kind: "refusal",
      script: REFUSED_SCRIPT_PATH,
      // A page that keeps what somebody typed does not go by itself.
      refreshSeconds: facts.keptForm === null ? REFRESH_SECONDS : null,
      children: <Refusal {...facts} />,
    },
    headers,
  );
}

function Refusal(facts: RefusalFacts) {
  const { tenantName, contact, reason, denied, mayAdminister, isFramed, address, isForm, keptForm } = facts;
  const { title, text, waits } = DENIALS[reason];
  const position = denied?.position ?? null;
  return (
    <main
      data-reason={reason}
      data-waits={waits ? "yes" : "no"}
      data-framed={isFramed ? "yes" : "no"}
      data-form={keptForm === null ? (isForm ? "yes" : "no") : "kept"}
    >
      <p class="firm">{tenantName}</p>
      <h1>{title}</h1>
      <Ending reason={reason} denied={denied} />
      <p>{text}</p>
      {keptForm === null ? null : (
        <p id="kept">
          What you had just entered was not passed on to the CRM. It is kept on this page: leave the page open, and send
          it again when you have a licence.
        </p>
      )}
      {isForm && keptForm === null ? (
        <p>
          What you had just sent was not passed on to the CRM. Go back one page to find it, or enter it again when you
          have a licence.
        </p>
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
          <>
            <SendAgain address={address} form={keptForm} />
            <a class={keptForm === null ? "act" : "act second"} href={address}>
              {keptForm !== null ? "Go on without it" : waits ? "Try again now" : "Continue working"}
            </a>
          </>
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

/** Sending a form is an act of the person, so it claims a seat; refused once more, it is kept once more. */
function SendAgain({ address, form }: { address: string; form: KeptForm | null }) {
  if (form === null) return null;
  return (
    <form method="post" action={address} id="again">
      {form.fields.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class="act">
        Send it again
      </button>
    </form>
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
