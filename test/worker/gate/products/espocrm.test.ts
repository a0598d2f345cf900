/** [I] EspoCRM behind the gate: one page for everybody, a session in two shapes, and credentials of programs. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { ESPO_API_KEY } from "../../../fixtures/fake-crms/espocrm.ts";
import { Browser } from "../../../support/site/browser.ts";
import { ANNA, CARL, callJson, ESPO, espoSignIn, FRANK, go, openProduct, poll } from "./products.ts";

const own = (browser: Browser): string[] =>
  [...browser.cookies.keys()].filter((name) => /^__Host-hotseat-(?:pass|who|jar)$/.test(name));

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

/** The browser as its script has it at its start: the token in its own store, the cookie of it not yet written. */
function byHeader(browser: Browser): Record<string, string> {
  const token = browser.cookies.get("auth-token") ?? "";
  browser.cookies.delete("auth-token");
  return { "espo-authorization": btoa(`anna:${token}`), "espo-authorization-by-token": "true" };
}

describe("[G2] its page", () => {
  it("is there for strangers, with nothing of Hotseat's", async () => {
    const { site, browser } = openProduct(ESPO);
    site.tenant.refuse();
    expect([(await go(browser, "/")).status, own(browser), site.tenant.claims]).toEqual([200, [], []]);
    expect(browser.cookies.has("__Host-hotseat-arrival")).toBe(false);
  });

  it("[G4] is the claim of a person who comes back with a session", async () => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    const page = await go(browser, "/");
    expect([page.status, site.tenant.claims.map(({ act }) => act)]).toEqual([200, ["navigation"]]);
    site.tenant.refuse();
    for (const name of own(browser)) browser.cookies.delete(name);
    site.time += 2_000;
    const refused = await go(browser, "/");
    expect([refused.status, refused.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
  });

  it("is there for a session that the CRM has ended, which is a stranger's then", async () => {
    const { site, browser, signIn, crm } = openProduct(ESPO);
    await signIn(ANNA);
    crm.endSessions();
    site.tenant.refuse();
    expect([(await go(browser, "/")).status, site.tenant.claims]).toEqual([200, []]);
  });

  it.each(["/?entryPoint=download&id=7", "/?entryPoint=pdf&entityId=7", "/?EntryPoint=x&entryPoint=download"])(
    "%s hands out no document without a seat",
    async (path) => {
      const { site, browser, signIn } = openProduct(ESPO);
      expect((await go(browser, path)).status).toBe(401);
      await signIn(ANNA);
      expect(await (await go(browser, path)).text()).toMatch(/for anna$/);
      for (const name of own(browser)) browser.cookies.delete(name);
      site.tenant.refuse();
      site.time += 2_000;
      expect((await go(browser, path)).headers.get("x-hotseat-refused")).toBe("limit_reached");
      expect((await poll(browser, path)).headers.get("x-hotseat-refused")).toBe("limit_reached");
    },
  );
});

describe("[G2] its session", () => {
  it("is also the header with a token beside the cookie with the secret", async () => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    const headers = byHeader(browser);
    expect((await poll(browser, "/api/v1/Account", headers)).status).toBe(200);
    expect(site.tenant.claims.map(({ person }) => person.name)).toEqual([ANNA.name]);
    site.tenant.refuse();
    for (const name of own(browser)) browser.cookies.delete(name);
    site.time += 2_000;
    expect((await poll(browser, "/api/v1/Account", headers)).headers.get("x-hotseat-refused")).toBe("limit_reached");
  });

  it("[L8] is one in both shapes: a poll in the other shape takes nothing back", async () => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    await go(browser, "/");
    const token = browser.cookies.get("auth-token") ?? "";
    const headers = byHeader(browser);
    site.time += 60_000;
    await poll(browser, "/api/v1/Account", headers);
    browser.cookies.set("auth-token", token);
    site.time += 60_000;
    await poll(browser, "/api/v1/Account");
    expect(new Set(site.tenant.claims.map(({ session }) => session)).size).toBe(1);
  });

  it("[G4.8] is taken up again by whoever comes to its page without the cookie of its script, and by nothing else", async () => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    await go(browser, "/");
    const headers = byHeader(browser);
    const actsAfter = async (come: () => Promise<unknown>) => {
      site.time += 60_000;
      await come();
      site.tenant.claims.splice(0);
      // What anybody may have comes first, and is nobody's act.
      for (const path of ["/api/v1/Settings", "/api/v1/App/user", "/api/v1/Account"]) {
        expect((await poll(browser, path, headers)).status).toBe(200);
      }
      return site.tenant.claims.map(({ act }) => act);
    };
    const inAdvance = { "sec-purpose": "prefetch" };
    const inFrame = { "sec-fetch-dest": "iframe", "sec-fetch-user": "?0" };
    expect(await actsAfter(() => Promise.resolve())).toEqual(["background"]);
    expect(await actsAfter(() => go(browser, "/", inAdvance))).toEqual(["background"]);
    expect(await actsAfter(() => go(browser, "/", inFrame))).toEqual(["background"]);
    expect(await actsAfter(() => go(browser, "/"))).toEqual(["navigation"]);
    expect(await actsAfter(() => Promise.resolve())).toEqual(["background"]);
  });

  it("begins where the browser has dropped the cookie of its script, as Safari does after a week", async () => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    await go(browser, "/");
    site.time += 60_000;
    const own = byHeader(browser);
    await go(browser, "/");
    const answers = [await poll(browser, "/api/v1/App/user", own)];
    // Its second request says it in the standard header alone, and until it is answered the page stays blank.
    answers.push(await poll(browser, "/api/v1/", { authorization: `Basic ${own["espo-authorization"]}` }));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(new Set(site.tenant.claims.map(({ session }) => session)).size).toBe(1);
    site.tenant.refuse();
    for (const name of [...browser.cookies.keys()]) if (name.startsWith("__Host-")) browser.cookies.delete(name);
    site.time += 60_000;
    const refused = await poll(browser, "/api/v1/", { authorization: `Basic ${own["espo-authorization"]}` });
    expect(refused.headers.get("x-hotseat-refused")).toBe("limit_reached");
  });

  it.each(["auth-token", "auth-token-secret"])("is not one cookie alone: without %s nobody gets in", async (name) => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    browser.cookies.delete(name);
    expect((await poll(browser, "/api/v1/Account")).status).toBe(401);
    expect(site.tenant.claims).toEqual([]);
  });
});

