/** A7: whether the limit is enforced, and how far people may work beyond it. */
import { LIMIT_MAX } from "../../../../shared/timing.ts";
import { OVERDRAFT_HOURS_MAX } from "../../../ledger/settings/settings.ts";
import { useLanguage } from "../../language.ts";
import { CardOutcome, isSaidIn } from "./card-outcome.tsx";
import { typedOr } from "./forms.ts";
import type { LicensingProps } from "./licensing-props.ts";
import { SettingForm, SupportOnly, tied } from "./setting-form.tsx";

/** L24: shown while nobody is refused, and to support, who alone goes back to that. */
export const EnforcementCard = (props: LicensingProps) => {
  const { view, visitor, draft, support } = props;
  const { observing } = useLanguage().words;
  const { enforced } = view.settings;
  if (enforced && visitor.role !== "support" && !isSaidIn("enforcement", props)) return null;
  return (
    <section class="card" id="enforcement" aria-labelledby="enforcement-title">
      <h2 id="enforcement-title">{observing.title}</h2>
      <CardOutcome {...props} section="enforcement" />
      <p>{enforced ? observing.isEnforced : observing.isObserved}</p>
      {enforced && visitor.role !== "support" ? (
        <SupportOnly support={support} />
      ) : (
        <SettingForm
          name="enforcement"
          version={view.version}
          draft={draft}
          save={enforced ? observing.observe : observing.enforce}
          quiet={enforced}
        >
          <input type="hidden" name="enforced" value={enforced ? "no" : "yes"} />
          <p class="hint">{enforced ? observing.observeHint : observing.enforceHint}</p>
        </SettingForm>
      )}
    </section>
  );
};

/** L28: set by support; others see it where there is one. */
export const OverdraftCard = (props: LicensingProps) => {
  const { view, visitor, draft, support } = props;
  const { words, say, count, longWorkTime } = useLanguage();
  const { overdraft: said } = words;
  const { seats, hoursPerMonth } = view.settings.overdraft;
  const isSupport = visitor.role === "support";
  if (!isSupport && seats === 0 && !isSaidIn("overdraft", props)) return null;
  const used = longWorkTime(view.overdraftUsedMs);
  return (
    <section class="card" id="overdraft" aria-labelledby="overdraft-title">
      <h2 id="overdraft-title">{said.title}</h2>
      <CardOutcome {...props} section="overdraft" />
      <p class="hint">{said.intro}</p>
      {seats > 0 && (
        <p>
          {count(said.may, seats)}{" "}
          {hoursPerMonth === null ? say(said.used, { used }) : say(said.usedOf, { used, hours: hoursPerMonth })}
        </p>
      )}
      {isSupport ? (
        <SettingForm name="overdraft" version={view.version} draft={draft}>
          <label for="overdraft-seats">{said.seats}</label>
          <input
            id="overdraft-seats"
            name="seats"
            type="number"
            inputmode="numeric"
            min={0}
            max={LIMIT_MAX}
            required
            value={typedOr(draft, "overdraft", "seats", String(seats))}
            {...tied(draft, "overdraft", "overdraft-seats-hint", "seats")}
          />
          <p class="hint" id="overdraft-seats-hint">
            {said.seatsHint}
          </p>
          <label for="overdraft-hours">{said.hours}</label>
          <input
            id="overdraft-hours"
            name="hours"
            type="number"
            inputmode="numeric"
            min={1}
            max={OVERDRAFT_HOURS_MAX}
            value={typedOr(draft, "overdraft", "hours", hoursPerMonth === null ? "" : String(hoursPerMonth))}
            {...tied(draft, "overdraft", "overdraft-hours-hint", "hours")}
          />
          <p class="hint" id="overdraft-hours-hint">
            {said.hoursHint}
          </p>
        </SettingForm>
      ) : (
        <SupportOnly support={support} />
      )}
    </section>
  );
};
