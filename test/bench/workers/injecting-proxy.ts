/** What the gate with its injected script is measured against: the bare proxy that puts one tag into each document. */
const TAG = '<script src="/agent.js"></script>';

export default {
  async fetch(request, { CRM_ORIGIN }) {
    const { url } = request;
    const path = url.slice(url.indexOf("/", "https://".length));
    const answer = await fetch(new Request(CRM_ORIGIN + path, request), { redirect: "manual" });
    return new HTMLRewriter()
      .on("head", { element: (head) => void head.prepend(TAG, { html: true }) })
      .transform(answer);
  },
} satisfies ExportedHandler<{ CRM_ORIGIN: string }>;
