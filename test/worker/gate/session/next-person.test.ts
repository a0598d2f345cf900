/** [L9] [I9] Two people one after the other in one browser, and an answer of the first that comes late. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { TenantId } from "../../../../shared/ids.ts";
import { TIMING } from "../../../../shared/timing.ts";
import { OIDC_COOKIE, signSignedIn } from "../../../../worker/identity/oidc/oidc-session.ts";
import { SITE } from "../../../support/site/browser.ts";
import { Desk, openSite, RenewingCrm, seated } from "../renewing-crm.ts";

// Many requests each, of a real object: on a machine that is busy these take their time.
vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => void vi.useRealTimers());

/**
 * Anna at work by three isolates, and one request of hers, `laterMs` on, that is answered when `answer` is called.
 * `laterMs` null: it is her first.
 */
async function annaWaits(laterMs: number | null) {
  const crm = new RenewingCrm({ keepsValue: true });
  const site = openSite(crm);
  const support = new Desk(site);
  await support.signIn("sue");
  const desk = new Desk(site);
  desk.cookies.set("larch_session", crm.valueOf({ login: null }));
  await desk.signIn("anna");
  if (laterMs !== null) {
    for (let isolate = 0; isolate < 3; isolate++) await desk.go("/", { isolate });
    expect(await seated(support)).toEqual(["Anna Adams"]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + laterMs });
  }
  const held = Promise.withResolvers<void>();
  crm.held.set("/api/report", held.promise);
  const slow = desk.go("/api/report", { isolate: 1, lost: true });
  await vi.waitFor(() => expect(crm.asked).toContain("GET /api/report"));
  return {
    desk,
    support,
    answer: async () => {
      held.resolve();
      const late = await slow;
      desk.take(late);
      return late;
    },
  };
}

describe("[L9] [I9] the next person in the same browser, on the same value of the session", () => {
  it.each([
    ["after a logout", true],
    ["by a sign-in over the one before", false],
  ])("%s is nobody else, whatever comes late", async (_, logsOut) => {
    // A pass and its binding, a renewed pass, and what the CRM said of the person before.
    for (const laterMs of [null, 24_000, TIMING.identityLifeMs + 1_000]) {
      const { desk, support, answer } = await annaWaits(laterMs);
      if (logsOut) await desk.go("/logout", { method: "POST", isolate: 0 });
      await desk.signIn("bert", { isolate: 0 });
      const late = (await answer()).headers.getSetCookie().map((line) => line.split("=", 1)[0]);
      expect([laterMs, late]).not.toEqual([laterMs, []]);
      for (const isolate of [2, 1, 0]) {
        expect([laterMs, await (await desk.poll("/api/contacts", { isolate })).text()]).toEqual([
          laterMs,
          "data of bert",
        ]);
        expect([laterMs, await seated(support)]).toEqual([laterMs, ["Bert Baker"]]);
      }
      vi.useRealTimers();
    }
  });
});

it("[I9.7] a browser that shows who had the session before is told to sign in at Hotseat's own addresses", async () => {
  const crm = new RenewingCrm({ keepsValue: true });
  const desk = new Desk(openSite(crm));
  desk.cookies.set("larch_session", crm.valueOf({ login: null }));
  await desk.signIn("anna");
  await desk.go("/", { isolate: 0 });
  const restored = new Desk(desk.site);
  for (const [name, value] of desk.cookies) restored.cookies.set(name, value);
  await desk.go("/logout", { method: "POST", isolate: 0 });
  await desk.signIn("bert", { isolate: 0 });
  await desk.go("/", { isolate: 0 });
  for (const [name, body] of [["status"], ["claim", { act: "button" }], ["bye", BYE]] as const) {
    const answer = await restored.call(name, body, { isolate: 1 });
    expect([name, answer.status, await answer.json()]).toMatchObject([name, 401, { code: "signed_out" }]);
  }
  const listening = { upgrade: "websocket", origin: SITE, "sec-fetch-site": "same-origin" };
  for (const [path, headers] of [
    ["/.hotseat/api/explain", {}],
    ["/.hotseat/admin", {}],
    ["/.hotseat/listen", listening],
  ] as const) {
    const answer = await restored.ask(path, { headers, isolate: 1 });
    expect([path, answer.status]).toEqual([path, 401]);
  }
});

