/**
 * Addresses in the CRM's answers that name its own origin lead around the gate: they become public ones (G10). They are
 * parsed as browsers parse them, since capitals, a default port, the other scheme or a trailing dot name the same
 * server.
 */
import type { NamedHeaders } from "../../http/named-headers.ts";
import { allOf, headerTable } from "./header-table.ts";
import { LOADER_HEADERS } from "./loader-headers.ts";

export interface AddressMap {
  /** The address as the visitor at `origin` can reach it: changed only where it lies on the CRM's own origin. */
  toPublic(address: string, origin: string): string;
  /** Headers with their fitted values, null for one that goes; empty where nothing has to change. */
  fitHeaders(headers: NamedHeaders, origin: string): readonly (readonly [name: string, value: string | null])[];
}

/** The header's value as the visitor gets it; null: the header goes. */
type Fit = (value: string, toPublic: (address: string) => string) => string | null;

/** Headers that hold one address, and nothing else. */
const ADDRESS_HEADERS = [
  "location",
  "content-location",
  "sourcemap",
  "x-sourcemap",
  "access-control-allow-origin",
  "service-worker-allowed",
  "odata-entityid",
  "operation-location",
];
/** JSON or structured fields: addresses stand in quotes among other texts. */
const QUOTED_HEADERS = ["reporting-endpoints", "report-to", "speculation-rules", "permissions-policy"];

const NOTHING: readonly never[] = [];

export function createAddressMap(crmOrigin: string): AddressMap {
  const crm = new URL(crmOrigin);
  const crmName = bareName(crm);
  const namesCrm = (value: string): boolean => value.toLowerCase().includes(crmName);
  const labels = crmName.split(".").slice(1);
  const covering = [crmName, ...labels.map((_, place) => `*.${labels.slice(place).join(".")}`)];
  const coversCrm = (policy: string): boolean => {
    const text = policy.toLowerCase();
    return covering.some((name) => text.includes(name));
  };

  const fitOf = headerTable<Fit>({
    ...allOf(ADDRESS_HEADERS, fitAddress),
    ...allOf(LOADER_HEADERS, fitPathOrAddress),
    refresh: fitRefresh,
    link: fitLink,
    "timing-allow-origin": fitList,
    // Every page may have a policy of many sources, of which each would be parsed.
    ...allOf(["content-security-policy", "content-security-policy-report-only"], (value, toPublic) =>
      coversCrm(value) ? fitPolicy(value, toPublic, crmName, portOf(crm)) : value,
    ),
    ...allOf(QUOTED_HEADERS, (value, toPublic) => (namesCrm(value) ? fitQuoted(value, toPublic) : value)),
    // Another way to the CRM's server, under whatever name, which browsers would take by themselves.
    "alt-svc": (value) => (namesHost(value) ? null : value),
  });

  /** Port 80 and 443 are one server; any other port must be the CRM's own. */
  const isSameServer = (url: URL): boolean =>
    bareName(url) === crmName && (portOf(url) === portOf(crm) || (hasWebPort(url) && hasWebPort(crm)));

  function toPublic(address: string, origin: string): string {
    if (isPlainlyRelative(address)) return address;
    const url = URL.parse(address, origin);
    if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return address;
    const publicHost = origin.slice(origin.indexOf("://") + "://".length);
    // A CRM behind plain http that does not know the visitor's side would lead people out of TLS, and off their cookies.
    if (url.host === publicHost) return isDowngrade(url, origin) ? origin + restOf(address, url) : address;
    // CRMs put their own port behind the name by which they were asked.
    if (url.port === portOf(crm) && bareName(url) === withoutPort(publicHost)) return origin + restOf(address, url);
    if (!isSameServer(url)) return address;
    // A CRM behind plain http that insists on https means the visitor's side of it.
    const isUpgrade = url.protocol === "https:" && crm.protocol === "http:" && !publicHost.includes(":");
    return (isUpgrade ? `https://${publicHost}` : origin) + restOf(address, url);
  }

  return {
    toPublic,

    fitHeaders(headers, origin) {
      let fitted: [string, string | null][] | null = null;
      for (const name of headers.names) {
        const fit = fitOf(name);
        if (fit === undefined) continue;
        const value = headers.get(name) ?? "";
        const changed = fit(value, (address) => toPublic(address, origin));
        if (changed === value) continue;
        fitted ??= [];
        fitted.push([name, changed]);
      }
      return fitted ?? NOTHING;
    },
  };
}

const fitAddress: Fit = (value, toPublic) => toPublic(value);

const fitList: Fit = (value, toPublic) => value.replace(/[^\s,]+/g, toPublic);