describe("[G2] [G2.23] a session beside cookies that are nobody's", () => {
  /** The browser of somebody who signs in while the house is full, and shows a token by more than one way. */
  async function openFull() {
    const { site, browser, signIn, questions } = openProduct(ESPO);
    site.tenant.refuse();
    await signIn(FRANK);
    const token = browser.cookies.get("auth-token") ?? "";
    browser.cookies.set("auth-token", "0123456789abcdef0123456789abcdef");
    return { site, browser, questions, named: btoa(`frank:${token}`) };
  }
  const own = (named: string) => ({ "espo-authorization": named, "espo-authorization-by-token": "true" });
  const standard = (named: string) => ({ authorization: `Basic ${named}` });

  it.each([
    ["its own header", own],
    ["the standard header", standard],
  ])("needs a seat: %s", async (_, headersOf) => {
    const { site, browser, named } = await openFull();
    for (const method of ["GET", "POST"]) {
      const headers = { "sec-fetch-mode": "cors", ...headersOf(named) };
      const answer = await browser.ask("/api/v1/Account", { method, headers });
      expect(answer.headers.get("x-hotseat-refused")).toBe("limit_reached");
    }
    expect(new Set(site.tenant.claims.map(({ person }) => person.name))).toEqual(new Set([FRANK.name]));
  });

  it.each([
    ["its own header", own],
    ["the standard header", standard],
  ])("works with a seat, and costs the CRM at most one question a request: %s", async (_, headersOf) => {
    const { site, browser, named, questions } = await openFull();
    site.tenant.grant();
    site.time += 2_000;
    const ask = () => poll(browser, "/api/v1/Account", headersOf(named));
    expect(await (await ask()).json()).toMatchObject({ of: FRANK.login });
    const before = questions();
    for (let count = 0; count < 5; count++) expect((await ask()).status).toBe(200);
    expect(questions() - before).toBeLessThanOrEqual(5);
  });
});

