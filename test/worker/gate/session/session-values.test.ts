/** [G9] [I9] A session of the CRM is more than a cookie's current value: three isolates before a CRM that renews it. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Desk, isolates, openSite, RenewingCrm, seated } from "../renewing-crm.ts";

// Many requests each, of a real object: on a machine that is busy these take their time.
vi.setConfig({ testTimeout: 60_000 });

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const beat = (client: string) => ({ client, seq: 1, tabs: [{ id: `tab-of-${client}`, activeAgeMs: 0 }] });

/** Signed in and at work, by way of three isolates. */
async function atWork(crm: RenewingCrm, login: string, site = openSite(crm)) {
  const desk = new Desk(site);
  await desk.signIn(login);
  const page = await desk.go("/");
  expect([login, page.status]).toEqual([login, 200]);
  return { desk, site };
}

/** The same, where pages may be kept: their first answer brings the pass all the same. */
async function atKept(crm: RenewingCrm, login: string) {
  const desk = new Desk(openSite(crm));
  await desk.signIn(login);
  expect((await desk.go("/")).status).toBeLessThan(400);
  return { desk };
}

async function evict(desk: Desk, name: string): Promise<void> {
  const { holders } = (await (await desk.call("admin/view")).json()) as { holders: { id: string; name: string }[] };
  const holder = holders.find((one) => one.name === name);
  expect((await desk.call("admin/evict", { holder: holder?.id, note: "" })).status).toBe(200);
}

/** G9.12: each isolate asks about the first new value that it sees of a session. */
const ONCE_EACH = isolates.length;

