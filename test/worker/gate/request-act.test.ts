import { describe, expect, it } from "vitest";
import { isActivity, mayShowPage, type RequestAct, readSource } from "../../../worker/gate/request-act.ts";

type Headers = Record<string, string>;
const reader = (headers: Headers) => (name: string) => headers[name] ?? null;

const CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
const SAFARI = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
const document = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", accept: CHROME };
const framed = (dest: string) => ({ ...document, "sec-fetch-dest": dest });
/** As Chromium 156 and Firefox 153 send what a service worker makes of a navigation. */
const worker = (mode: string, headers: Headers = {}) => ({
  "sec-fetch-mode": mode,
  "sec-fetch-dest": "empty",
  "sec-fetch-site": "same-origin",
  accept: CHROME,
  "upgrade-insecure-requests": "1",
  ...headers,
});
/** Android's WebView says with every request in which app it is. */
const APP = { "x-requested-with": "com.acme.crm" };
const xhr = { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty", accept: "*/*" };

/** What it is in a browser that was never seen to send Sec-Fetch-User, and in one that was. */
const table: [what: string, headers: Headers, never: RequestAct, seen: RequestAct, isDocument: boolean][] = [
  ["a person in Chrome", { ...document, "sec-fetch-user": "?1" }, "navigation", "navigation", true],
  ["a person in Safari, or a page that goes somewhere itself", document, "navigation", "reload", true],
  [
    "Safari 16.4, without a destination",
    { "sec-fetch-mode": "navigate", accept: SAFARI },
    "navigation",
    "reload",
    true,
  ],
  ["a person behind a service worker", worker("navigate"), "navigation", "navigation", true],
  ["… in Firefox, or with a signal", worker("same-origin"), "navigation", "navigation", true],
  ["… of which the headers alone are handed on", worker("cors"), "navigation", "navigation", true],
  [
    "… of which the address alone is handed on",
    { ...xhr, referer: "https://crm/sw.js" },
    "background",
    "background",
    false,
  ],
  ["a link into a frame, pressed", { ...framed("iframe"), "sec-fetch-user": "?1" }, "navigation", "navigation", true],
  ["a frame that its page loads", framed("iframe"), "reload", "reload", true],
  ["an object that its page loads", { ...framed("object"), accept: "*/*" }, "reload", "reload", true],
  ["an embedded file", { ...framed("embed"), accept: "*/*" }, "reload", "reload", true],
  ["a link in a frameset", framed("frame"), "navigation", "reload", true],
  ["a page's request", xhr, "background", "background", false],
  ["a page that asks for HTML", { ...xhr, accept: "text/html" }, "background", "background", false],
  [
    "jQuery asking for HTML",
    { ...xhr, accept: "text/html, */*", "x-requested-with": "XMLHttpRequest" },
    "background",
    "background",
    false,
  ],
  ["an app's WebView behind a worker", worker("same-origin", APP), "navigation", "navigation", true],
  ["an app's WebView of before Fetch Metadata", { accept: SAFARI, ...APP }, "navigation", "navigation", true],
  ["a script in an app's WebView", { accept: "*/*", ...APP }, "background", "background", false],
  ["htmx behind a worker", worker("same-origin", { "hx-request": "true" }), "background", "background", false],
  ["Turbo behind a worker", worker("same-origin", { "turbo-frame": "main" }), "background", "background", false],
  [
    "an image",
    { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image", accept: "image/*" },
    "background",
    "background",
    false,
  ],
  ["a socket", { "sec-fetch-mode": "websocket", upgrade: "websocket" }, "background", "background", false],
  ["an older browser", { accept: SAFARI }, "navigation", "navigation", true],
  [
    "an older WebView that names no type",
    { accept: "*/*", "upgrade-insecure-requests": "1" },
    "navigation",
    "navigation",
    true,
  ],
  [
    "a stylesheet of a document (XSLT)",
    { ...xhr, "sec-fetch-mode": "same-origin", "sec-fetch-dest": "xslt" },
    "background",
    "background",
    false,
  ],
  [
    "a reader of feeds",
    { accept: "application/rss+xml, application/xml, text/xml, */*" },
    "background",
    "background",
    false,
  ],
  ["curl", { accept: "*/*" }, "background", "background", false],
  ["a download by a link", { ...document, "sec-fetch-user": "?1" }, "navigation", "navigation", true],
  [
    "a frame of which the browser says so, without a person",
    { ...framed("iframe"), accept: SAFARI },
    "reload",
    "reload",
    true,
  ],
  [
    "a page that fetches in the background for later",
    { ...xhr, "sec-fetch-mode": "no-cors" },
    "background",
    "background",
    false,
  ],
  ["a WebSocket of an older browser", { accept: "text/html", upgrade: "websocket" }, "background", "background", false],
  ["a script", { accept: "*/*" }, "background", "background", false],
  ["nobody known", {}, "background", "background", false],
  ["Chrome, prerendering", { ...document, "sec-purpose": "prefetch;prerender" }, "prefetch", "prefetch", true],
  [
    "… from the address bar",
    { ...document, "sec-fetch-user": "?1", "sec-purpose": "prefetch;prerender" },
    "prefetch",
    "prefetch",
    true,
  ],
  ["Chrome, prefetching", { ...document, "sec-purpose": "prefetch" }, "prefetch", "prefetch", true],
  [
    "a page's hint",
    { "sec-fetch-mode": "no-cors", accept: CHROME, "sec-purpose": "prefetch" },
    "prefetch",
    "prefetch",
    true,
  ],
  [
    "a script's hint",
    { "sec-fetch-mode": "no-cors", accept: "*/*", "sec-purpose": "prefetch" },
    "prefetch",
    "prefetch",
    false,
  ],
  ["an older Chrome, or Safari", { accept: SAFARI, purpose: "prefetch" }, "prefetch", "prefetch", true],
  ["Safari's previews", { ...document, "x-purpose": "preview" }, "prefetch", "prefetch", true],
  ["an older Firefox", { accept: SAFARI, "x-moz": "prefetch" }, "prefetch", "prefetch", true],
];

const ADDRESS = "https://crm.example/board?mine=1";
/** As WebKitGTK 2.50 sends them. */
const fromItself = { ...document, accept: SAFARI, "sec-fetch-site": "same-origin", referer: ADDRESS };
const webkitTable: [what: string, headers: Headers, act: RequestAct][] = [
  [
    "a page that loads itself again by a timer or a meta tag",
    { ...fromItself, "cache-control": "max-age=0" },
    "reload",
  ],
  ["a link to the same page", fromItself, "navigation"],
  ["a person who reloads the page", { ...document, accept: SAFARI, "sec-fetch-site": "none" }, "navigation"],
  [
    "… in a browser that revalidates then",
    { ...document, accept: SAFARI, "sec-fetch-site": "none", "cache-control": "max-age=0" },
    "navigation",
  ],
  [
    "a link from another page, revalidated",
    { ...fromItself, "cache-control": "max-age=0", referer: "https://crm.example/" },
    "navigation",
  ],
];

describe("[G4] WebKit, which never says who goes to a page", () => {
  it.each(webkitTable)("%s: %j", (_, headers, act) => {
    expect(readSource(reader(headers), false, asked("GET"))).toEqual({ act, isDocument: true });
  });
});

/** What it is where a page of the browser has shown the address in a frame. */
const framedTable: [what: string, headers: Headers, sendsUser: boolean, act: RequestAct][] = [
  ["a frame behind a service worker", worker("navigate"), true, "reload"],
  ["… in Firefox, or with a signal", worker("same-origin"), true, "reload"],
  ["… of which the headers alone are handed on", worker("cors"), false, "reload"],
  ["a frame in an older browser", { accept: SAFARI }, false, "reload"],
  ["a frame in an app's WebView", { accept: "*/*", "upgrade-insecure-requests": "1", ...APP }, false, "reload"],
  ["a frame in Safari 16.4, without a destination", { "sec-fetch-mode": "navigate", accept: SAFARI }, false, "reload"],
  ["the address as a page of its own, where the browser says so", document, false, "navigation"],
  ["a link in it that a person pressed", { ...framed("iframe"), "sec-fetch-user": "?1" }, true, "navigation"],
  ["what a page asks for there", xhr, false, "background"],
];

/** Methods by which nobody goes to a page, whatever the headers say. */
const asked = (method: string) => ({ method, address: ADDRESS, isFramed: () => false });

describe("[G4] a frame that no header tells from a page", () => {
  it.each(framedTable)("%s: %j", (_, headers, sendsUser, act) => {
    const beside = { method: "GET", address: ADDRESS, isFramed: () => true };
    expect(readSource(reader(headers), sendsUser, beside).act).toBe(act);
  });
});

describe("[G4] a request by a method by which no browser goes to a page", () => {
  it.each(["HEAD", "OPTIONS", "PUT", "PROPFIND"])("%s is a program's", (method) => {
    for (const headers of [document, { accept: SAFARI }, { ...document, "sec-fetch-user": "?1" }])
      expect(readSource(reader(headers), false, asked(method))).toEqual({ act: "background", isDocument: false });
  });
});

describe("[G4] what makes a request, and how its answer is shown", () => {
  it.each(table)("%s: %j", (_, headers, never, seen, isDocument) => {
    expect(readSource(reader(headers), false)).toEqual({ act: never, isDocument });
    expect(readSource(reader(headers), true)).toEqual({ act: seen, isDocument });
  });
});

describe("[G5] a request of which nothing tells whether it is shown as a page", () => {
  const handedOn = { ...xhr, referer: "https://crm.example/assets/sw.js?v=3" };
  it.each([
    ["of a service worker", "GET", "/contacts", handedOn, true],
    ["of a worker for data", "GET", "/api/contacts", handedOn, false],
    ["of a worker for a file", "GET", "/logo.svg", handedOn, false],
    ["of a worker that sends something", "POST", "/contacts", handedOn, false],
    [
      "of a worker for a page's script",
      "GET",
      "/contacts",
      { ...handedOn, "x-requested-with": "XMLHttpRequest" },
      false,
    ],
    ["of a worker for JSON", "GET", "/contacts", { ...handedOn, accept: "application/json" }, false],
    ["of a page", "GET", "/contacts", { ...xhr, referer: "https://crm.example/contacts?file=sw.js" }, false],
    ["of nobody knows whom", "GET", "/contacts", xhr, false],
  ] as const)("%s: %s %s", (_, method, path, headers, expected) =>
    expect(mayShowPage(method, path, reader(headers))).toBe(expected),
  );
});

describe("[G8] activity", () => {
  it.each([
    ["navigation", "GET", false, true],
    ["button", "POST", false, true],
    ["reload", "GET", false, false],
    ["background", "GET", false, false],
    ["background", "OPTIONS", false, false],
    ["background", "POST", false, true],
    ["background", "POST", true, false],
    ["prefetch", "GET", false, false],
    ["prefetch", "POST", false, false],
  ] as const)("%s %s, listed as background: %s", (by, method, isListed, expected) =>
    expect(isActivity(by, method, isListed)).toBe(expected),
  );

  it.each([
    ["background", "GET", false, true],
    ["background", "GET", true, false],
    ["reload", "GET", false, false],
    ["prefetch", "GET", false, false],
  ] as const)("where reading is work: %s %s, listed as background: %s", (by, method, isListed, expected) =>
    expect(isActivity(by, method, isListed, true)).toBe(expected),
  );
});
