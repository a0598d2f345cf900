/** The bare proxy with the gate's very fetch: one by which the platform keeps no copy of a person's answers. */
import { UNCACHED } from "../../../worker/identity/crm/crm-fetch.ts";

export default {
  fetch(request, { CRM_ORIGIN }) {
    const { url } = request;
    const path = url.slice(url.indexOf("/", "https://".length));
    return fetch(new Request(CRM_ORIGIN + path, request), { redirect: "manual", cf: UNCACHED });
  },
} satisfies ExportedHandler<{ CRM_ORIGIN: string }>;
