/**
 * PURE. Who made a request, what its answer is shown as, and whether it is work (G4, G8). No single header says: Safari
 * and all of iOS never send `Sec-Fetch-User`, and a service worker takes it off, with more the less it hands on.
 */
import type { Act } from "../tenant/tenant-calls.ts";

/**
 * `navigation`: the person went to a page. `reload`: a page went there itself. `button`: on a page of Hotseat's.
 * `background`: a page's own request. `prefetch`: the browser, in advance; nobody's act.
 */
export type RequestAct = Extract<Act, "navigation" | "reload" | "background" | "button"> | "prefetch";

/** Who asks the tenant for a seat. */
export type ClaimAct = Exclude<RequestAct, "prefetch">;

export interface Source {
  act: RequestAct;
  /** The answer is shown as a page. */
  isDocument: boolean;
}

/** The value of a request's header by its name in lower case, null where absent. */
export type ReadHeader = (name: string) => string | null;

/** What else tells than the headers of the request itself. */
export interface Beside {
  method: string;
  /** Of the request itself, whole. */
  address: string;
  /** The browser's page showed this address in a frame last. */
  isFramed: () => boolean;
}
const NOTHING_BESIDE: Beside = { method: "GET", address: "", isFramed: () => false };

/** `sendsUser`: the browser was seen to send `Sec-Fetch-User`, so that its absence says something. */
export function readSource(header: ReadHeader, sendsUser: boolean, beside = NOTHING_BESIDE): Source {
  const mode = header("sec-fetch-mode");
  const isDocument = NAVIGATING.has(beside.method) && isShownAsPage(mode, header);
  if (isPrefetch(header, isDocument)) {
    // A prefetched page is shown when the person goes there.
    return { act: "prefetch", isDocument: isDocument || (mode === "no-cors" && acceptsHtml(header)) };
  }
  if (!isDocument) return { act: "background", isDocument };
  return { act: isByPerson(header, sendsUser, beside) ? "navigation" : "reload", isDocument };
}

/** Browsers go to a page by these alone: HEAD is a link checker's, or an office program's that looks before it opens. */
const NAVIGATING: ReadonlySet<string> = new Set(["GET", "POST"]);

/** Whether the request shows that its browser sends `Sec-Fetch-User`. */
export const showsUser = (header: ReadHeader): boolean => header("sec-fetch-user") === "?1";

function isShownAsPage(mode: string | null, header: ReadHeader): boolean {
  switch (mode) {
    case "navigate":
      return true;
    // A browser without Fetch Metadata, or a plain http address that is not this machine.
    case null:
      return (acceptsHtml(header) || header("upgrade-insecure-requests") === "1") && !isScripted(header);
    // A service worker in between makes a request of its own, with the headers of the navigation.
    case "same-origin":
      return acceptsHtml(header) && !isScripted(header);
    // Pages ask for HTML like this, too; but browsers send this header with navigations alone.
    case "cors":
      return header("upgrade-insecure-requests") === "1" && acceptsHtml(header) && !isScripted(header);
    default:
      return false;
  }
}

const acceptsHtml = (header: ReadHeader): boolean => /^\s*text\/html\b/i.test(header("accept") ?? "");

function isByPerson(header: ReadHeader, sendsUser: boolean, { address, isFramed }: Beside): boolean {
  if (showsUser(header)) return true;
  // Without Fetch Metadata its absence says nothing.
  if (header("sec-fetch-mode") === null) return !isFramed();
  switch (header("sec-fetch-dest")) {
    // The page around it loads these.
    case "iframe":
    case "object":
    case "embed":
    case "fencedframe":
      return false;
    // Behind a service worker, which strips the header from a person's navigation too.
    case "empty":
      return !isFramed();
    // Of a browser that tells no destination.
    case null:
      return !sendsUser && !isFramed();
    default:
      return !sendsUser && !isLoadedAgain(header, address);
  }
}

/**
 * WebKit, which never sends `Sec-Fetch-User`: a page that loads itself again by a timer asks like this, seen in WebKitGTK
 * 2.50; a person who reloads it comes from nowhere, and one who follows a link to the same page revalidates nothing.
 */
const isLoadedAgain = (header: ReadHeader, address: string): boolean =>
  header("cache-control") === "max-age=0" &&
  header("sec-fetch-site") === "same-origin" &&
  header("referer") === address;

/** Headers that scripts send and browsers never do: the script that made the request reads the answer. */
const isScripted = (header: ReadHeader): boolean =>
  SCRIPTED.some((name) => header(name) !== null && !(name === "x-requested-with" && isOfApp(header(name))));

/** Android's WebView says with every request, also with navigations, which app it is in: `com.acme.crm`. */
const isOfApp = (value: string | null): boolean => /^[a-z]\w*(?:\.\w+)+$/i.test(value ?? "");

/** By these headers older browsers say so, and Turbo; `Purpose` is Chrome's and Safari's, `X-Moz` Firefox's. */
const ADVANCE = ["purpose", "x-purpose", "x-moz", "x-sec-purpose"];
const IN_ADVANCE = /prefetch|prerender|preview/i;

function isPrefetch(header: ReadHeader, isDocument: boolean): boolean {
  const purpose = header("sec-purpose");
  if (purpose !== null) return IN_ADVANCE.test(purpose);
  return (isDocument || acceptsHtml(header)) && ADVANCE.some((name) => IN_ADVANCE.test(header(name) ?? ""));
}

/**
 * Whether what Hotseat says in place of an answer should be a page, though nothing tells the request for one from a
 * page's own: a service worker hands on the address alone, and of the navigation nothing is left but the worker's own
 * address as the referrer.
 */
export function mayShowPage(method: string, path: string, header: ReadHeader): boolean {
  return (
    method === "GET" &&
    header("sec-fetch-dest") === "empty" &&
    header("accept") === "*/*" &&
    WORKER_SCRIPT.test(header("referer") ?? "") &&
    !DATA_PATH.test(path) &&
    !isScripted(header)
  );
}
const WORKER_SCRIPT = /^[^?#]*\.m?js(?:[?#]|$)/i;
/** Typical paths of a CRM's data. */
const DATA_PATH =
  /\/(?:api|rest|rpc|jsonrpc|xmlrpc|graphql|odata|ajax)(?:\/|$)|\.(?:json|xml|js|css|svg|png|jpe?g|gif|ico|woff2?)$/i;

/** htmx, Turbo, PJAX, Unpoly; a WebSocket of an older browser. */
const SCRIPTED = [
  "x-requested-with",
  "upgrade",
  "hx-request",
  "turbo-frame",
  "x-turbo-request-id",
  "x-pjax",
  "x-up-version",
];

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/** Whether a request of this method changes nothing. */
export const isReading = (method: string): boolean => SAFE_METHODS.has(method);

/**
 * G8: a navigation of the person, or a page's own request that the preset does not list as background: by an unsafe
 * method, or by any where `isReadingWork`, for pages that read with scripts what others navigate to.
 */
export function isActivity(act: RequestAct, method: string, isBackgroundPath: boolean, isReadingWork = false): boolean {
  if (act === "prefetch") return false;
  if (act === "navigation" || act === "button") return true;
  return !isBackgroundPath && (!SAFE_METHODS.has(method) || (act === "background" && isReadingWork));
}
