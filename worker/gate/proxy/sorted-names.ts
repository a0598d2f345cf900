/** The names of a request's headers, each looked at once: that costs more than most of what the gate does. */
import { HARMLESS_HEADERS } from "../../identity/credentials.ts";
import { METHOD_HEADERS, VISITOR_CLAIMS } from "../../identity/crm/visitor-address.ts";
import { looksLikeKey } from "../../identity/key-names.ts";
import { allOf, headerTable } from "./header-table.ts";

export interface SortedNames {
  /** Not for the CRM. */
  unwanted: readonly string[];
  /** They name the public host. */
  sources: readonly string[];
  /** They may say who asks, or for whom; those that carry the session are among them. */
  keys: readonly string[];
}

/** Hop by hop, or asking for what a Worker cannot pass on: `Expect` would surface as an answer 100. */
const HOP_BY_HOP = ["expect", "te", "trailer", "keep-alive", "proxy-authorization", "proxy-connection"];
const OWN_HEADERS = "x-hotseat-";
/** Headers that name the public host; WebDAV's Destination is one. */
const SOURCES = ["origin", "referer", "destination", "hx-current-url"];
/** What browsers and Cloudflare send with most requests: no pattern need be tried on these. */
const USUAL = [
  ...HARMLESS_HEADERS,
  "accept",
  "accept-encoding",
  "accept-language",
  "content-length",
  "content-type",
  "cookie",
  "if-modified-since",
  "if-none-match",
  "sec-ch-ua",
  "sec-ch-ua-mobile",
  "sec-ch-ua-platform",
  "sec-fetch-dest",
  "sec-fetch-mode",
  "sec-fetch-site",
  "sec-fetch-user",
  "sec-gpc",
  "x-csrf-token",
  "x-xsrf-token",
];

/**
 * Headers that Cloudflare or the gate sets. PHP, Ruby and Python servers read `X_Forwarded_For` as they read these; no browser
 * sends such a name.
 */
const SET_HERE = [
  "cf-connecting-ip",
  "cf-ipcountry",
  "cf-ray",
  "cf-visitor",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];

const NO_NAMES: readonly string[] = [];

/** `carriers`: headers in which the preset finds sessions. */
export function compileSortNames(carriers: readonly string[]): (headers: Headers) => SortedNames {
  const kindOf = headerTable<"unwanted" | "source" | "key" | "usual">({
    ...allOf(USUAL, "usual"),
    ...allOf(SOURCES, "source"),
    ...allOf([...HOP_BY_HOP, ...VISITOR_CLAIMS], "unwanted"),
    // A subprotocol is a place where pages put tokens.
    ...allOf([...carriers, "sec-websocket-protocol"], "key"),
  });
  const isForUs = headerTable(allOf([...VISITOR_CLAIMS, ...METHOD_HEADERS, ...SET_HERE, ...carriers], true));
  const isDisguised = (name: string): boolean => {
    if (!name.includes("_")) return false;
    const plain = name.replaceAll("_", "-");
    return plain.startsWith(OWN_HEADERS) || isForUs(plain) === true;
  };
  return (headers) => {
    const unwanted: string[] = [];
    const sources: string[] = [];
    let keys: string[] | null = null;
    for (const name of headers.keys()) {
      const kind = kindOf(name);
      if (kind === "usual") continue;
      if (kind === "unwanted" || name.startsWith(OWN_HEADERS)) unwanted.push(name);
      else if (kind === "source") sources.push(name);
      else if (kind === undefined && isDisguised(name)) unwanted.push(name);
      else if (kind === "key" || looksLikeKey(name)) {
        keys ??= [];
        keys.push(name);
      }
    }
    return { unwanted, sources, keys: keys ?? NO_NAMES };
  };
}
