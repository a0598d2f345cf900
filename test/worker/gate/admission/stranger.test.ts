/** [G2] [I11] No way around the gate: what reaches the CRM of requests that show no session. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Preset } from "../../../../worker/identity/preset/preset-schema.ts";
import { loadPreset } from "../../../../worker/identity/preset/presets.ts";
import { memoryInUse } from "../../../../worker/memory/bounded-map.ts";
import { Browser } from "../../../support/site/browser.ts";
import { CRM_ORIGIN } from "../../../support/site/page-crm.ts";
import { GateSite } from "../../../support/site.ts";
import { ANNA, ESPO, go, openProduct, poll } from "../products/products.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const demo = (change: (preset: Preset) => void): Preset => {
  const preset = structuredClone(loadPreset("demo"));
  change(preset);
  return preset;
};
const last = (site: GateSite) => site.crm.asked.at(-1)?.headers ?? new Headers();

/** A CRM with sessions in a cookie or a header, and Pia, who needs no seat. */
function openPortal(): GateSite {
  const portal = demo(({ carriers, identity }) => {
    carriers.push([{ header: "larch-session" }]);
    identity.exemptWhen = [{ step: 0, pointer: "/role", equals: "portal" }];
  });
  const site = new GateSite({}, portal);
  site.crm.people.set("pia", { id: "p1", login: "pia", name: "Pia", role: "portal", active: true });
  return site;
}

