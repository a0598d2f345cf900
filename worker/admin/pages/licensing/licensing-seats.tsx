/** A7: limit, boosts, idle time-out, model and time zone. */
import { MINUTE_MS } from "../../../../shared/durations.ts";
import { IDLE_TIMEOUT_MAX_MS, LIMIT_MAX } from "../../../../shared/timing.ts";
import { type Boost, MODELS } from "../../../ledger/settings/settings.ts";
import { boostAt } from "../../../ledger/time/schedule.ts";
import type { AdminView } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { licensingPath, PATHS } from "../../paths.ts";
import { Moment } from "../../ui/time.tsx";
import { PRESETS } from "./boost-preset.ts";
import { CardOutcome } from "./card-outcome.tsx";
import { typedOr } from "./forms.ts";
import type { LicensingProps } from "./licensing-props.ts";
import { SettingForm, SupportOnly, tied } from "./setting-form.tsx";
import { Times } from "./times-list.tsx";

export const LimitCard = (props: LicensingProps) => {
  const { view, visitor, draft, support } = props;
  const { words, say, count } = useLanguage();
  return (
    <section class="card" id="limit" aria-labelledby="limit-title">
      <h2 id="limit-title">{words.limit.title}</h2>
      <CardOutcome {...props} section="limit" />
      <SettingForm name="limit" version={view.version} draft={draft} save={words.limit.set}>
        <label for="limit-field">{words.limit.label}</label>
        <input
          id="limit-field"
          name="limit"
          type="number"
          inputmode="numeric"
          min={1}
          max={LIMIT_MAX}
          required
          value={typedOr(draft, "limit", "limit", String(view.limit))}
          {...tied(draft, "limit", "limit-hint")}
        />
        {view.effective.limit !== view.limit && (
          <p>{count(words.now.limitNow, view.effective.limit, { limit: view.limit })}</p>
        )}
        <p class="hint" id="limit-hint">
          {say(visitor.role === "support" ? words.limit.hintSupport : words.limit.hint, {
            limit: view.limit,
            most: LIMIT_MAX,
          })}
        </p>
      </SettingForm>
      {visitor.role !== "support" && (
        <SupportOnly
          support={support}
          sentence="lockedLower"
          {...(view.settings.model === "concurrent" ? { request: `${PATHS.requests}?kind=lower#ask` } : {})}
        />
      )}
    </section>
  );
};

export const BoostCard = (props: LicensingProps) => {
  const { view, visitor, draft, now, support } = props;
  const { words, say, zone } = useLanguage();
  const { licensing, repeat } = words;
  const boosts = view.settings.boosts.filter(({ until }) => until > now);
  const typed = (field: string) => typedOr(draft, "boost", field, "");
  return (
    <section class="card" id="boosts" aria-labelledby="boosts-title">
      <h2 id="boosts-title">{licensing.boosts}</h2>
      <CardOutcome {...props} section="boosts" />
      <p class="hint" id="boosts-hint">
        {say(licensing.boostsHint, { zone })}
      </p>
      {boosts.length === 0 ? (
        <p class="empty">{licensing.noBoosts}</p>
      ) : (
        <ul class="rows">
          {boosts.map((boost) => (
            <BoostRow boost={boost} view={view} now={now} mayCancel={visitor.role === "support"} />
          ))}
        </ul>
      )}
      {visitor.role !== "support" && boosts.some((boost) => boostAt(boost, view.settings, now).runs) && (
        <SupportOnly support={support} sentence="lockedRunning" />
      )}
      <SettingForm name="boost" version={view.version} draft={draft} save={licensing.addBoost}>
        <div class="fields-row">
          <div>
            <label for="extra">{licensing.extra}</label>
            <input
              id="extra"
              name="extra"
              type="number"
              inputmode="numeric"
              min={1}
              max={LIMIT_MAX}
              required
              value={typed("extra")}
              {...tied(draft, "boost", "boosts-hint", "extra")}
            />
          </div>
          <div>
            <label for="preset">{licensing.preset}</label>
            <select id="preset" name="preset">
              {PRESETS.filter((preset) => preset !== "times").map((preset) => (
                <option value={preset} selected={preset === (typed("preset") || "today")}>
                  {licensing.presets[preset]}
                </option>
              ))}
            </select>
          </div>
        </div>
        <details open={draft?.form === "boost"}>
          <summary>{licensing.otherTimes}</summary>
          <div class="fields-row">
            <div>
              <label for="starts">{licensing.starts}</label>
              <input
                id="starts"
                name="starts"
                type="datetime-local"
                value={typed("starts")}
                {...tied(draft, "boost", "starts-hint", "starts")}
              />
            </div>
            <div>
              <label for="ends">{licensing.ends}</label>
              <input
                id="ends"
                name="ends"
                type="datetime-local"
                value={typed("ends")}
                {...tied(draft, "boost", "boosts-hint", "ends")}
              />
            </div>
          </div>
          <p class="hint" id="starts-hint">
            {licensing.startsHint} {licensing.endsHint}
          </p>
        </details>
        {visitor.role !== "support" && <p class="hint">{licensing.boostOnlySupport}</p>}
      </SettingForm>
      <p>
        <a class="button button-quiet" href={PATHS.repeatBoost}>
          {repeat.link}
        </a>
      </p>
    </section>
  );
};

