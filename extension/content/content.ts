/**
 * The content script: runs in every document of the CRM's hosts before the page's own scripts, and nowhere else.
 * All frames report activity; the top one also says hello and goodbye and shows what the background asks for.
 */

import { watchActivity } from "../../shared/page/activity.ts";
import { OWN_PATH } from "../../shared/reserved-path.ts";
import { CrmDocument } from "./document.ts";
import { isOrphan, send } from "./extension-api.ts";

const scope = globalThis as { hotseatRuns?: () => boolean };

// Hotseat's own pages are not the CRM's. After an update a script may be injected where an orphan lies.
if (!location.pathname.startsWith(OWN_PATH) && scope.hotseatRuns?.() !== true) {
  scope.hotseatRuns = () => !isOrphan();
  const page = window === window.top ? new CrmDocument() : null;
  const stop = watchActivity(async () => {
    if (isOrphan()) {
      stop();
      page?.leave();
      return;
    }
    if ((await send({ kind: "active", ageMs: 0 })) === "hello?") page?.greet();
  });
}