describe("[G2] without a session", () => {
  it("no key of any kind reaches a protected address, and everything reaches a public one", async () => {
    const site = new GateSite();
    const headers = {
      authorization: "Basic YW5uYTpwdw==",
      "x-api-key": "k",
      "espo-authorization": "x",
      "x-http-method-override": "DELETE",
      "accept-language": "de",
      cookie: "remember_me=anna; csrftoken=t",
    };
    const visitor = new Browser(site, {});
    await visitor.ask("/api/contacts", { headers: { ...headers, "sec-fetch-mode": "cors" } });
    for (const name of ["authorization", "x-api-key", "espo-authorization", "x-http-method-override"]) {
      expect([name, last(site).get(name)]).toEqual([name, null]);
    }
    expect([last(site).get("accept-language"), last(site).get("cookie")]).toEqual(["de", "csrftoken=t"]);
    const { "x-http-method-override": _, ...plain } = headers;
    await visitor.ask("/login", { headers: plain });
    expect([last(site).get("authorization"), last(site).get("cookie")]).toEqual([
      headers.authorization,
      headers.cookie,
    ]);
    await visitor.ask("/login", { headers });
    expect(last(site).get("authorization")).toBeNull();
  });

  it("a session of nobody brings no other credential along", async () => {
    const site = new GateSite();
    const nobody = new Browser(site, { larch_session: "made-up", remember_me: "anna" });
    await nobody.poll("/api/contacts");
    expect(last(site).get("cookie")).toBe("larch_session=made-up");
    await nobody.ask("/api/contacts", { headers: { "x-api-key": "k", "sec-fetch-mode": "cors" } });
    expect(last(site).get("x-api-key")).toBeNull();
  });

  it("somebody who needs no seat brings nobody else's key along", async () => {
    const site = openPortal();
    const pia = site.browser("pia");
    const keys = {
      authorization: "Bearer k",
      "x-api-key": "k",
      "x-auth-token": "k",
      "x-openerp-session-id": "k",
      "x-redmine-switch-user": "anna",
      "x-remote-user": "anna",
      "larch-session": "anna",
    };
    const own = { "x-csrf-token": "t", "x-larch-view": "7", "sec-fetch-mode": "cors" };
    await pia.navigate("/my");
    await pia.ask("/api/contacts", { headers: { ...keys, ...own } });
    expect(Object.keys(keys).filter((name) => last(site).has(name))).toEqual([]);
    expect(Object.keys(own).filter((name) => !last(site).has(name))).toEqual([]);
    expect(last(site).get("cookie")).toBe("larch_session=pia");
    for (const key of ["session_id=k", "DOLAPIKEY=k", "api_key=k"]) {
      await pia.ask(`/api/contacts;jsessionid=k?${key}&page=2`, { headers: own });
      expect(site.crm.asked.at(-1)?.url).toMatch(/\/api\/contacts\?page=2$/);
    }
    expect(site.tenant.claims).toEqual([]);
  });

  it("[G9] somebody who needs no seat and becomes a person who counts needs one from then on", async () => {
    const site = openPortal();
    const pia = site.browser("pia");
    await pia.navigate("/my");
    const answer = { status: 303, headers: { location: "/contacts", "set-cookie": "larch_session=anna; Path=/" } };
    site.crm.pages.set("/provider", () => new Response(null, answer));
    site.tenant.refuse();
    await pia.navigate("/provider");
    const refused = await pia.navigate("/contacts");
    expect([refused.status, refused.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
  });

  it.each([{}, { larch_session: "anna" }])(
    "the same where the session is in a header, beside the cookies %j",
    async (cookies) => {
      const portal = demo(({ carriers, identity }) => {
        carriers.unshift([{ header: "larch-session" }]);
        identity.exemptWhen = [{ step: 0, pointer: "/role", equals: "portal" }];
      });
      const site = new GateSite({}, portal);
      const pia = { id: "p1", login: "pia", name: "Pia", role: "portal", active: true };
      site.crm.pages.set("/api/me", ({ headers }) =>
        headers.get("larch-session") === "pia" ? Response.json(pia) : new Response("", { status: 401 }),
      );
      const headers = {
        "larch-session": "pia",
        authorization: "Bearer k",
        "x-api-key": "k",
        "x-larch-view": "7",
        "sec-fetch-mode": "cors",
      };
      await new Browser(site, cookies).ask("/api/contacts", { headers });
      expect(last(site).get("larch-session")).toBe("pia");
      // Of nobody's request it would stay behind.
      expect(last(site).get("x-larch-view")).toBe("7");
      expect([last(site).get("authorization"), last(site).get("x-api-key")]).toEqual([null, null]);
      expect(site.tenant.claims).toEqual([]);
    },
  );

  it("half a pair of cookies is no session, and goes nowhere", async () => {
    const { browser, signIn, crm } = openProduct(ESPO);
    await signIn(ANNA);
    const secret = browser.cookies.get("auth-token-secret") ?? "";
    const thief = new Browser(openProduct(ESPO).site, { "auth-token-secret": secret });
    expect((await poll(thief, "/api/v1/Account")).status).toBe(401);
    browser.cookies.delete("auth-token-secret");
    crm.asked.length = 0;
    expect((await poll(browser, "/api/v1/Account")).status).toBe(401);
    expect((await go(browser, "/?entryPoint=download&id=7")).status).toBe(401);
  });

  it("the session's own name is a key in an address, too", async () => {
    const site = new GateSite();
    const visitor = new Browser(site, {});
    for (const path of ["/x?larch_session=anna&a=1", "/x;larch_session=anna?a=1", "/x?a=1&larch%5Fsession=anna"]) {
      await visitor.ask(path);
      expect(site.crm.asked.at(-1)?.url).toBe(`${CRM_ORIGIN}/x?a=1`);
    }
  });

  it("a name of language or looks that speaks of a sign-in as well is not harmless", async () => {
    const site = new GateSite();
    const cookie = "crm_lang=de; lang_token=anna; theme_remember=anna; ui-theme=dark; user_session_tz=anna";
    await new Browser(site, {}).ask("/x?a=1&jwt_token=k&remember_token=k", { headers: { cookie } });
    expect(last(site).get("cookie")).toBe("crm_lang=de; ui-theme=dark");
    expect(site.crm.asked.at(-1)?.url).toBe(`${CRM_ORIGIN}/x?a=1`);
  });

  it("no session stands behind a blank of a harmless cookie, where Python would find it", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    for (const cookie of ["theme=dark larch_session=anna", "csrftoken=a\tlarch_session=anna"]) {
      const visitor = new Browser(site, {});
      site.crm.asked.length = 0;
      const answer = await visitor.ask("/api/contacts", { headers: { cookie, "sec-fetch-mode": "cors" } });
      expect([cookie, answer.status, site.crm.asked.length]).toEqual([cookie, 503, 0]);
    }
    await new Browser(site, {}).ask("/api/contacts", { headers: { cookie: "theme=very dark; x=1" } });
    expect(last(site).get("cookie")).toBe("theme=very dark");
  });

  it("doubled sessions and sessions behind a comma are sessions", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    for (const cookie of ["a=1, larch_session=anna", "larch_session=x; larch_session=anna"]) {
      const visitor = new Browser(site, {});
      site.crm.asked.length = 0;
      await visitor.poll("/api/contacts");
      await visitor.ask("/api/contacts", { headers: { cookie, "sec-fetch-mode": "cors" } });
      const shown = site.crm.asked.map(({ headers }) => headers.get("cookie"));
      expect([cookie, shown.filter((sent) => sent?.includes("anna"))]).toEqual([cookie, []]);
    }
  });

  it("odd spellings of a public address are no way in for people without a seat", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    site.tenant.refuse();
    for (const path of [
      "/assets/..%2fcontacts",
      "/assets/%c0%ae%c0%ae/contacts",
      "/assets/%u002e%u002e/x",
      "/login/..;/x",
    ]) {
      expect([path, (await anna.poll(path)).headers.get("x-hotseat-refused")]).toEqual([path, "limit_reached"]);
    }
    expect((await anna.ask("/assets/app.js", { method: "POST", body: "x" })).status).toBe(503);
    expect((await anna.poll("/assets/app.js?v=3")).status).toBe(200);
  });
});