describe("[G9] a CRM that renews its session with every answer", () => {
  it("is asked once who somebody is, and everything of Hotseat's knows the person", async () => {
    const crm = new RenewingCrm({ renews: true });
    const { desk } = await atWork(crm, "anna");
    const before = crm.questions;
    for (let count = 0; count < 20; count++) expect((await desk.poll("/api/contacts")).status).toBe(200);
    for (let count = 0; count < 6; count++) expect((await desk.poll("/assets/app.js")).status).toBe(200);
    for (let count = 0; count < 6; count++) {
      expect((await desk.ask("/api/notes", { method: "POST", body: "x" })).status).toBe(200);
    }
    expect(crm.questions - before).toBeLessThanOrEqual(ONCE_EACH);
    for (let count = 0; count < 3; count++) expect((await desk.call("status")).status).toBe(200);
    expect((await desk.call("heartbeat", beat("client-of-anna-1"))).status).toBe(200);
    const { desk: manager } = await atWork(crm, "maria");
    for (let count = 0; count < 3; count++) expect((await manager.go("/.hotseat/admin")).status).toBe(200);
  });

  it.each(["max-age=60", "public, max-age=0", "etag"] as const)(
    "[G3] also in answers that may be kept (%s), which bring no pass",
    async (keeping) => {
      const crm = new RenewingCrm({ renews: true, keeping });
      const { desk } = await atKept(crm, "anna");
      const before = crm.questions;
      for (let count = 0; count < 20; count++) {
        const answer = await desk.poll("/api/contacts");
        const names = answer.headers.getSetCookie().map((line) => line.split("=", 1)[0]);
        expect([answer.status < 400, [...new Set(names)]]).toEqual([true, ["larch_session", "__Host-hotseat-who"]]);
      }
      expect(crm.questions - before).toBeLessThanOrEqual(ONCE_EACH);
      expect((await desk.call("status")).status).toBe(200);
    },
  );

  it("also a key in a cookie beside the session, which is part of its value", async () => {
    const crm = new RenewingCrm({ tokens: true });
    const { desk } = await atWork(crm, "anna");
    const before = crm.questions;
    for (let count = 0; count < 20; count++) expect((await desk.poll("/api/contacts")).status).toBe(200);
    expect(crm.questions - before).toBeLessThanOrEqual(ONCE_EACH);
  });

  it("lets one browser's ten parallel requests each bring another value, to every isolate", async () => {
    const crm = new RenewingCrm({ renews: true });
    const { desk } = await atWork(crm, "anna");
    const before = crm.questions;
    for (let round = 0; round < 3; round++) {
      const answers = await Promise.all(Array.from({ length: 10 }, () => desk.poll("/api/contacts")));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    }
    expect(crm.questions - before).toBeLessThanOrEqual(ONCE_EACH);
  });

  it("goes on by the former value where an answer never arrived, also in another tab", async () => {
    const crm = new RenewingCrm({ renews: true });
    const { desk } = await atWork(crm, "anna");
    const before = crm.questions;
    for (let count = 0; count < 6; count++) {
      await desk.poll("/api/contacts", { lost: true });
      expect((await desk.go("/deals")).status).toBe(200);
    }
    expect(crm.questions - before).toBeLessThanOrEqual(ONCE_EACH);
  });

  it("asks once about a value that came apart from its identity cookie, and knows the session by it again", async () => {
    const crm = new RenewingCrm({ renews: true });
    const { desk, site } = await atWork(crm, "anna");
    const { desk: sue } = await atWork(crm, "sue", site);
    // Lines of two answers that cross in the browser: the value of one, what Hotseat says of the other.
    const one = await desk.poll("/api/contacts", { lost: true });
    await desk.poll("/api/contacts");
    const [line = ""] = one.headers.getSetCookie().filter((set) => set.startsWith("larch_session="));
    desk.cookies.set("larch_session", /=([^;]*)/.exec(line)?.[1] ?? "");
    const before = crm.questions;
    for (let count = 0; count < 4; count++) expect((await desk.poll("/api/contacts")).status).toBe(200);
    expect(crm.questions - before).toBe(1);
    expect(await seated(sue)).toEqual(["Anna Adams"]);
  });

  it("[L8] a page's polling takes back nothing after the seat was freed; the person does", async () => {
    const crm = new RenewingCrm({ renews: true });
    const { desk, site } = await atWork(crm, "anna");
    const { desk: sue } = await atWork(crm, "sue", site);
    for (let count = 0; count < 3; count++) await desk.poll("/api/contacts");
    await evict(sue, "Anna Adams");
    desk.cookies.delete("__Host-hotseat-pass");
    for (let count = 0; count < 7; count++) {
      const refused = await desk.poll("/api/contacts");
      expect([refused.status, refused.headers.get("x-hotseat-refused")]).toEqual([503, "seat_evicted"]);
    }
    expect(await seated(sue)).toEqual([]);
    expect((await desk.go("/contacts")).status).toBe(200);
    expect(await seated(sue)).toEqual(["Anna Adams"]);
  });

  it("[G5] logout ends the lease, whichever value and isolate it comes by", async () => {
    const crm = new RenewingCrm({ renews: true });
    const { desk, site } = await atWork(crm, "bert");
    const { desk: sue } = await atWork(crm, "sue", site);
    for (let count = 0; count < 4; count++) await desk.poll("/api/contacts");
    expect(await seated(sue)).toEqual(["Bert Baker"]);
    await desk.go("/logout", { method: "POST" });
    expect([...desk.cookies.keys()]).toEqual(["__Host-hotseat-receipt"]);
    expect(await seated(sue)).toEqual([]);
  });

  it("an answer that takes the session's cookie away ends the session", async () => {
    const crm = new RenewingCrm({});
    const { desk, site } = await atWork(crm, "bert");
    const { desk: sue } = await atWork(crm, "sue", site);
    expect((await desk.go("/elsewhere")).status).toBe(200);
    expect(await seated(sue)).toEqual(["Bert Baker"]);
    expect((await desk.go("/farewell")).status).toBe(200);
    expect([...desk.cookies.keys()]).toEqual(["__Host-hotseat-receipt"]);
    expect(await seated(sue)).toEqual([]);
  });

  it("a new id at login begins a session, and never continues another person's", async () => {
    const crm = new RenewingCrm({ renews: true });
    const { desk, site } = await atWork(crm, "anna");
    const { desk: sue } = await atWork(crm, "sue", site);
    await desk.signIn("bert");
    const before = crm.questions;
    expect(await (await desk.poll("/api/contacts")).text()).toBe("data of bert");
    // Who this is, and whether the value that came with the answer is still theirs (G9.12).
    expect(crm.questions - before).toBe(2);
    expect(await (await desk.call("status")).json()).toMatchObject({ state: "seated" });
    expect(await seated(sue)).toContain("Bert Baker");
  });
});

describe("[G9] a login in a browser that lost its session", () => {
  it("begins a session, though the identity cookie of the one before is still there", async () => {
    const crm = new RenewingCrm({});
    const { desk, site } = await atWork(crm, "anna");
    const { desk: sue } = await atWork(crm, "sue", site);
    await evict(sue, "Anna Adams");
    // The browser was closed and opened again: cookies without an age are gone.
    for (const name of ["larch_session", "__Host-hotseat-pass", "__Host-hotseat-jar"]) desk.cookies.delete(name);
    expect(desk.cookies.has("__Host-hotseat-who")).toBe(true);
    await desk.signIn("anna");
    expect(desk.cookies.has("__Host-hotseat-who")).toBe(false);
    // L8: the first request of a new session claims, as single-page CRMs need it.
    expect((await desk.poll("/api/contacts")).status).toBe(200);
    expect(await seated(sue)).toEqual(["Anna Adams"]);
  });
});

