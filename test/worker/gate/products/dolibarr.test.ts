/** [I] Dolibarr behind the gate: it answers a sign-in with the page of any address that takes its fields. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { DOLIBARR_COOKIE } from "../../../fixtures/fake-crms/dolibarr.ts";
import { Browser } from "../../../support/site/browser.ts";
import { ANNA, BASE_HEADERS, DOLIBARR, FRANK, go, HUGO, openProduct, poll, submit } from "./products.ts";

const SECRET = "<table>customers</table>";
const own = (browser: Browser): string[] =>
  [...browser.cookies.keys()].filter((name) => /^__Host-hotseat-(?:pass|who|jar)$/.test(name));

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const fields = (who = ANNA, more: Record<string, string> = {}) => ({
  actionlogin: "login",
  username: who.login,
  password: who.password,
  token: "5f1d7a",
  ...more,
});

/** A sign-in by another way than the login page's own form. */
const ways: [string, (browser: Browser) => Promise<Response>][] = [
  ["at its login page", (browser) => submit(browser, "/index.php", fields())],
  ["at a page of customers", (browser) => submit(browser, "/societe/list.php?limit=500", fields())],
  [
    "by a request of a page's own",
    (browser) => submit(browser, "/societe/list.php", fields(), { "sec-fetch-mode": "cors" }),
  ],
  [
    "with one field in the address",
    (browser) => {
      const { actionlogin, ...rest } = fields();
      return submit(browser, `/societe/list.php?actionlogin=${actionlogin}`, rest);
    },
  ],
  [
    "with more than is looked at",
    (browser) => submit(browser, "/societe/list.php", fields(ANNA, { x: "x".repeat(20_000) })),
  ],
  [
    "as a form with files",
    (browser) => {
      const body = new FormData();
      for (const [name, value] of Object.entries(fields())) body.set(name, value);
      const referer = "https://crm.acme.example/societe/list.php";
      const headers = { ...BASE_HEADERS, referer, "sec-fetch-mode": "navigate", "sec-fetch-user": "?1" };
      return browser.ask("/societe/list.php", { method: "POST", body, headers });
    },
  ],
];

describe("[G2] [G5] a sign-in while no seat is free", () => {
  it.each(ways)("%s gets the refusal and nothing of the CRM's page", async (_, signIn) => {
    for (const hasCookie of [true, false]) {
      const { site, browser, crm } = openProduct(DOLIBARR);
      if (hasCookie) await go(browser, "/index.php");
      site.tenant.refuse();
      const answer = await signIn(browser);
      const text = await answer.text();
      expect([answer.headers.get("x-hotseat-refused"), answer.status]).toEqual(["limit_reached", 503]);
      expect(text).not.toContain("login-dropdown-a");
      expect(text).not.toContain(SECRET);
      // What was typed there is a password: it is not kept to be sent again.
      expect(text).not.toContain(ANNA.password);
      expect(site.tenant.claims.map(({ person }) => person.id)).toEqual([ANNA.id]);
      // The session is there in the CRM and in the browser, so that waiting works: no second sign-in.
      expect(browser.cookies.has(DOLIBARR_COOKIE)).toBe(true);
      site.tenant.grant();
      site.time += 2_000;
      const later = await go(browser, "/societe/list.php");
      expect([later.status, (await later.text()).includes(SECRET)]).toEqual([200, true]);
      expect(crm.asked.filter((line) => line.startsWith("POST"))).toHaveLength(1);
    }
  });

  it("sent again by somebody who is refused keeps nothing of what was typed, either", async () => {
    const { site, browser } = openProduct(DOLIBARR);
    await go(browser, "/index.php");
    site.tenant.refuse();
    await submit(browser, "/index.php", fields());
    const answer = await submit(browser, "/societe/list.php", fields(), { "sec-fetch-site": "same-origin" });
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
    const text = await answer.text();
    expect(text).not.toContain(ANNA.password);
    expect(text).not.toContain('name="password"');
  });

  it("and with a wrong name or password the CRM's login page comes back, and nobody is refused", async () => {
    const { site, browser } = openProduct(DOLIBARR);
    await go(browser, "/index.php");
    site.tenant.refuse();
    const answer = await submit(browser, "/societe/list.php", fields({ ...ANNA, password: "wrong" }));
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([200, null]);
    expect(await answer.text()).toContain('name="actionlogin"');
    expect([site.tenant.claims, own(browser)]).toEqual([[], []]);
  });
});

