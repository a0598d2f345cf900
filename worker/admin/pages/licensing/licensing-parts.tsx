/** A7: the parts of licensing, each a page of its own, and which cards each has. */
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { FORMS, type FormName } from "./forms.ts";

export const LICENSING_ROOMS = ["seats", "people", "rules", "general"] as const;
export type LicensingRoom = (typeof LICENSING_ROOMS)[number];

const SECTIONS: Record<LicensingRoom, readonly string[]> = {
  seats: ["enforcement", "limit", "overdraft", "boosts", "pools"],
  people: ["named", "exempt"],
  rules: ["idle", "model", "nudge", "handover", "contact", "tolerance"],
  general: ["announcement", "closing", "zone", "button", "records"],
};

export const roomPath = (room: LicensingRoom): string =>
  room === "seats" ? PATHS.licensing : `${PATHS.licensing}/${room}`;

/** The part in which a form stands. */
export const roomOf = (form: FormName): LicensingRoom =>
  LICENSING_ROOMS.find((room) => SECTIONS[room].includes(FORMS[form].section)) ?? "seats";

/** `room`: of these, or one of the pages that stand beside them: the firm's own groups, its holidays, and settings that it tries. */
export const RoomTabs = ({ room }: { room: LicensingRoom | "groups" | "holidays" | "trial" }) => {
  const { licensing, groups, holidays, trial } = useLanguage().words;
  return (
    <nav class="tabs" aria-label={licensing.roomsLabel}>
      <ul>
        {LICENSING_ROOMS.map((name) => (
          <li>
            <a href={roomPath(name)} aria-current={name === room ? "page" : undefined}>
              {licensing.rooms[name]}
            </a>
          </li>
        ))}
        <li>
          <a href={PATHS.groups} aria-current={room === "groups" ? "page" : undefined}>
            {groups.tab}
          </a>
        </li>
        <li>
          <a href={PATHS.holidays} aria-current={room === "holidays" ? "page" : undefined}>
            {holidays.tab}
          </a>
        </li>
        <li>
          <a href={PATHS.trial} aria-current={room === "trial" ? "page" : undefined}>
            {trial.tab}
          </a>
        </li>
      </ul>
    </nav>
  );
};