it("[I9.7] a manager who is signed out manages nothing by what an isolate has just confirmed", async () => {
  const crm = new RenewingCrm({ keepsValue: true });
  const desk = new Desk(openSite(crm));
  desk.cookies.set("larch_session", crm.valueOf({ login: null }));
  await desk.signIn("maria");
  expect((await desk.call("admin/view", undefined, { isolate: 1 })).status).toBe(200);
  const restored = new Desk(desk.site);
  for (const [name, value] of desk.cookies) restored.cookies.set(name, value);
  await desk.go("/logout", { method: "POST", isolate: 0 });
  for (const path of ["/.hotseat/api/admin/view", "/.hotseat/admin"]) {
    expect([path, (await restored.ask(path, { isolate: 1 })).status]).toEqual([path, 401]);
  }
});

it.each([
  ["three seconds ahead of the isolate that is asked next", -1, 3_000],
  ["a second ahead of the tenant's", 1_000, 0],
])(
  "[I9.9] what was known of the person before counts for nothing where the clock of an isolate ran %s",
  async (_, ahead, behind) => {
    const crm = new RenewingCrm({ keepsValue: true });
    const site = openSite(crm);
    const support = new Desk(site);
    await support.signIn("sue");
    const desk = new Desk(site);
    desk.cookies.set("larch_session", crm.valueOf({ login: null }));
    await desk.signIn("anna");
    const signedOutAt = Date.now() + 10_000;
    vi.useFakeTimers({ toFake: ["Date"], now: signedOutAt + ahead });
    await desk.go("/", { isolate: 0 });
    const restored = new Desk(site);
    restored.connection = "another connection";
    for (const [name, value] of desk.cookies) restored.cookies.set(name, value);
    vi.setSystemTime(signedOutAt);
    await desk.go("/logout", { method: "POST", isolate: 0 });
    await desk.signIn("bert", { isolate: 0 });
    vi.setSystemTime(signedOutAt - behind);
    const answer = await restored.go("/api/contacts", { isolate: 1 });
    expect(await answer.text()).toBe("data of bert");
    vi.setSystemTime(signedOutAt);
    expect(await seated(support)).toEqual(["Bert Baker"]);
  },
);

const BYE = { client: "client-of-anna-1", tab: "tab-of-anna-0001" };

describe("[L1.6] the next person in the same browser, signed in where the gate does not look", () => {
  it.each(["go", "poll"] as const)("ends the seat of the person before, and gets it: %s", async (asks) => {
    const crm = new RenewingCrm({ signsInByLink: true });
    const site = openSite(crm);
    const support = new Desk(site);
    await support.signIn("sue");
    const desk = new Desk(site);
    await desk.signIn("anna");
    const other = new Desk(site);
    await other.signIn("bert");
    for (const one of [desk, other]) expect((await one.go("/")).status).toBe(200);
    expect(await seated(support)).toEqual(["Anna Adams", "Bert Baker"]);
    // A public page by GET, as a provider leads back to.
    await desk.go("/login?as=carl");
    const first = await desk[asks]("/api/contacts");
    expect(await seated(support)).not.toContain("Anna Adams");
    // L9: free once the browser has shown that it took the pass away.
    if (first.status !== 200) await desk.go("/api/contacts");
    expect(await (await desk.go("/api/contacts")).text()).toBe("data of carl");
    expect((await seated(support)).sort()).toEqual(["Bert Baker", "Carl Cook"]);
    expect(await (await desk.call("status")).json()).toMatchObject({ person: "Carl Cook" });
  });
});