describe("[I9] a session's value that survives logout and login", () => {
  it("is never the person's before, in any isolate, and gives nobody a manager's identity cookie", async () => {
    const crm = new RenewingCrm({ keepsValue: true });
    const site = openSite(crm);
    const desk = new Desk(site);
    desk.cookies.set("larch_session", crm.valueOf({ login: null }));
    await desk.signIn("maria", { isolate: 0 });
    for (let isolate = 0; isolate < 3; isolate++) {
      expect(await (await desk.go("/", { isolate })).text()).toBe("data of maria");
    }
    expect((await desk.go("/.hotseat/admin")).status).toBe(200);
    await desk.go("/logout", { method: "POST", isolate: 0 });
    await desk.signIn("anna", { isolate: 0 });
    const { desk: sue } = await atWork(crm, "sue", site);
    for (let isolate = 2; isolate >= 0; isolate--) {
      expect(await (await desk.poll("/api/contacts", { isolate })).text()).toBe("data of anna");
      expect((await desk.go("/.hotseat/admin", { isolate })).status).toBe(403);
    }
    expect(await seated(sue)).toEqual(["Anna Adams"]);
  });

  it("nor is it nobody's when somebody signed in through another isolate a moment ago", async () => {
    const crm = new RenewingCrm({ keepsValue: true });
    const site = openSite(crm);
    for (const login of ["bert", "maria"]) await atWork(crm, login, site);
    const desk = new Desk(site);
    desk.cookies.set("larch_session", crm.valueOf({ login: null }));
    for (let isolate = 0; isolate < 3; isolate++) expect((await desk.go("/", { isolate })).status).toBe(303);
    await desk.signIn("anna", { isolate: 0 });
    for (let isolate = 2; isolate >= 0; isolate--) {
      const refused = await desk.go("/contacts", { isolate });
      expect([refused.status, refused.headers.get("x-hotseat-refused")]).toEqual([503, "limit_reached"]);
    }
  });
});

describe("[I10] Hotseat's own addresses", () => {
  it("ask the CRM where the browser has no identity cookie, and say 401 only to nobody", async () => {
    const crm = new RenewingCrm({ renews: true });
    const site = openSite(crm);
    const desk = new Desk(site);
    await desk.signIn("anna");
    expect((await desk.call("status")).status).toBe(200);
    expect(desk.cookies.has("__Host-hotseat-who")).toBe(true);
    const before = crm.questions;
    for (let count = 0; count < 3; count++) expect((await desk.call("status")).status).toBe(200);
    expect(crm.questions - before).toBe(0);
    const stranger = new Desk(site);
    expect((await stranger.call("status")).status).toBe(401);
    stranger.cookies.set("larch_session", "made up");
    expect((await stranger.call("status")).status).toBe(401);
  });
});

describe("[G2] a remembered sign-in", () => {
  const remembered = (site: ReturnType<typeof openSite>, login: string) => {
    const desk = new Desk(site);
    desk.cookies.set("remember_me", login);
    return desk;
  };

  it("shows nobody a page in a full house, once or for ever", async () => {
    const crm = new RenewingCrm({ remembers: true });
    const site = openSite(crm);
    for (const login of ["bert", "maria"]) await atWork(crm, login, site);
    for (let count = 0; count < 10; count++) {
      const desk = remembered(site, "anna");
      const answer = await (count % 2 === 0 ? desk.go("/contacts") : desk.poll("/api/contacts"));
      expect(await answer.text()).not.toContain("data of");
      if (count % 2 === 0) {
        expect([answer.status, desk.cookies.has("larch_session")]).toEqual([503, true]);
        expect((await desk.go("/contacts")).headers.get("x-hotseat-refused")).toBe("limit_reached");
      } else expect(answer.status).toBe(401);
    }
  });

  it("signs people in to a seat that is free, in the same answer", async () => {
    const crm = new RenewingCrm({ remembers: true });
    const site = openSite(crm);
    const desk = remembered(site, "anna");
    const page = await desk.go("/contacts");
    expect(await page.text()).toBe("data of anna");
    expect([...desk.cookies.keys()]).toEqual(
      expect.arrayContaining(["larch_session", "__Host-hotseat-pass", "__Host-hotseat-who"]),
    );
    const before = crm.questions;
    for (let count = 0; count < 3; count++) expect((await desk.poll("/api/contacts")).status).toBe(200);
    expect(crm.questions - before).toBe(0);
  });
});