describe("[G2] credentials of programs", () => {
  const basic = btoa(`${ANNA.login}:${ANNA.password}`);
  it.each<[string, Record<string, string>]>([
    ["an API key", { "x-api-key": ESPO_API_KEY }],
    ["the standard header", { authorization: `Basic ${basic}` }],
    ["its own header with a password", { "espo-authorization": basic }],
  ])("%s gets nobody in without a seat", async (_, headers) => {
    const { site, browser } = openProduct(ESPO);
    site.tenant.refuse();
    for (const path of ["/api/v1/Account", "/api/v1/Account/7", "/?entryPoint=download&id=7"]) {
      const answer = await poll(browser, path, headers);
      expect([path, answer.status === 200]).toEqual([path, false]);
    }
  });
});

describe("[G2] another person's key beside its session", () => {
  const frank = btoa(`${FRANK.login}:${FRANK.password}`);

  it.each<[string, Record<string, string>]>([
    ["the standard header", { authorization: `Basic ${frank}` }],
    ["its own header with a password", { "espo-authorization": frank }],
    ["the same and a word that it shows none", { "espo-authorization": frank, "espo-authorization-by-token": "false" }],
    ["what Apache makes of the standard header", { "espo-cgi-auth": `Basic ${frank}` }],
    ["the same, redirected", { "redirect-http-espo-cgi-auth": `basic ${frank}` }],
    ["an API key", { "x-api-key": ESPO_API_KEY }],
    ["an API key beside the standard header", { "x-api-key": ESPO_API_KEY, authorization: `Basic ${frank}` }],
  ])("%s shows nothing of theirs, and gives them no seat", async (_, headers) => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    const token = browser.cookies.get("auth-token") ?? "";
    const own = { "espo-authorization": btoa(`anna:${token}`), "espo-authorization-by-token": "true" };
    for (const more of [{}, own, {}]) {
      const answer = await poll(browser, "/api/v1/Account", { ...more, ...headers });
      expect(await answer.json()).toMatchObject({ of: ANNA.login });
      site.time += 24_000;
    }
    // Its own script sends its header beside the cookies.
    expect(await (await poll(browser, "/api/v1/Account", own)).json()).toMatchObject({ of: ANNA.login });
    expect(new Set(site.tenant.claims.map(({ person }) => person.name))).toEqual(new Set([ANNA.name]));
  });

  it("the person's own token goes to the socket, and nobody else's", async () => {
    const { site, browser, signIn, questions } = openProduct(ESPO);
    const other = new Browser(site, {});
    await signIn(FRANK, other);
    await signIn(ANNA);
    await poll(browser, "/api/v1/Account");
    const before = questions();
    const socketOf = async ({ cookies }: Browser) =>
      (await poll(browser, `/wss?authToken=${cookies.get("auth-token")}&userId=1`)).text();
    expect(await socketOf(browser)).toBe("socket of anna");
    // Nor is anything asked about what shows the session's own token.
    const token = browser.cookies.get("auth-token") ?? "";
    const own = { "espo-authorization": btoa(`anna:${token}`), "espo-authorization-by-token": "true" };
    expect((await poll(browser, "/api/v1/Account", own)).status).toBe(200);
    expect(questions()).toBe(before);
    expect(await socketOf(other)).not.toContain("frank");
  });
});