describe("[G2] machines refused", () => {
  const closed = demo((preset) => {
    preset.machine = { paths: ["/api/rpc"], policy: "refuse" };
  });

  it("without a session only pages and what they read get to the CRM", async () => {
    const site = new GateSite({}, closed);
    const visitor = new Browser(site, {});
    const statusOf = async (path: string, headers: Record<string, string>, method = "GET") =>
      (await visitor.ask(path, { method, headers, ...(method === "GET" ? {} : { body: "<login/>" }) })).status;
    const page = { "sec-fetch-mode": "navigate", accept: "text/html" };
    const own = { "sec-fetch-mode": "cors", "sec-fetch-site": "same-origin" };
    expect(await statusOf("/contacts", page)).toBe(200);
    expect(await statusOf("/api/contacts", own)).toBe(200);
    expect(await statusOf("/login", {}, "POST")).toBe(200);
    expect(await statusOf("/assets/app.js", {})).toBe(200);
    const asked = site.crm.asked.length;
    for (const [path, headers, method] of [
      ["/api/contacts", {}, "GET"],
      ["/api/contacts", { authorization: "Bearer x" }, "GET"],
      ["/xmlrpc/2/object", {}, "POST"],
      ["/xmlrpc/2/object", { ...page, ...own }, "POST"],
      ["/api/rpc", own, "GET"],
      ["/api%2frpc", own, "GET"],
      ["/API/rpc", own, "GET"],
    ] as [string, Record<string, string>, string][]) {
      expect([path, method, await statusOf(path, headers, method)]).toEqual([path, method, 403]);
    }
    expect(site.crm.asked).toHaveLength(asked);
  });
});

