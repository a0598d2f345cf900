/** A7: whether the limit is enforced. */
import { useLanguage } from "./language.ts";
import type { LicensingProps } from "./licensing-page.tsx";
import { isSaidIn, SaidInCard } from "./said-in-card.tsx";
import { SettingForm, SupportOnly } from "./setting-form.tsx";

/** L24: shown while nobody is refused, and to support, who alone goes back to that. */
export const EnforcementCard = (props: LicensingProps) => {
  const { view, visitor, draft, support } = props;
  const { observing } = useLanguage().words;
  const { enforced } = view.settings;
  if (enforced && visitor.role !== "support" && !isSaidIn("enforcement", props)) return null;
  return (
    <section class="card" id="enforcement" aria-labelledby="enforcement-title">
      <h2 id="enforcement-title">{observing.title}</h2>
      <SaidInCard {...props} section="enforcement" />
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
