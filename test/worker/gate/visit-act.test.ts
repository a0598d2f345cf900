import { describe, expect, it } from "vitest";
import { actOf, isActivity } from "../../../worker/gate/visit-act.ts";

const act = (headers: Record<string, string>) => actOf((name) => headers[name] ?? null);

describe("[G4] who made a request", () => {
  it.each([
    ["a person in a browser", { "sec-fetch-mode": "navigate", "sec-fetch-user": "?1" }, "navigation"],
    ["a page that goes somewhere itself", { "sec-fetch-mode": "navigate" }, "reload"],
    [
      "a browser in advance",
      { "sec-fetch-mode": "navigate", "sec-fetch-user": "?1", "sec-purpose": "prefetch;prerender" },
      "reload",
    ],
    ["a page's request", { "sec-fetch-mode": "cors", accept: "text/html" }, "background"],
    ["an older browser", { accept: "text/html,application/xhtml+xml" }, "navigation"],
    ["jQuery asking for HTML", { accept: "text/html, */*", "x-requested-with": "XMLHttpRequest" }, "background"],
    ["a WebSocket of an older browser", { accept: "text/html", upgrade: "websocket" }, "background"],
    ["a script", { accept: "*/*" }, "background"],
    ["nobody known", {}, "background"],
  ])("%s", (_, headers, expected) => expect(act(headers as Record<string, string>)).toBe(expected));
});

describe("[G8] activity", () => {
  it.each([
    ["navigation", "GET", false, true],
    ["reload", "GET", false, false],
    ["background", "GET", false, false],
    ["background", "OPTIONS", false, false],
    ["background", "POST", false, true],
    ["background", "POST", true, false],
  ] as const)("%s %s, listed as background: %s", (by, method, isListed, expected) =>
    expect(isActivity(by, method, isListed)).toBe(expected),
  );
});
