/** Q4: what everybody who works is told, and until when. */
import { ANNOUNCEMENT_MAX } from "../../../ledger/settings/settings.ts";
import { eveningAfter } from "../../evening.ts";
import { useLanguage } from "../../language.ts";
import { Moment } from "../../ui/time.tsx";
import { CardOutcome } from "./card-outcome.tsx";
import { typedOr } from "./forms.ts";
import type { LicensingProps } from "./licensing-props.ts";
import { SettingForm, tied } from "./setting-form.tsx";

export const AnnouncementCard = (props: LicensingProps) => {
  const { view, draft, now } = props;
  const { words, say, parts, zone } = useLanguage();
  const { announcement: said } = words;
  const { announcement } = view.settings;
  const isShown = announcement !== null && announcement.until > now;
  return (
    <section class="card" id="announcement" aria-labelledby="announcement-title">
      <h2 id="announcement-title">{said.title}</h2>
      <CardOutcome {...props} section="announcement" />
      <p class="hint" id="announcement-hint">
        {say(said.hint, { most: ANNOUNCEMENT_MAX })}
      </p>
      {isShown && (
        <>
          <blockquote class="note" dir="auto">
            {announcement.text}
          </blockquote>
          <p class="hint">
            {parts(said.shown, {
              until: <Moment at={announcement.until} />,
              name: <bdi>{announcement.by || words.requests.somebody}</bdi>,
            })}
          </p>
          <SettingForm name="end-announcement" version={view.version} draft={draft} save={said.end} quiet />
        </>
      )}
      <SettingForm name="announce" version={view.version} draft={draft} save={isShown ? said.replace : said.announce}>
        <label for="announcement-text">{said.text}</label>
        <textarea
          id="announcement-text"
          name="text"
          rows={2}
          maxlength={ANNOUNCEMENT_MAX}
          required
          dir="auto"
          {...tied(draft, "announce", "announcement-hint", "text")}
        >
          {typedOr(draft, "announce", "text", "")}
        </textarea>
        <label for="announcement-ends">{say(said.until, { zone })}</label>
        <input
          id="announcement-ends"
          class="moment"
          name="ends"
          type="datetime-local"
          required
          value={typedOr(draft, "announce", "ends", eveningAfter(zone, now).typed)}
          {...tied(draft, "announce", "announcement-hint", "ends")}
        />
      </SettingForm>
    </section>
  );
};