const BoostRow = ({
  boost,
  view,
  now,
  mayCancel,
}: {
  boost: Boost;
  view: AdminView;
  now: number;
  mayCancel: boolean;
}) => {
  const { words, count, date, say } = useLanguage();
  const { licensing, repeat } = words;
  const { runs } = boostAt(boost, view.settings, now);
  const isBetween = !runs && boost.from <= now;
  return (
    <li>
      <span>
        <b>{count(licensing.boostSeats, boost.extra)}</b>{" "}
        <span class="tag">{runs ? licensing.running : isBetween ? repeat.between : licensing.planned}</span>
        <span class="again">
          <Moment at={boost.from} /> – <Moment at={boost.until} />, <bdi>{boost.by}</bdi>
        </span>
        {boost.windows !== undefined && (
          <span class="again">
            <Times windows={boost.windows} view={view} now={now} />
          </span>
        )}
      </span>
      {(!runs || mayCancel) && (
        <form method="post" action={licensingPath("cancel-boost")} class="inline">
          <input type="hidden" name="version" value={view.version} />
          <input type="hidden" name="id" value={boost.id} />
          <button type="submit" class="button button-quiet button-small">
            {licensing.cancel}
            <span class="visually-hidden"> {say(licensing.cancelOf, { moment: date("moment", boost.from) })}</span>
          </button>
        </form>
      )}
    </li>
  );
};

export const IdleCard = (props: LicensingProps) => {
  const { view, draft, idleTimeoutMinMs } = props;
  const { words, say, longDuration } = useLanguage();
  const minutes = view.idleTimeoutMs / MINUTE_MS;
  return (
    <section class="card" id="idle" aria-labelledby="idle-title">
      <h2 id="idle-title">{words.idle.title}</h2>
      <CardOutcome {...props} section="idle" />
      <SettingForm name="idle-timeout" version={view.version} draft={draft} save={words.idle.set}>
        <label for="minutes">{words.idle.label}</label>
        <input
          id="minutes"
          name="minutes"
          type="number"
          inputmode="numeric"
          min={Math.ceil(idleTimeoutMinMs / MINUTE_MS)}
          max={IDLE_TIMEOUT_MAX_MS / MINUTE_MS}
          required
          value={typedOr(draft, "idle-timeout", "minutes", Number.isInteger(minutes) ? String(minutes) : "")}
          {...tied(draft, "idle-timeout", "idle-hint")}
        />
        <p class="hint" id="idle-hint">
          {say(words.idle.hint, {
            now: longDuration(view.idleTimeoutMs),
            least: longDuration(idleTimeoutMinMs),
            most: longDuration(IDLE_TIMEOUT_MAX_MS),
          })}
        </p>
      </SettingForm>
    </section>
  );
};

export const ModelCard = (props: LicensingProps) => {
  const { view, visitor, draft, support } = props;
  const { licensing } = useLanguage().words;
  const chosen = typedOr(draft, "model", "model", view.settings.model);
  return (
    <section class="card" id="model" aria-labelledby="model-title">
      <h2 id="model-title">{licensing.modelTitle}</h2>
      <CardOutcome {...props} section="model" />
      {visitor.role === "support" ? (
        <SettingForm name="model" version={view.version} draft={draft}>
          <fieldset class="choices">
            <legend>{licensing.model}</legend>
            {MODELS.map((model) => (
              <div>
                <input
                  type="radio"
                  id={`model-${model}`}
                  name="model"
                  value={model}
                  checked={model === chosen}
                  aria-describedby={`model-${model}-hint`}
                />
                <label for={`model-${model}`}>{licensing.models[model]}</label>
                <p class="hint" id={`model-${model}-hint`}>
                  {licensing.modelHints[model]}
                </p>
              </div>
            ))}
          </fieldset>
        </SettingForm>
      ) : (
        <>
          <p>
            <b>{licensing.models[view.settings.model]}</b>
          </p>
          <p class="hint">{licensing.modelHints[view.settings.model]}</p>
          <SupportOnly support={support} />
        </>
      )}
    </section>
  );
};

export const ZoneCard = (props: LicensingProps) => {
  const { view, draft } = props;
  const { licensing } = useLanguage().words;
  return (
    <section class="card" id="zone" aria-labelledby="zone-title">
      <h2 id="zone-title">{licensing.zoneTitle}</h2>
      <CardOutcome {...props} section="zone" />
      <SettingForm name="time-zone" version={view.version} draft={draft}>
        <label for="zone-field">{licensing.zone}</label>
        <input
          id="zone-field"
          class="wide"
          name="zone"
          autocomplete="off"
          spellcheck={false}
          list="zones"
          required
          value={typedOr(draft, "time-zone", "zone", view.settings.timeZone)}
          {...tied(draft, "time-zone", "zone-hint")}
        />
        <datalist id="zones">
          {Intl.supportedValuesOf("timeZone").map((zone) => (
            <option value={zone} />
          ))}
        </datalist>
        <p data-browser-zone={licensing.zoneHere} data-zone-field="zone-field" hidden />
        <p class="hint" id="zone-hint">
          {licensing.zoneHint}
        </p>
      </SettingForm>
    </section>
  );
};
