/** L19: "Why?" on the refusal page: a disclosure that works without JavaScript; the script asks again when it is opened. */
import type { WhySaid } from "../../../shared/why.ts";
import { within } from "../../async/timeout.ts";
import type { Tag } from "../../i18n/tag.ts";
import { sayWhy, whyTitle } from "../../i18n/why.ts";
import type { Person, TenantCalls } from "../../tenant/tenant-calls.ts";

/** The page waits no longer for it. */
const PATIENCE_MS = 1_000;

/** Null where the tenant does not say. Never throws. */
export async function readWhy(
  tenant: Pick<TenantCalls, "explain">,
  person: Person,
  tag: Tag,
  isManager: boolean,
): Promise<WhySaid | null> {
  try {
    const explained = (await within(PATIENCE_MS, tenant.explain(person)))?.value;
    return explained === undefined ? null : sayWhy(tag, explained, isManager);
  } catch (error) {
    console.warn("A refusal page does not say why:", error);
    return null;
  }
}

/**
 * `why`: null in the frame, where the script fills it in. `isOpen`: without JavaScript the page renews itself every few
 * seconds, which would close it; the script closes it at once.
 */
export function WhyPart({ why, tag, isOpen }: { why: WhySaid | null; tag: Tag; isOpen: boolean }) {
  return (
    <details class="why" id="why" open={isOpen}>
      <summary>{whyTitle(tag)}</summary>
      <div id="why-said" aria-live="polite">
        {why === null ? null : (
          <>
            <List title={null} lines={why.facts} />
            <List title={why.waysTitle} lines={why.ways} />
            <List title={why.changeTitle} lines={why.change} />
          </>
        )}
      </div>
    </details>
  );
}

function List({ title, lines }: { title: string | null; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      {title === null ? null : <p class="why-title">{title}</p>}
      <ul>
        {lines.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </>
  );
}