describe("[L1.6] [I6] the next person in the same browser, signed in at the identity provider", () => {
  it("gets the seat of the person before, and stays signed in there", async () => {
    const crm = new RenewingCrm({});
    const provider = { IDENTITY: "oidc", IDENTITY_ISSUER: "https://login.example", OIDC_CLIENT_ID: "hotseat" };
    const site = { ...openSite(crm), ...provider };
    const config = { tenant: TenantId.parse(site.TENANT), secrets: [site.HOTSEAT_SECRET ?? ""] };
    const signIn = async (desk: Desk, id: string) => {
      const line = await signSignedIn(config, { id, login: id, name: id, email: null, roles: [] }, Date.now());
      desk.take(new Response(null, { headers: { "set-cookie": line } }));
    };
    const [desk, other] = [new Desk(site), new Desk(site)];
    for (const [one, id] of [
      [desk, "anna"],
      [other, "bert"],
    ] as const) {
      one.cookies.set("larch_session", crm.valueOf({ login: id }));
      await signIn(one, id);
      expect((await one.go("/")).status).toBe(200);
    }
    await signIn(desk, "carl");
    const before = desk.cookies.get(OIDC_COOKIE);
    await desk.go("/");
    expect((await desk.go("/")).status).toBe(200);
    expect(desk.cookies.get(OIDC_COOKIE)).toBe(before);
    expect(await (await desk.call("status")).json()).toMatchObject({ person: "carl", state: "seated" });
  });
});

const ISOLATES = [0, 1, 2];

describe("[L9] [I9] a browser restored with the cookies of the person before", () => {
  const ways = [
    ["after a logout", true],
    ["by a sign-in over the one before", false],
  ] as const;
  // Within a pass's life, after it, and when the CRM would be asked again anyway.
  const crashes = [2_000, 40_000, 301_000];
  it.each(ways.flatMap(([how, logsOut]) => crashes.map((ms) => [how, ms, logsOut] as const)))(
    "%s, %d ms later, lets nobody work on that person's seat or under their name",
    async (_, laterMs, logsOut) => {
      const crm = new RenewingCrm({ keepsValue: true });
      const site = openSite(crm);
      const support = new Desk(site);
      await support.signIn("sue");
      const desk = new Desk(site);
      desk.cookies.set("larch_session", crm.valueOf({ login: null }));
      await desk.signIn("anna");
      for (const isolate of ISOLATES) await desk.go("/", { isolate });
      const before = new Map(desk.cookies);
      if (logsOut) await desk.go("/logout", { method: "POST", isolate: 0 });
      await desk.signIn("bert", { isolate: 0 });
      await desk.go("/", { isolate: 0 });
      expect(await seated(support)).toEqual(["Bert Baker"]);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + laterMs });
      for (const isolate of [...ISOLATES].reverse()) {
        for (const asks of ["claim", "poll", "go"] as const) {
          const restored = new Desk(site);
          restored.connection = `new-${isolate}-${asks}`;
          for (const [name, value] of before) restored.cookies.set(name, value);
          const first =
            asks === "claim"
              ? restored.call("claim", { act: "button" }, { isolate })
              : restored[asks]("/api/contacts", { isolate });
          expect([isolate, asks, await (await first).text()]).toEqual([
            isolate,
            asks,
            expect.not.stringMatching(/anna/i),
          ]);
          const page = await restored.poll("/api/contacts", { isolate });
          expect([isolate, asks, await page.text()]).toEqual([isolate, asks, "data of bert"]);
          const status = await restored.call("status", undefined, { isolate });
          expect([isolate, asks, await status.json()]).toMatchObject([isolate, asks, { person: "Bert Baker" }]);
          expect([isolate, asks, await seated(support)]).toEqual([isolate, asks, ["Bert Baker"]]);
        }
      }
    },
  );
});

it.each([
  ["that keeps the value", {}],
  ["that gives another one with every answer", { renews: true }],
])(
  "[L9] [G9.12] a link that looks like any other and answers with the next person's page gives a seat of their own: a CRM %s",
  async (_, habits) => {
    const crm = new RenewingCrm({ ...habits, hasMagicLinks: true });
    const site = openSite(crm);
    const support = new Desk(site);
    await support.signIn("sue");
    const desk = new Desk(site);
    await desk.signIn("anna");
    await desk.go("/");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    const answer = await desk.go("/invitation/bert");
    expect([answer.status, await answer.text()]).toEqual([200, "data of bert"]);
    expect(await seated(support)).toEqual(["Bert Baker"]);
  },
);
