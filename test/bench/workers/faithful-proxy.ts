/** The gate without the seats: what it does to every request and answer (G1, G10), whoever sent it. */
import { readGateRequest } from "../../../worker/gate/gate-request.ts";
import { type Proxy as CrmProxy, createProxy } from "../../../worker/gate/proxy/proxy.ts";
import { compileSortNames } from "../../../worker/gate/proxy/sorted-names.ts";
import { NamedHeaders } from "../../../worker/http/named-headers.ts";
import { stripCookies } from "../../../worker/pass/cookies.ts";

const sortNames = compileSortNames([]);
let built: CrmProxy | null = null;

export default {
  async fetch(request, { CRM_ORIGIN }, ctx) {
    built ??= createProxy(
      CRM_ORIGIN,
      ((...asked: Parameters<typeof fetch>) => fetch(...asked)) as typeof fetch,
      {},
      ({ headers }) => sortNames(headers),
    );
    const req = readGateRequest(request, ctx);
    const response = await built.forward(req, { cookie: stripCookies(req.cookie) }, false);
    const { origin } = req;
    const head = new NamedHeaders(response.headers);
    return built.answer(response, { head, origin, cookies: [], noStore: false, injected: null });
  },
} satisfies ExportedHandler<{ CRM_ORIGIN: string }>;
