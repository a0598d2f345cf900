/** [G5] What the pages of Hotseat's offer: every way on is a button that claims, and works without JavaScript. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { readTarget } from "../../../../worker/gate/refusal/way-on.ts";
import { loadPreset } from "../../../../worker/identity/preset/presets.ts";
import { SITE } from "../../../support/site/browser.ts";
import { GateSite } from "../../../support/site.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const PASS = "__Host-hotseat-pass";
const REFUSED = { reason: "seat_evicted" } as const;
const actionsOf = (page: string) => [...page.matchAll(/<form[^>]* action="([^"]*)"/g)].map(([, action]) => action);
const to = (target: string) => `/.hotseat/continue?to=${encodeURIComponent(target)}`;

describe("[G5] [L8] continuing from a page of Hotseat's", () => {
  it("takes a seat as a button does and continues by a fresh GET, the fragment kept", async () => {
    const site = new GateSite();
    const grant = site.tenant.answerClaim;
    site.tenant.refuse(REFUSED);
    const anna = site.browser("anna");
    const page = await (await anna.navigate("/contacts?sort=name&page=2")).text();
    const [way = ""] = actionsOf(page);
    expect(way).toBe(to("/contacts?sort=name&page=2"));
    site.tenant.answerClaim = grant;
    const answer = await anna.press(to("/contacts?sort=name&page=2#/list"));
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe(`${SITE}/contacts?sort=name&page=2#/list`);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(site.tenant.claims.at(-1)).toMatchObject({ act: "button", active: true });
    expect(anna.cookies.has(PASS)).toBe(true);
    expect(site.crm.asked).toEqual([]);
    expect((await anna.poll("/contacts")).status).toBe(200);
  });

  it("works in a browser that never says who goes to a page", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    const headers = { origin: SITE, accept: "text/html" };
    const answer = await anna.ask(to("/contacts"), { method: "POST", headers });
    expect([answer.status, site.tenant.claims.map(({ act }) => act)]).toEqual([303, ["button"]]);
  });

  it("refused again, says so in place and offers the same page again", async () => {
    const site = new GateSite();
    site.tenant.refuse(REFUSED);
    const answer = await site.browser("anna").press(to("/contacts#/list"));
    const page = await answer.text();
    expect(answer.status).toBe(503);
    expect(actionsOf(page)[0]).toBe(to("/contacts#/list"));
    expect(page).toContain('data-page="/contacts#/list"');
    expect(page).not.toContain("http-equiv");
  });

  it("asked without being pressed, it takes nothing that only a person may take", async () => {
    const site = new GateSite();
    await site.browser("anna").navigate(to("/contacts"));
    expect(site.tenant.claims.map(({ act, active }) => [act, active])).toEqual([["reload", false]]);
  });

  it("without JavaScript a page that waits asks by renewing itself, and no other page reloads by a timer", async () => {
    const site = new GateSite();
    site.tenant.refuse({ reason: "limit_reached" });
    const anna = site.browser("anna");
    const refresh = `<meta http-equiv="refresh" content="5;url=${to("/contacts")}"/>`;
    expect(await (await anna.navigate("/contacts")).text()).toContain(refresh);
    for (const reason of ["seat_released", "seat_idle", "seat_evicted", "seat_ended"] as const) {
      site.tenant.refuse({ reason });
      expect(await (await anna.navigate("/contacts")).text()).not.toContain("http-equiv");
    }
  });

  it("lets people continue who need no seat, or have no session (any more)", async () => {
    for (const session of ["nobody", ""]) {
      const site = new GateSite();
      const answer = await site.browser(session).press(to("/contacts"));
      expect([answer.status, answer.headers.get("location")]).toEqual([303, `${SITE}/contacts`]);
      expect(site.tenant.claims).toEqual([]);
    }
  });

  it("stands on pages that say what went wrong, too", async () => {
    const site = new GateSite();
    site.crm.pages.set("/api/me", () => new Response("", { status: 500 }));
    const anna = site.browser("anna");
    expect(actionsOf(await (await anna.navigate("/contacts?a=1")).text())).toEqual([to("/contacts?a=1")]);
    const again = await anna.press(to("/contacts?a=1"));
    expect([again.status, actionsOf(await again.text())]).toEqual([503, [to("/contacts?a=1")]]);
    site.crm.pages.delete("/api/me");
    expect((await anna.press(to("/contacts?a=1"))).status).toBe(303);
  });

  it.each([
    ["of another site", { origin: "https://evil.example" }, 403],
    ["of an unknown one", { origin: "null" }, 403],
    ["of another site, as browsers say", { origin: "null", "sec-fetch-site": "cross-site" }, 403],
    ["whose origin its page hides", { origin: "null", "sec-fetch-site": "same-origin" }, 303],
  ])("[P2] a button %s", async (_, headers, status) => {
    const site = new GateSite();
    expect((await site.browser("anna").press(to("/contacts"), headers)).status).toBe(status);
    expect(site.tenant.claims).toHaveLength(status === 303 ? 1 : 0);
  });

  it.each([
    ["/contacts?x=1#y", "/contacts", "?x=1", "#y"],
    ["//evil.example/x", "//evil.example/x", "", ""],
    ["/\\evil.example", "//evil.example", "", ""],
    ["/\t/evil.example", "//evil.example", "", ""],
    ["https://evil.example/", "/", "", ""],
    ["@evil.example/", "/", "", ""],
    ["javascript:alert(1)", "/", "", ""],
    ["/.hotseat/continue?to=/", "/", "", ""],
    ["/%2ehotseat/admin", "/", "", ""],
    ["", "/", "", ""],
  ])("%j leads nowhere but to this host", (wanted, path, query, fragment) => {
    expect(readTarget(SITE + to(wanted))).toEqual({ path, query, fragment });
  });

  it("a path like another host's stays a path", async () => {
    const answer = await new GateSite().browser("anna").press(to("//evil.example/x"));
    expect(answer.headers.get("location")).toBe(`${SITE}//evil.example/x`);
  });
});

describe("[G5] signing out from a page of Hotseat's", () => {
  it("is offered by the preset's logout, a form or an address", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    const page = await (await site.browser("anna").navigate("/contacts")).text();
    expect(page).toMatch(/<form method="post" action="\/logout" id="sign-out">/);
    const suite = new GateSite({}, { ...site.preset, logout: loadPreset("suitecrm").logout });
    suite.tenant.refuse();
    expect(await (await suite.browser("anna").navigate("/contacts")).text()).toContain(
      '<form method="get" action="/index.php" id="sign-out"><input type="hidden" name="module" value="Users"/><input type="hidden" name="action" value="Logout"/>',
    );
  });

  it("lays the session down in the browser where the logout is a call, and ends the lease", async () => {
    const preset = loadPreset("demo");
    const site = new GateSite({}, { ...preset, logout: [{ method: "POST", path: "/api/v1/logout" }] });
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    expect((await anna.press("/.hotseat/sign-out", { origin: "https://evil.example" })).status).toBe(403);
    expect(site.tenant.signOuts).toEqual([]);
    const answer = await anna.press("/.hotseat/sign-out");
    expect([answer.status, answer.headers.get("location")]).toEqual([303, "/"]);
    expect(site.tenant.signOuts).toEqual([{ holder: "u1", session: site.tenant.claims[0]?.session }]);
    expect([...anna.cookies.keys()]).toEqual(["__Host-hotseat-receipt"]);
    expect((await anna.navigate("/.hotseat/sign-out")).status).toBe(405);
  });
});

it("[G5.14] takes away the session's cookie wherever a browser may keep one of its name", async () => {
  const preset = loadPreset("demo");
  const carriers = [[{ cookie: "__Host-larch" }]];
  const site = new GateSite({}, { ...preset, carriers, logout: [{ method: "POST", path: "/api/v1/logout" }] });
  const lines = async (origin: string): Promise<string[]> => {
    const headers = { origin, cookie: "__Host-larch=x; other=y" };
    const answer = await site.send(new Request(`${origin}/.hotseat/sign-out`, { method: "POST", headers }));
    return answer.headers.getSetCookie().filter((line) => !line.startsWith("__Host-hotseat"));
  };
  const gone = "__Host-larch=; Path=/; Max-Age=0";
  expect(await lines(SITE)).toEqual([
    `${gone}; Secure`,
    `${gone}; Secure; Partitioned`,
    `${gone}; Secure; Domain=crm.acme.example`,
    `${gone}; Secure; Domain=acme.example`,
  ]);
  expect(await lines("http://127.0.0.1:8787")).toEqual([gone]);
  expect(await lines("http://localhost:8787")).toEqual([gone]);
  expect(await lines("http://crm.localhost:8787")).toEqual([gone, `${gone}; Domain=crm.localhost`]);
});

it("[G5.14] a session whose cookie only the CRM's own folder is shown is taken away there, and its seat given back", async () => {
  const preset = structuredClone(loadPreset("demo"));
  preset.logout = [{ method: "POST", path: "/api/v1/logout" }];
  const site = new GateSite({}, preset);
  const anna = site.browser("anna");
  await anna.navigate("/crm/contacts");
  // What a browser sends to another folder than the cookie's.
  anna.cookies.delete("larch_session");
  const signOut = async (referer: string) => {
    const answer = await anna.press("/.hotseat/sign-out", { referer });
    return answer.headers.getSetCookie().filter((line) => line.startsWith("larch_session"));
  };
  const pathOf = (line: string) => /Path=([^;]*)/.exec(line)?.[1];
  const lines = await signOut(`${SITE}/crm/contacts/7?x`);
  expect(site.tenant.signOuts).toHaveLength(1);
  expect([...new Set(lines.map(pathOf))]).toEqual([
    "/",
    "/crm",
    "/crm/",
    "/crm/contacts",
    "/crm/contacts/",
    "/crm/contacts/7",
    "/crm/contacts/7/",
  ]);
  expect(lines).toContain("larch_session=; Path=/crm; Max-Age=0; Secure; Domain=acme.example");
  anna.cookies.set("larch_session", "anna");
  expect(new Set((await signOut(`${SITE}/a;b/c`)).map(pathOf))).toEqual(new Set(["/"]));
  // No CRM's folder, and more than a server may say in headers.
  anna.cookies.set("larch_session", "anna");
  const long = "x".repeat(2_000);
  expect(new Set((await signOut(`${SITE}/crm/${long}/${long}`)).map(pathOf))).toEqual(new Set(["/", "/crm", "/crm/"]));
});

describe("[G5] [L13] the page of a form that was kept", () => {
  it("shows the way to the administration only to people who may go there", async () => {
    const site = new GateSite();
    site.tenant.refuse();
    const form = {
      method: "POST",
      body: "notes=x",
      headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" },
    };
    const page = await (await site.browser("anna").navigate("/contacts/7", form)).text();
    // A form ends a paragraph, and what follows would be outside of it.
    expect(page).not.toMatch(/<p[^>]*>(?:(?!<\/p>).)*<form/s);
    expect(page).toContain("[hidden]{display:none!important}");
    expect(page).toMatch(/id="administer"[^>]*hidden/);
  });
});
