/** L10, L17: more licences, from the place that shows that there are too few: for good, or until this evening. */
import { LIMIT_MAX } from "../../../../shared/timing.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { eveningAfter } from "../../evening.ts";
import { useLanguage } from "../../language.ts";
import { licensingPath, PATHS } from "../../paths.ts";

const BOOST = 2;

interface Props {
  view: AdminView;
  visitor: Person;
  /** ms. */
  now: number;
}

/** Plain forms; their version is renewed with the page's other live parts. */
export const QuickRaise = ({ view, visitor, now }: Props) => {
  const { words, say, date, zone } = useLanguage();
  const { licensing } = words;
  if (view.settings.model !== "concurrent") return null;
  const evening = eveningAfter(zone, now);
  const mostBoost = LIMIT_MAX - view.effective.limit;
  return (
    <div class="quick" data-live="quick">
      {view.limit < LIMIT_MAX && (
        <form method="post" action={licensingPath("limit")}>
          <input type="hidden" name="version" value={view.version} />
          <input type="hidden" name="limit" value={view.limit + 1} />
          <input type="hidden" name="back" value="now" />
          <button type="submit" class="button">
            {say(licensing.raiseFrom, { limit: view.limit, next: view.limit + 1 })}
          </button>
          {visitor.role !== "support" && <p class="hint">{licensing.lockedLower}</p>}
        </form>
      )}
      {mostBoost >= BOOST && (
        <form method="post" action={licensingPath("boost")}>
          <input type="hidden" name="version" value={view.version} />
          <input type="hidden" name="extra" value={BOOST} />
          <input type="hidden" name="starts" value="" />
          <input type="hidden" name="ends" value={evening.typed} />
          <input type="hidden" name="back" value="now" />
          <button type="submit" class="button button-quiet">
            {say(licensing.boostUntil, { count: BOOST, time: date("hour", evening.at) })}
          </button>
          <p class="hint">{licensing.boostUntilHint}</p>
        </form>
      )}
      <p>
        <a href={`${PATHS.licensing}#limit`}>{words.now.raise}</a>
      </p>
    </div>
  );
};