describe("[G2.30] a browser's question before a request to another origin", () => {
  const asks = {
    origin: "https://app.acme.example",
    "access-control-request-method": "PUT",
    "access-control-request-headers": "x-token",
    "access-control-request-private-network": "true",
    "sec-fetch-mode": "cors",
    "sec-fetch-site": "same-site",
  };

  it.each(["pass", "refuse"] as const)(
    "goes on as it is, for it never shows a session; programs: %s",
    async (policy) => {
      const site = new GateSite(
        {},
        demo((preset) => Object.assign(preset, { machine: { paths: ["/rpc"], policy } })),
      );
      const visitor = new Browser(site, {});
      const { status } = await visitor.ask("/api/contacts", {
        method: "OPTIONS",
        headers: { ...asks, "x-api-key": "k" },
      });
      const told = Object.keys(asks).map((name) => last(site).get(name));
      expect([status === 403, told, last(site).get("x-api-key")]).toEqual([false, Object.values(asks), null]);
    },
  );

  it("what only looks like one is a program's", async () => {
    const machine = { paths: ["/rpc"], policy: "refuse" as const };
    const site = new GateSite(
      {},
      demo((preset) => Object.assign(preset, { machine })),
    );
    const visitor = new Browser(site, {});
    const { origin: _, ...noOrigin } = asks;
    for (const [method, headers] of [
      ["GET", asks],
      ["OPTIONS", noOrigin],
      ["OPTIONS", { origin: asks.origin }],
    ] as const)
      expect((await visitor.ask("/api/contacts", { method, headers })).status).toBe(403);
  });
});

describe("[G2] machines let in", () => {
  const open = (ignoresSession: boolean) => {
    const machine = { paths: ["/api/*"], policy: "pass" as const, ignoresSession };
    const site = new GateSite(
      {},
      demo((preset) => Object.assign(preset, { machine })),
    );
    site.tenant.refuse();
    return site;
  };
  const key = { headers: { "x-api-key": "k" } };

  it("show keys of their own and need no seat; whoever shows somebody's session needs one there, too", async () => {
    const site = open(false);
    expect((await new Browser(site, {}).ask("/api/contacts", key)).status).toBe(200);
    expect(last(site).get("x-api-key")).toBe("k");
    for (const options of [{}, key]) {
      const answer = await site.browser("anna").ask("/api/contacts", options);
      expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
    }
    // With the cookie of a session in which nobody is signed in, as programs keep them.
    expect((await site.browser("nobody").ask("/api/contacts", key)).status).not.toBe(503);
    expect(last(site).get("x-api-key")).toBe("k");
  });

  it("keep cookies as they like where the CRM takes no session for a sign-in", async () => {
    const site = open(true);
    expect((await site.browser("anna").ask("/api/contacts", key)).status).toBe(200);
    expect(last(site).get("x-api-key")).toBe("k");
  });
});

describe("[I11] long credentials", () => {
  it("are refused with a sentence, and hundreds of them leave the isolate as it was", async () => {
    const site = new GateSite();
    const before = memoryInUse();
    for (let count = 0; count < 300; count++) {
      const browser = site.browser(`${count}-${"x".repeat(60_000)}`);
      const answer = await (count === 0 ? browser.navigate("/contacts") : browser.poll("/api/contacts"));
      expect(answer.status).toBe(431);
      if (count === 0)
        expect(await answer.text()).toContain("Please delete the cookies of this site and sign in again.");
    }
    expect(site.crm.questions).toBe(0);
    expect(memoryInUse() - before).toBeLessThan(1_000_000);
    for (let count = 0; count < 50; count++) {
      const browser = new Browser(site, { larch_session: "anna", other: `${count}${"y".repeat(60_000)}` });
      expect((await browser.navigate("/contacts")).status).toBe(200);
    }
    expect(memoryInUse() - before).toBeLessThan(5_000_000);
  }, 60_000);
});

it("[G2] a key in the address reaches only a public address", async () => {
  const site = new GateSite();
  site.tenant.refuse();
  const stranger = new Browser(site, {});
  await stranger.poll("/contacts?api_key=k&page=2");
  await site.browser("nobody").poll("/contacts;jsessionid=anna?access_token=t");
  await stranger.poll("/login?api_key=k");
  expect(site.crm.asked.map(({ url }) => url.slice("http://crm.test".length))).toEqual([
    "/contacts?page=2",
    "/contacts",
    "/login?api_key=k",
  ]);
});
