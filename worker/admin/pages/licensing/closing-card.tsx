/** L31: a planned closing, from when to when and what for. */
import { ANNOUNCEMENT_MAX } from "../../../ledger/settings/settings.ts";
import { useLanguage } from "../../language.ts";
import { Moment } from "../../ui/time.tsx";
import { CardOutcome } from "./card-outcome.tsx";
import { typedOr } from "./forms.ts";
import type { LicensingProps } from "./licensing-props.ts";
import { SettingForm, tied } from "./setting-form.tsx";

export const ClosingCard = (props: LicensingProps) => {
  const { view, draft, now } = props;
  const { words, say, parts, zone } = useLanguage();
  const { closing: said } = words;
  const { closing } = view.settings;
  const isPlanned = closing !== null && closing.until > now;
  const hasBegun = isPlanned && closing.from <= now;
  return (
    <section class="card" id="closing" aria-labelledby="closing-title">
      <h2 id="closing-title">{said.title}</h2>
      <CardOutcome {...props} section="closing" />
      <p class="hint" id="closing-hint">
        {said.hint}
      </p>
      {isPlanned && (
        <>
          <p>
            {parts(hasBegun ? said.lasts : said.planned, {
              from: <Moment at={closing.from} />,
              until: <Moment at={closing.until} />,
              name: <bdi>{closing.by || words.requests.somebody}</bdi>,
            })}
          </p>
          {closing.text !== "" && (
            <blockquote class="note" dir="auto">
              {closing.text}
            </blockquote>
          )}
          <SettingForm
            name="end-closing"
            version={view.version}
            draft={draft}
            save={hasBegun ? said.endNow : said.end}
            quiet
          />
        </>
      )}
      <SettingForm name="close" version={view.version} draft={draft} save={isPlanned ? said.replace : said.close}>
        <div class="fields-row">
          {(["starts", "ends"] as const).map((field) => (
            <div>
              <label for={`closing-${field}`}>{say(field === "starts" ? said.from : said.until, { zone })}</label>
              <input
                id={`closing-${field}`}
                class="moment"
                name={field}
                type="datetime-local"
                required
                value={typedOr(draft, "close", field, "")}
                {...tied(draft, "close", "closing-hint", field)}
              />
            </div>
          ))}
        </div>
        <label for="closing-text">{said.text}</label>
        <input
          id="closing-text"
          class="wide"
          name="text"
          maxlength={ANNOUNCEMENT_MAX}
          autocomplete="off"
          dir="auto"
          value={typedOr(draft, "close", "text", "")}
          {...tied(draft, "close", "closing-hint", "text")}
        />
      </SettingForm>
    </section>
  );
};