/** Whether one of the ways of an `Alt-Svc` leads to a host that it names; `":443"` is the host that was asked. */
const namesHost = (value: string): boolean => /=\s*(?:"[^":]|[^\s"\d])/.test(value);

/** htmx takes an address, or one as `path` beside other members of an object; others never begin like an object. */
const PATH_MEMBER = /("path"\s*:\s*)("(?:[^"\\]|\\.)*")/;
const fitPathOrAddress: Fit = (value, toPublic) =>
  /^\s*\{/.test(value)
    ? value.replace(PATH_MEMBER, (member, name: string, path: string) => {
        const address = textOf(path);
        const shown = address === null ? null : toPublic(address);
        return shown === null || shown === address ? member : name + encodeText(shown);
      })
    : toPublic(value);

const QUOTED = /"(?:[^"\\]|\\.)*"/g;
const fitQuoted: Fit = (value, toPublic) => value.replace(QUOTED, (text) => fitText(text, toPublic));

/** A text of JSON, with its quotes, whose content is an address. */
function fitText(json: string, toPublic: (address: string) => string): string {
  const address = textOf(json);
  const shown = address === null ? null : toPublic(address);
  return shown === null || shown === address ? json : encodeText(shown);
}

function textOf(json: string): string | null {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** As JSON of ASCII alone: a header takes no other letters. */
const encodeText = (text: string): string =>
  JSON.stringify(text).replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** `5; url=ADDRESS` in the spellings that browsers take (HTML, "shared declarative refresh steps"). */
const REFRESH = /^(\s*[\d.]+\s*[;,\s]\s*(?:url\s*=\s*)?)("[^"]*|'[^']*|[^"'].*)/is;
const fitRefresh: Fit = (value, toPublic) =>
  value.replace(REFRESH, (_, before: string, address: string) => {
    const quote = /^["']/.test(address) ? address.charAt(0) : "";
    return before + quote + toPublic(address.slice(quote.length));
  });

/** Each `<ADDRESS>` outside quoted parameters. */
const LINK_PART = /"(?:[^"\\]|\\.)*"|<([^>]*)>/g;
const fitLink: Fit = (value, toPublic) =>
  value.replace(LINK_PART, (part, address: string | undefined) =>
    address === undefined ? part : `<${toPublic(address)}>`,
  );

/**
 * Sources in a policy: the public origin comes beside the CRM's own, which pages may still name in full. Without it a
 * page that lets in nothing but "its own" by name would let in nothing at all.
 */
const POLICY_SOURCE = /[^\s;,]+/g;
const fitPolicy = (value: string, toPublic: (address: string) => string, crmName: string, crmPort: string): string =>
  value.replace(POLICY_SOURCE, (source) => {
    if (!source.includes(".") && !source.includes(":")) return source;
    const [, scheme = ""] = /^(https?|wss?):\/\//i.exec(source) ?? [];
    const named = nameOne(source, crmName, crmPort);
    const address = scheme === "" ? `//${named}` : named.replace(/^ws/i, "http");
    const shown = toPublic(address);
    return shown === address ? source : `${source} ${/^ws/i.test(scheme) ? shown.replace(/^http/, "ws") : shown}`;
  });

/** A source for all ports, or for all hosts of a domain, as the CRM's own where that is one of them. */
const nameOne = (source: string, crmName: string, crmPort: string): string =>
  source
    .replace(/^((?:[a-z]+:\/\/)?)\*(\.[^:/]+)/i, (all, scheme: string, domain: string) =>
      crmName.endsWith(domain.toLowerCase()) ? scheme + crmName : all,
    )
    .replace(/:\*(?=\/|$)/, `:${crmPort}`);

/** Most addresses are relative: these need no parsing. */
const isPlainlyRelative = (address: string): boolean => /^(?:\/(?![/\\\t\n\r])|[?#]|$)/.test(address);

/** What follows the host, byte for byte where it can be told apart. Credentials stay out: no visitor needs them. */
function restOf(address: string, url: URL): string {
  const start = /^ *(?:https?:)?[/\\]{2,}[^/\\?#\t\n\r]*(?=[/?#]|$)/i.exec(address)?.[0];
  return start === undefined ? url.pathname + url.search + url.hash : address.slice(start.length);
}

/** At their own ports: any other port is another server. */
const isDowngrade = (url: URL, origin: string): boolean =>
  url.protocol === "http:" && url.port === "" && origin.startsWith("https:");

const bareName = ({ hostname }: URL): string => hostname.replace(/\.$/, "");
const withoutPort = (host: string): string => host.replace(/:\d+$/, "");
const portOf = ({ port, protocol }: URL): string => port || (protocol === "https:" ? "443" : "80");
const hasWebPort = (url: URL): boolean => portOf(url) === "80" || portOf(url) === "443";
