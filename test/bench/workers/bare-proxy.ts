/** What the gate is measured against: the least that a Worker must do to stand before a CRM. */
export default {
  fetch(request, { CRM_ORIGIN }) {
    const { url } = request;
    const path = url.slice(url.indexOf("/", "https://".length));
    return fetch(new Request(CRM_ORIGIN + path, request), { redirect: "manual" });
  },
} satisfies ExportedHandler<{ CRM_ORIGIN: string }>;
