/** Headers by which scripts that load pages in place of the browser are sent on, as the browser is by `Location`. */
import { allOf, headerTable } from "./header-table.ts";

/** Of htmx, Inertia, Turbolinks, PJAX, Unpoly, Yii, Wicket, Intercooler and Next.js; in lower case. */
export const LOADER_HEADERS = [
  "hx-location",
  "hx-push-url",
  "hx-redirect",
  "hx-replace-url",
  "x-inertia-location",
  "turbolinks-location",
  "x-xhr-redirected-to",
  "x-pjax-url",
  "x-up-location",
  "x-redirect",
  "ajax-location",
  "x-ic-redirect",
  "x-ic-pushurl",
  "x-action-redirect",
  "x-nextjs-redirect",
];

const known = headerTable(allOf(LOADER_HEADERS, true));

/** `name`: in lower case. */
export const isLoaderHeader = (name: string): boolean => known(name) === true;
