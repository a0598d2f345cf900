/** A7: a form was made from settings that somebody else has changed since. */
import type { PastChange } from "../../../ledger/settings/settings.ts";
import { useLanguage } from "../../language.ts";
import { ChangeLines } from "./history-list.tsx";

/** What overtook the form. */
export const Stale = ({ since }: { since: readonly PastChange[] | null }) => {
  const { licensing } = useLanguage().words;
  return (
    <div class="banner banner-bad" role="alert" tabindex={-1} autofocus>
      <p>{since === null ? licensing.staleMany : licensing.stale}</p>
      {since !== null && (
        <ul>
          {since.map((change) => (
            <li>
              <bdi>{change.by}</bdi>: <ChangeLines change={change} />
            </li>
          ))}
        </ul>
      )}
      <p>{licensing.staleKept}</p>
    </div>
  );
};
