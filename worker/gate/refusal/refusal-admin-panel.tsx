/** G5, L13: what a refused licence manager can do at once: free somebody's seat, or raise the limit. */
import { MINUTE_MS } from "../../../shared/durations.ts";
import { ADMIN_PATH } from "../../../shared/protocol.ts";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import { within } from "../../async/timeout.ts";
import { fillWords } from "../../i18n/fill.ts";
import { writeDuration } from "../../i18n/formats.ts";
import type { AdminView, HolderRow, Person, TenantCalls } from "../../tenant/tenant-calls.ts";
import type { Language } from "../reader-language.ts";

export type AdminPanel = Pick<AdminView, "version" | "limit" | "holders" | "full" | "scope">;

/** The page waits no longer for it; the link to the administration is there without it. */
const PATIENCE_MS = 1_000;
/** Those idle for longest; the rest is in the administration. */
const SHOWN_MAX = 12;

/** Null where the tenant does not say. Never throws. */
export async function readAdminPanel(
  tenant: Pick<TenantCalls, "adminView">,
  manager: Person,
): Promise<AdminPanel | null> {
  try {
    const view = (await within(PATIENCE_MS, tenant.adminView(manager)))?.value;
    return view?.ok === true ? view.value : null;
  } catch (error) {
    console.warn("A licence manager's page is without its list of holders:", error);
    return null;
  }
}

/** Whose seat makes room when it is freed, idle for longest first. */
const byIdleness = ({ holders }: AdminPanel): HolderRow[] =>
  holders.filter(({ exempt, named }) => !exempt && !named).sort((a, b) => b.activeAgeMs - a.activeAgeMs);

export function AdminPanelPart(props: { adminPanel: AdminPanel; language: Language; isFramed: boolean }) {
  const { adminPanel, language, isFramed } = props;
  const words = language.words.managing;
  const counted = byIdleness(adminPanel);
  const more = counted.length - SHOWN_MAX;
  const target = isFramed ? "_blank" : undefined;
  const { measure } = adminPanel.full;
  // L27: nobody's licence makes room for others there, and no limit does.
  if (measure === "named") {
    return (
      <section class="managing">
        <p>
          <a href={`${ADMIN_PATH}/licensing/people`} target={target}>
            {words.assign}
          </a>
        </p>
      </section>
    );
  }
  return (
    <section class="managing" aria-labelledby="holders-title">
      <h2 id="holders-title">{words.holders}</h2>
      <ul class="holders">
        {counted.slice(0, SHOWN_MAX).map(({ id, name, activeAgeMs }) => (
          <li>
            <div class="holder">
              <b>
                <bdi>{name}</bdi>
              </b>
              <span>{writeActivity(activeAgeMs, language)}</span>
            </div>
            <a
              href={`${ADMIN_PATH}/free?holder=${encodeURIComponent(id)}`}
              target={target}
              aria-label={`${words.freeSeat}: ${name}`}
            >
              {words.freeSeat}
            </a>
          </li>
        ))}
        {more <= 0 ? null : (
          <li>
            <a href={ADMIN_PATH} target={target}>
              {fillWords(words.moreHolders, { count: more })}
            </a>
          </li>
        )}
      </ul>
      {adminPanel.limit >= LIMIT_MAX || measure === "records" || adminPanel.scope !== null ? null : (
        <form class="raise" method="post" action={`${ADMIN_PATH}/licensing/limit`} target={target}>
          <input type="hidden" name="version" value={adminPanel.version} />
          <label>
            {words.newLimit}
            <input
              type="number"
              name="limit"
              value={adminPanel.limit + 1}
              min={adminPanel.limit + 1}
              max={LIMIT_MAX}
              required
              inputmode="numeric"
            />
          </label>
          <button type="submit" class="act second">
            {words.raiseLimit}
          </button>
        </form>
      )}
    </section>
  );
}

/** Presence comes in beats of a minute: smaller ages say nothing. */
const writeActivity = (ageMs: number, { tag, words }: Language): string =>
  ageMs < MINUTE_MS
    ? words.managing.activeNow
    : fillWords(words.managing.lastActive, { time: writeDuration(tag, ageMs) });
