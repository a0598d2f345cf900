/** How the CRM learns where a request comes from: the same for proxied traffic and for Hotseat's own question. */

/**
 * Headers by which a visitor could claim an address, a host or a path of its own making, as CRMs and frameworks believe
 * them; those from `path-info` on would name the CRM another path or method than the gate saw. None is passed on.
 */
export const VISITOR_CLAIMS: readonly string[] = [
  "client-ip",
  "cf-connecting-ipv6",
  "cf-pseudo-ipv4",
  "fastly-client-ip",
  "forwarded",
  "http-client-ip",
  "incap-client-ip",
  "proxy-client-ip",
  "true-client-ip",
  "wl-proxy-client-ip",
  "x-appengine-user-ip",
  "x-arr-clientip",
  "x-azure-clientip",
  "x-azure-socketip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-envoy-external-address",
  "x-forwarded",
  "x-forwarded-by",
  "x-forwarded-port",
  "x-forwarded-prefix",
  "x-forwarded-scheme",
  "x-forwarded-server",
  "x-forwarded-ssl",
  "x-host",
  "x-http-host-override",
  "x-original-forwarded-for",
  "x-original-host",
  "x-originating-ip",
  "x-proxyuser-ip",
  "x-remote-addr",
  "x-remote-ip",
  "x-sucuri-clientip",
  "path-info",
  "script-name",
  "x-envoy-original-path",
  "x-forwarded-context",
  "x-forwarded-method",
  "x-forwarded-path",
  "x-forwarded-pathbase",
  "x-forwarded-uri",
  "x-forwarded-url",
  "x-ingress-path",
  "x-original-method",
  "x-original-path",
  "x-original-uri",
  "x-original-url",
  "x-rewrite-url",
  "x-script-name",
  "x-waws-unencoded-url",
];

/** Sets who visits which public origin, in place of what the visitor sent. */
export function setVisitorAddress(headers: Headers, origin: string): void {
  const schemeEnd = origin.indexOf("://");
  const address = headers.get("cf-connecting-ip");
  if (address === null) {
    headers.delete("x-forwarded-for");
    headers.delete("x-real-ip");
  } else {
    headers.set("x-forwarded-for", address);
    headers.set("x-real-ip", address);
  }
  headers.set("x-forwarded-host", origin.slice(schemeEnd + "://".length));
  headers.set("x-forwarded-proto", origin.slice(0, schemeEnd));
}

/** By these a request asks to be taken for one of another method, which servers do or do not. */
export const METHOD_HEADERS: readonly string[] = ["x-http-method-override", "x-http-method", "x-method-override"];
