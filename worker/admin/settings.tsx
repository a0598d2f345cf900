/** The forms for the limit and the idle time-out. Ranges are checked by the tenant, whose sentence says them. */
import { IDLE_TIMEOUT_MAX_MS, LIMIT_MAX } from "../../shared/timing.ts";
import type { AdminView, Person } from "../tenant/tenant-calls.ts";
import { useLanguage } from "./language.ts";
import type { Draft } from "./overview.tsx";
import { PATHS } from "./paths.ts";
import { Told } from "./told.tsx";

const MINUTE = 60_000;

export interface SettingsProps {
  view: AdminView;
  visitor: Person;
  idleTimeoutMinMs: number;
  /** What was typed and not taken, with what is wrong with it. */
  draft: Draft | null;
}

export const Settings = ({ view, visitor, idleTimeoutMinMs, draft }: SettingsProps) => {
  const { words, say, longDuration } = useLanguage();
  const limitDraft = draft?.form === "limit" ? draft : null;
  const idleDraft = draft?.form === "idle-timeout" ? draft : null;
  const minutes = view.idleTimeoutMs / MINUTE;
  return (
    <div class="pair" data-live="settings">
      <section class="card" aria-labelledby="limit-title">
        <h2 id="limit-title">{words.limit.title}</h2>
        <form method="post" action={PATHS.limit} novalidate>
          <input type="hidden" name="version" value={view.version} />
          <label for="limit">{words.limit.label}</label>
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
              {words.limit.set}
            </button>
          </div>
          {limitDraft !== null && (
            <p class="fault" id="limit-fault">
              <Told text={limitDraft.fault} />
            </p>
          )}
          <p class="hint" id="limit-hint">
            {say(visitor.role === "support" ? words.limit.hintSupport : words.limit.hint, {
              limit: view.limit,
              most: LIMIT_MAX,
            })}
          </p>
        </form>
      </section>
      <section class="card" aria-labelledby="idle-title">
        <h2 id="idle-title">{words.idle.title}</h2>
        <form method="post" action={PATHS.idleTimeout} novalidate>
          <input type="hidden" name="version" value={view.version} />
          <label for="minutes">{words.idle.label}</label>
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
              {words.idle.set}
            </button>
          </div>
          {idleDraft !== null && (
            <p class="fault" id="idle-fault">
              <Told text={idleDraft.fault} />
            </p>
          )}
          <p class="hint" id="idle-hint">
            {say(words.idle.hint, {
              now: longDuration(view.idleTimeoutMs),
              least: longDuration(idleTimeoutMinMs),
              most: longDuration(IDLE_TIMEOUT_MAX_MS),
            })}
          </p>
        </form>
      </section>
    </div>
  );
};