describe("[G3] a sign-in while a seat is free", () => {
  it.each(ways)("%s brings the page, and what the browser needs to be known", async (_, signIn) => {
    const { site, browser } = openProduct(DOLIBARR);
    await go(browser, "/index.php");
    const answer = await signIn(browser);
    expect([answer.status, (await answer.text()).includes("login-dropdown-a")]).toEqual([200, true]);
    expect(site.tenant.claims.map(({ person }) => person.id)).toEqual([ANNA.id]);
    expect(own(browser).sort()).toEqual(["__Host-hotseat-jar", "__Host-hotseat-pass", "__Host-hotseat-who"]);
  });

  it("also where the first answers after it may be stored for everybody", async () => {
    const { site, browser } = openProduct(DOLIBARR);
    await go(browser, "/index.php");
    await submit(browser, "/index.php", fields());
    for (const name of own(browser)) browser.cookies.delete(name);
    // What was under way to this browser has come to nothing.
    site.time += 10_000;
    const script = await poll(browser, "/core/js/lib_notification.js.php", { "sec-fetch-mode": "no-cors" });
    expect([script.status, script.headers.getSetCookie()]).toEqual([200, []]);
    for (let count = 0; count < 2; count++) await go(browser, "/societe/list.php");
    expect(own(browser).sort()).toEqual(["__Host-hotseat-jar", "__Host-hotseat-pass", "__Host-hotseat-who"]);
  });

  it("of somebody else over a session that works ends the former person's seat", async () => {
    const { site, browser, signIn } = openProduct(DOLIBARR);
    await go(browser, "/index.php");
    await signIn(ANNA);
    await go(browser, "/societe/list.php");
    await DOLIBARR.signOut(browser);
    await signIn(FRANK);
    await go(browser, "/societe/list.php");
    expect(site.tenant.signOuts).toMatchObject([{ holder: ANNA.id }]);
    expect(site.tenant.claims.at(-1)?.person.id).toBe(FRANK.id);
  });
});

describe("[I4] who it is", () => {
  it.each(["en-US", "fr-FR", "de", "es-ES"])(
    "an administrator whose Dolibarr speaks %s manages licences",
    async (language) => {
      const { site, browser, signIn } = openProduct(DOLIBARR);
      await signIn(FRANK);
      await go(browser, "/societe/list.php", { "accept-language": language });
      expect(site.tenant.claims.at(-1)?.person).toMatchObject({ id: FRANK.id, role: "licence_manager" });
    },
  );

  it("[I1] no text in the own profile makes a person nobody, who would need no licence", async () => {
    const { site, browser, signIn } = openProduct(DOLIBARR);
    await signIn(HUGO);
    site.tenant.refuse();
    const answer = await go(browser, "/societe/list.php");
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
    expect(await answer.text()).not.toContain(SECRET);
  });
});

it("[G2] the way back from another sign-in, such as Google's, is judged like one with a password", async () => {
  const { site, browser } = openProduct(DOLIBARR);
  await go(browser, "/index.php");
  site.tenant.refuse();
  const back = `/societe/list.php?actionlogin=login&afteroauthloginreturn=google&username=${ANNA.login}`;
  const answer = await go(browser, back);
  expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
  expect(await answer.text()).not.toContain(SECRET);
});

it("[G2] trial pages of its makers, in the folder of what customers see, are to somebody without a seat what they are to strangers", async () => {
  const { site, browser, signIn } = openProduct(DOLIBARR);
  await signIn(ANNA);
  for (const name of own(browser)) browser.cookies.delete(name);
  site.time += 2_000;
  site.tenant.refuse();
  const answer = await go(browser, "/public/test/test_forms.php");
  expect(await answer.text()).toContain('name="actionlogin"');
});

it("[G8] its reminders are no activity", async () => {
  const { site, browser, signIn } = openProduct(DOLIBARR);
  await signIn(ANNA);
  await go(browser, "/societe/list.php");
  site.time += 25_000;
  await poll(browser, "/core/ajax/check_notifications.php");
  await submit(browser, "/core/ajax/check_notifications.php", { time: "1" }, { "sec-fetch-mode": "cors" });
  expect(site.tenant.claims.slice(1).map(({ active }) => active)).not.toContain(true);
});

it("[G2] [L9] another person's session, in whatever spelling PHP reads it, is that person's", async () => {
  const { site, browser, signIn } = openProduct(DOLIBARR);
  const other = new Browser(site, {});
  await signIn(FRANK, other);
  await signIn(ANNA);
  await go(browser, DOLIBARR.page);
  site.tenant.refuse();
  const ofFrank = other.cookies.get(DOLIBARR_COOKIE) ?? "";
  for (const name of ["DOLSESSID.", "DOLSESSID[", "DOLSESSID "].map((start) =>
    DOLIBARR_COOKIE.replace("DOLSESSID_", start),
  )) {
    const own = [...browser.cookies].map(([one, value]) => `${one}=${value}`).join("; ");
    const answer = await go(browser, DOLIBARR.page, { cookie: `${name}=${ofFrank}; ${own}` });
    expect([name, answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([name, 503, "limit_reached"]);
  }
});

describe("[G2] SOAP, which takes a name and a password in its body and no session", () => {
  const SOAP = "/webservices/server_user.php";
  const call = async (browser: Browser) =>
    (await submit(browser, SOAP, { login: FRANK.login, password: FRANK.password }, { "sec-fetch-mode": "cors" }))
      .status;

  it("passes uncounted, also beside the session of somebody who gets no seat", async () => {
    const { site, browser, signIn } = openProduct(DOLIBARR);
    await signIn(ANNA);
    site.tenant.refuse();
    expect([await call(new Browser(site, {})), await call(browser), site.tenant.claims]).toEqual([200, 200, []]);
  });

  it("is closed by the policy for programs, whoever has a seat", async () => {
    const { site, browser, signIn, crm } = openProduct(DOLIBARR, {}, ({ machine }) => {
      if (machine !== undefined) machine.policy = "refuse";
    });
    await signIn(ANNA);
    await go(browser, DOLIBARR.page);
    expect([await call(new Browser(site, {})), await call(browser)]).toEqual([403, 403]);
    expect(crm.asked.filter((asked) => asked.includes(SOAP))).toEqual([]);
  });
});
