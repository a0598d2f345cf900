/** A7: records, the contact, asking for a seat, which refusals count. */
import { CORNERS } from "../../../../shared/corner.ts";
import { HANDOVERS } from "../../../../shared/handover.ts";
import { CONTACT_MAX, REFUSAL_TOLERANCE_MAX_MS } from "../../../ledger/settings/settings.ts";
import { useLanguage } from "../../language.ts";
import { CardOutcome } from "./card-outcome.tsx";
import { typedOr } from "./forms.ts";
import type { LicensingProps } from "./licensing-props.ts";
import { SettingForm, SupportOnly, tied } from "./setting-form.tsx";

export const RecordsCard = (props: LicensingProps) => {
  const { view, visitor, draft, support } = props;
  const { words, say, share, number } = useLanguage();
  const { licensing } = words;
  const { agreed, count } = view.settings.records;
  return (
    <section class="card" id="records" aria-labelledby="records-title">
      <h2 id="records-title">{licensing.recordsTitle}</h2>
      <CardOutcome {...props} section="records" />
      <p>
        {count === null
          ? licensing.countNone
          : agreed === null
            ? say(licensing.countAlone, { count })
            : say(licensing.countNow, { count, agreed, share: share(count / agreed) })}
      </p>
      {visitor.role === "support" ? (
        <SettingForm name="records-agreed" version={view.version} draft={draft}>
          <label for="agreed">{licensing.agreed}</label>
          <input
            id="agreed"
            name="agreed"
            type="number"
            inputmode="numeric"
            min={1}
            value={typedOr(draft, "records-agreed", "agreed", agreed === null ? "" : String(agreed))}
            {...tied(draft, "records-agreed", "agreed-hint")}
          />
          <p class="hint" id="agreed-hint">
            {licensing.agreedHint}
          </p>
        </SettingForm>
      ) : (
        <>
          <p>
            {licensing.agreed}: <b>{agreed === null ? licensing.none : number(agreed)}</b>
          </p>
          <p class="hint">{licensing.agreedHint}</p>
          <SupportOnly support={support} />
        </>
      )}
      <SettingForm name="records-count" version={view.version} draft={draft} save={licensing.report} quiet>
        <label for="count">{licensing.count}</label>
        <input
          id="count"
          name="count"
          type="number"
          inputmode="numeric"
          min={0}
          required
          value={typedOr(draft, "records-count", "count", count === null ? "" : String(count))}
          {...tied(draft, "records-count", "count-hint")}
        />
        <p class="hint" id="count-hint">
          {licensing.countHint}
        </p>
      </SettingForm>
    </section>
  );
};

export const ContactCard = (props: LicensingProps) => {
  const { view, draft } = props;
  const { licensing } = useLanguage().words;
  return (
    <section class="card" id="contact" aria-labelledby="contact-title">
      <h2 id="contact-title">{licensing.contactTitle}</h2>
      <CardOutcome {...props} section="contact" />
      <SettingForm name="contact" version={view.version} draft={draft}>
        <label for="contact-field">{licensing.contact}</label>
        <textarea
          id="contact-field"
          name="contact"
          rows={2}
          maxlength={CONTACT_MAX}
          dir="auto"
          {...tied(draft, "contact", "contact-hint")}
        >
          {typedOr(draft, "contact", "contact", view.tenant.contact)}
        </textarea>
        <p class="hint" id="contact-hint">
          {licensing.contactHint}
        </p>
      </SettingForm>
    </section>
  );
};

const NUDGES = ["no", "yes", "names"] as const;

export const NudgeCard = (props: LicensingProps) => {
  const { view, draft } = props;
  const { licensing } = useLanguage().words;
  const { allowed, showNames } = view.settings.nudge;
  const chosen = typedOr(draft, "nudge", "nudge", allowed ? (showNames ? "names" : "yes") : "no");
  return (
    <section class="card" id="nudge" aria-labelledby="nudge-title">
      <h2 id="nudge-title">{licensing.nudgeTitle}</h2>
      <CardOutcome {...props} section="nudge" />
      <SettingForm name="nudge" version={view.version} draft={draft}>
        <fieldset class="choices" aria-describedby="nudge-hint">
          <legend>{licensing.nudge}</legend>
          {NUDGES.map((rule) => (
            <div>
              <input type="radio" id={`nudge-${rule}`} name="nudge" value={rule} checked={rule === chosen} />
              <label for={`nudge-${rule}`}>{licensing.nudges[rule]}</label>
            </div>
          ))}
        </fieldset>
        <p class="hint" id="nudge-hint">
          {licensing.nudgeHint}
        </p>
      </SettingForm>
    </section>
  );
};

export const HandoverCard = (props: LicensingProps) => {
  const { view, draft } = props;
  const { handover } = useLanguage().words;
  const chosen = typedOr(draft, "handover", "handover", view.settings.handover);
  return (
    <section class="card" id="handover" aria-labelledby="handover-title">
      <h2 id="handover-title">{handover.title}</h2>
      <CardOutcome {...props} section="handover" />
      <SettingForm name="handover" version={view.version} draft={draft}>
        <fieldset class="choices" aria-describedby="handover-hint">
          <legend>{handover.label}</legend>
          {HANDOVERS.map((choice) => (
            <div>
              <input
                type="radio"
                id={`handover-${choice}`}
                name="handover"
                value={choice}
                checked={choice === chosen}
              />
              <label for={`handover-${choice}`}>{handover.choices[choice]}</label>
            </div>
          ))}
        </fieldset>
        <p class="hint" id="handover-hint">
          {handover.hint}
        </p>
      </SettingForm>
    </section>
  );
};

/** R1: which refusals count. */
export const ToleranceCard = (props: LicensingProps) => {
  const { view, draft } = props;
  const { tolerance } = useLanguage().words;
  const seconds = view.settings.refusalToleranceMs / 1_000;
  return (
    <section class="card" id="tolerance" aria-labelledby="tolerance-title">
      <h2 id="tolerance-title">{tolerance.title}</h2>
      <CardOutcome {...props} section="tolerance" />
      <SettingForm name="tolerance" version={view.version} draft={draft}>
        <label for="tolerance-field">{tolerance.label}</label>
        <input
          id="tolerance-field"
          name="seconds"
          type="number"
          inputmode="numeric"
          min={0}
          max={REFUSAL_TOLERANCE_MAX_MS / 1_000}
          required
          value={typedOr(draft, "tolerance", "seconds", Number.isInteger(seconds) ? String(seconds) : "")}
          {...tied(draft, "tolerance", "tolerance-hint")}
        />
        <p class="hint" id="tolerance-hint">
          {tolerance.hint}
        </p>
      </SettingForm>
    </section>
  );
};

export const ButtonCard = (props: LicensingProps) => {
  const { view, draft } = props;
  const { licensing } = useLanguage().words;
  const chosen = typedOr(draft, "button", "button", view.settings.button);
  return (
    <section class="card" id="button" aria-labelledby="button-title">
      <h2 id="button-title">{licensing.buttonTitle}</h2>
      <CardOutcome {...props} section="button" />
      <SettingForm name="button" version={view.version} draft={draft}>
        <fieldset class="choices" aria-describedby="button-hint">
          <legend>{licensing.button}</legend>
          {CORNERS.map((corner) => (
            <div>
              <input type="radio" id={`button-${corner}`} name="button" value={corner} checked={corner === chosen} />
              <label for={`button-${corner}`}>{licensing.corners[corner]}</label>
            </div>
          ))}
        </fieldset>
        <p class="hint" id="button-hint">
          {licensing.buttonHint}
        </p>
      </SettingForm>
    </section>
  );
};
