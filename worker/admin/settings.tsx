/** The forms for the limit and the idle time-out. Ranges are checked by the tenant, whose sentence says them. */
import { IDLE_TIMEOUT_MAX_MS, LIMIT_MAX } from "../../shared/timing.ts";
import type { AdminView, Person } from "../tenant/tenant-calls.ts";
import { writeMinutes } from "./age.ts";
import type { Draft } from "./overview.tsx";
import { PATHS } from "./paths.ts";

const MINUTE = 60_000;

export interface SettingsProps {
  view: AdminView;
  visitor: Person;
  idleTimeoutMinMs: number;
  /** What was typed and not taken, with what is wrong with it. */
  draft: Draft | null;
}

export const Settings = ({ view, visitor, idleTimeoutMinMs, draft }: SettingsProps) => {
  const limitDraft = draft?.form === "limit" ? draft : null;
  const idleDraft = draft?.form === "idle-timeout" ? draft : null;
  const minutes = view.idleTimeoutMs / MINUTE;
  return (
    <div class="pair" data-live="settings">
      <section class="card" aria-labelledby="limit-title">
        <h2 id="limit-title">Limit</h2>
        <form method="post" action={PATHS.limit} novalidate>
          <input type="hidden" name="version" value={view.version} />
          <label for="limit">Seats that may be in use at once</label>
          <div class="field">
            <input
              id="limit"
              name="limit"
              type="number"
              inputmode="numeric"
              min={1}
              max={LIMIT_MAX}
              required
              value={limitDraft?.value ?? view.limit}
              aria-describedby={limitDraft === null ? "limit-hint" : "limit-fault limit-hint"}
              aria-invalid={limitDraft === null ? undefined : "true"}
            />
            <button type="submit" class="button">
              Set limit
            </button>
          </div>
          {limitDraft !== null && (
            <p class="fault" id="limit-fault">
              {limitDraft.fault}
            </p>
          )}
          <p class="hint" id="limit-hint">
            {visitor.role === "support"
              ? `From 1 to ${LIMIT_MAX}. Raising lets waiting people in at once. Lowering sends nobody away: it only refuses new people until enough seats are given back.`
              : `Now ${view.limit}, at most ${LIMIT_MAX}. Raising lets waiting people in at once. Only support lowers the limit; an attempt by anybody else is refused and recorded.`}
          </p>
        </form>
      </section>
      <section class="card" aria-labelledby="idle-title">
        <h2 id="idle-title">Idle time-out</h2>
        <form method="post" action={PATHS.idleTimeout} novalidate>
          <input type="hidden" name="version" value={view.version} />
          <label for="minutes">Minutes without activity after which a seat is given back</label>
          <div class="field">
            <input
              id="minutes"
              name="minutes"
              type="number"
              inputmode="numeric"
              min={Math.ceil(idleTimeoutMinMs / MINUTE)}
              max={IDLE_TIMEOUT_MAX_MS / MINUTE}
              required
              value={idleDraft?.value ?? (Number.isInteger(minutes) ? minutes : "")}
              aria-describedby={idleDraft === null ? "idle-hint" : "idle-fault idle-hint"}
              aria-invalid={idleDraft === null ? undefined : "true"}
            />
            <button type="submit" class="button">
              Set time-out
            </button>
          </div>
          {idleDraft !== null && (
            <p class="fault" id="idle-fault">
              {idleDraft.fault}
            </p>
          )}
          <p class="hint" id="idle-hint">
            Now {writeMinutes(view.idleTimeoutMs)}; from {writeMinutes(idleTimeoutMinMs)} to{" "}
            {writeMinutes(IDLE_TIMEOUT_MAX_MS)}. People are warned before, and lose nothing they have typed.
          </p>
        </form>
      </section>
    </div>
  );
};