describe("its sign-in", () => {
  it("[G5] is never refused, and with a wrong password is the CRM's own affair", async () => {
    const { site, browser } = openProduct(ESPO);
    site.tenant.refuse();
    expect((await ESPO.signIn(browser, ANNA.login, "wrong")).status).toBe(401);
    const right = await ESPO.signIn(browser, ANNA.login, ANNA.password);
    expect([right.status, right.headers.get("x-hotseat-refused")]).toEqual([200, null]);
    expect((await poll(browser, "/api/v1/Account")).headers.get("x-hotseat-refused")).toBe("limit_reached");
  });

  it.each<[string, Record<string, string>]>([
    ["without a word about tokens, as its second step and programs send it", {}],
    ["with a word that it shows none", { "espo-authorization-by-token": "false" }],
  ])("[G5] is one %s, also beside a secret that is left over", async (_, more) => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    browser.cookies.delete("auth-token");
    site.tenant.refuse();
    const headers = { "espo-authorization": btoa(`${FRANK.login}:${FRANK.password}`), ...more };
    const answer = await poll(browser, "/api/v1/App/user", headers);
    expect([answer.status, site.tenant.claims]).toEqual([200, []]);
  });

  it("[I7] of a portal's user is known only at the portal, so the person is a stranger here", async () => {
    const { site, browser } = openProduct(ESPO);
    expect((await ESPO.signIn(browser, CARL.login, CARL.password)).status).toBe(401);
    expect([(await go(browser, "/")).status, site.tenant.claims]).toEqual([200, []]);
  });
});

describe("[I7] its portal", () => {
  const API = "/api/v1/portal-access/6b0892bda73149816";

  it("takes its customers in a full house, and lets them work", async () => {
    const { site, browser } = openProduct(ESPO);
    site.tenant.refuse();
    for (const path of ["/portal/", "/portal/6b0892bda73149816/"]) expect((await go(browser, path)).status).toBe(200);
    const basic = btoa(`${CARL.login}:${CARL.password}`);
    const answer = await poll(browser, `${API}/App/user`, espoSignIn(basic));
    expect(answer.status).toBe(200);
    const { token } = (await answer.json()) as { token: string };
    browser.cookies.set("auth-token", token);
    const headers = { "espo-authorization": btoa(`carl:${token}`), "espo-authorization-by-token": "true" };
    expect((await poll(browser, `${API}/Case`, headers)).status).toBe(200);
    expect((await callJson(browser, `${API}/Case`, { name: "Help" })).status).toBe(200);
    expect([own(browser), site.tenant.claims]).toEqual([[], []]);
  });

  it.each(["/portal/?entryPoint=download&id=7", "/portal/6b/?entryPoint=download&id=7", `${API}/Case`])(
    "is no way around a seat for its staff: %s",
    async (path) => {
      const { site, browser, signIn } = openProduct(ESPO);
      await signIn(ANNA);
      site.tenant.refuse();
      expect((await poll(browser, path)).status).not.toBe(200);
    },
  );
});

describe("[G8] its reading", () => {
  it("is work, since nobody navigates there; its polls are not", async () => {
    const { site, browser, signIn } = openProduct(ESPO);
    await signIn(ANNA);
    await go(browser, "/");
    const seen: boolean[] = [];
    for (const path of [
      "/api/v1/Notification/action/notReadCount",
      "/api/v1/PopupNotification/action/grouped",
      // What its dashboard shows, which asks again every half minute.
      "/api/v1/Activities/upcoming?entityTypeList%5B%5D=Meeting&maxSize=10",
      "/api/v1/Stream?maxSize=10&offset=0&orderBy=number&order=desc",
      // What its page asks every four seconds while an export or a mass action runs.
      "/api/v1/Export/7/status",
      "/api/v1/MassAction/7/status",
      "/api/v1/Account?maxSize=20",
      "/api/v1/Account/7",
    ]) {
      site.time += 25_000;
      await poll(browser, path);
      // The renewal that the next request makes tells what the one before it was.
      site.time += 25_000;
      await poll(browser, "/api/v1/Notification/action/notReadCount");
      seen.push(site.tenant.claims.splice(0).some(({ active }) => active));
    }
    expect(seen.slice(1)).toEqual([false, false, false, false, false, true, true]);
  });
});
