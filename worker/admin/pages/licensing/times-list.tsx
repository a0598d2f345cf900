/** L30: times in words, and when they turn next, so that a slip in a form shows. */
import type { Window } from "../../../ledger/settings/settings.ts";
import { openingAt } from "../../../ledger/time/windows.ts";
import type { AdminView } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { sayWindow } from "./say-window.ts";

export const Times = ({ windows, view, now }: { windows: readonly Window[]; view: AdminView; now: number }) => {
  const language = useLanguage();
  const { words, say, date } = language;
  const { open, turnsAt } = openingAt(windows, view.settings, now);
  const moment = turnsAt === null ? null : date("moment", turnsAt);
  return (
    <>
      {windows.map((slot) => (
        <span class="trace">{sayWindow(language, slot)}</span>
      ))}
      <span class="quiet">
        {moment === null ? words.times.never : say(open ? words.times.open : words.times.opens, { moment })}
      </span>
    </>
  );
};
