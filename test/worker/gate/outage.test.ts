/** [G6] What happens while a part is down: the seats' object, the CRM, who-am-I. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { TIMING } from "../../../shared/timing.ts";
import type { Config } from "../../../worker/config/config.ts";
import type { Preset } from "../../../worker/identity/preset/preset-schema.ts";
import { Browser } from "../../support/site/browser.ts";
import { GateSite } from "../../support/site.ts";
import { stayInOneIsolate } from "../harsh/isolates.ts";

const PASS = "__Host-hotseat-pass";
const WHO = "__Host-hotseat-who";
const log: string[] = [];
beforeEach(() => {
  log.length = 0;
  for (const level of ["error", "warn", "log"] as const) {
    vi.spyOn(console, level).mockImplementation((...words) => void log.push(words.map(String).join(" ")));
  }
});

const down = (site: GateSite, error: Error = new Error("broken")) => {
  site.tenant.answerClaim = () => Promise.reject(error);
};
/** Anna has a pass, and then the object goes away for `minutes`. */
async function outage(minutes: number, overrides: Partial<Config> = {}): Promise<{ site: GateSite; anna: Browser }> {
  const site = new GateSite({ timing: { ...TIMING, identityLifeMs: 3_600_000 }, ...overrides });
  const anna = site.browser("anna");
  await anna.navigate("/contacts");
  down(site);
  site.time += minutes * 60_000;
  return { site, anna };
}

describe("[G6] the seats cannot be reached", () => {
  it("anyone with a pass of the last ten minutes goes on, marked, counted and in the log", async () => {
    const { site, anna } = await outage(9);
    for (const answer of [await anna.navigate("/contacts"), await anna.poll("/api/contacts")]) {
      expect([answer.status, answer.headers.get("x-hotseat-outage")]).toEqual([200, "grace"]);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
    expect(site.dependencyHealth.graceCount).toBe(2);
    expect(log).toContain('{"what":"a part is unhealthy","part":"seats"}');
    expect(log).toContain('{"what":"people go on without the seat service","requests":1}');
  });

  it("a live pass is not even marked", async () => {
    const { anna } = await outage(0);
    expect((await anna.navigate("/contacts")).headers.get("x-hotseat-outage")).toBeNull();
  });

  it.each<[string, number, Partial<Config>]>([
    ["an older pass", 10.1, {}],
    ["a shorter grace", 3, { outageGraceMs: 120_000 }],
    ["a gate that the operator closes", 0.6, { outageGraceMs: 0 }],
  ])("%s: an honest 503, and the CRM sees nothing", async (_, minutes, overrides) => {
    const { site, anna } = await outage(minutes, overrides);
    const asked = site.crm.asked.length;
    const page = await anna.navigate("/contacts");
    expect([page.status, page.headers.get("retry-after")]).toEqual([503, "3"]);
    expect(await page.text()).toContain("The licence service is busy");
    expect(await (await anna.poll("/api/contacts")).json()).toMatchObject({ code: "busy" });
    expect(site.crm.asked).toHaveLength(asked);
    expect(site.dependencyHealth.graceCount).toBe(0);
  });

  it("new people wait, and so does another session with somebody's pass", async () => {
    const { site, anna } = await outage(1);
    expect((await site.browser("frank").navigate("/contacts")).status).toBe(503);
    const thief = site.browser("frank");
    for (const [name, value] of anna.cookies) if (name !== "larch_session") thief.cookies.set(name, value);
    expect((await thief.navigate("/contacts")).status).toBe(503);
    const forged = site.browser("anna");
    for (const name of [PASS, "__Host-hotseat-jar"]) forged.cookies.set(name, `${anna.cookies.get(name)}x`);
    expect((await forged.navigate("/contacts")).status).toBe(503);
  });

  it("a pass of another session or binding of the same person does not count, nor one of the person signed in before", async () => {
    const { site, anna } = await outage(1);
    site.crm.people.set("anna2", site.crm.people.get("anna") ?? {});
    const phone = site.browser("anna2");
    for (const [name, value] of anna.cookies) if (name !== "larch_session") phone.cookies.set(name, value);
    expect((await phone.navigate("/contacts")).status).toBe(503);
    const binding = anna.cookies.get("__Host-hotseat-jar") ?? "";
    anna.cookies.set(
      "__Host-hotseat-jar",
      binding.replace(/./, (first) => (first === "A" ? "B" : "A")),
    );
    expect((await anna.navigate("/contacts")).status).toBe(503);
    anna.cookies.set("__Host-hotseat-jar", binding);
    expect((await anna.navigate("/contacts")).status).toBe(200);
    // The session is Frank's by now, as the CRM says to an isolate that asks it.
    const elsewhere = new GateSite();
    elsewhere.time = site.time;
    down(elsewhere);
    elsewhere.crm.people.set("anna", elsewhere.crm.people.get("frank") ?? {});
    const browser = new Browser(elsewhere, Object.fromEntries(anna.cookies));
    browser.cookies.delete(WHO);
    expect((await browser.navigate("/contacts")).status).toBe(503);
  });

  it("anyone told that the seat is gone has no old pass to go on with", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.time += 40_000;
    site.tenant.refuse({ reason: "seat_evicted" });
    await anna.poll("/api/contacts");
    expect(anna.cookies.has(PASS)).toBe(false);
    down(site);
    expect((await anna.navigate("/contacts")).status).toBe(503);
  });

  it("pages' own requests spare an object that is out of reach; a person's navigation tries", async () => {
    stayInOneIsolate("each isolate finds out by itself that the object is out of reach");
    const { site, anna } = await outage(1);
    for (let count = 0; count < 20; count++) await anna.poll("/api/contacts");
    expect(site.tenant.claims).toHaveLength(2);
    await anna.navigate("/contacts");
    expect(site.tenant.claims).toHaveLength(3);
  });

  it("an object that never answers is out of reach too", async () => {
    const { site, anna } = await outage(1);
    site.tenant.answerClaim = () => new Promise(() => undefined);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const waiting = anna.navigate("/contacts");
      // On a busy machine the signing before the claim takes longer than the second that is usual.
      const claimed = async () => {
        await vi.advanceTimersByTimeAsync(6_000);
        expect(site.tenant.claims).toHaveLength(2);
      };
      await vi.waitFor(claimed, { timeout: 10_000 });
      await vi.advanceTimersByTimeAsync(6_000);
      expect((await waiting).headers.get("x-hotseat-outage")).toBe("grace");
    } finally {
      vi.useRealTimers();
    }
  });

  it("when it is back, people have passes again and the log says so", async () => {
    const { site, anna } = await outage(1);
    await anna.navigate("/contacts");
    site.tenant.answerClaim = () => ({ granted: true, pass: { until: site.time + 28_000 }, exempt: false });
    const answer = await anna.navigate("/contacts");
    expect([answer.status, answer.headers.get("x-hotseat-outage")]).toEqual([200, null]);
    expect(answer.headers.getSetCookie().join()).toContain(PASS);
    expect(log).toContain('{"what":"a part is healthy again","part":"seats"}');
  });

  it("[G7] an event stream of the grace goes on while the lease cannot be asked about", async () => {
    const { site, anna } = await outage(1);
    site.crm.pages.set(
      "/events",
      () => new Response("data: 1\n\n", { headers: { "content-type": "text/event-stream" } }),
    );
    expect(await (await anna.poll("/events")).text()).toBe("data: 1\n\n");
  });

  it("logout works, and the lease ends by itself later", async () => {
    const { anna } = await outage(1);
    expect((await anna.navigate("/logout", { method: "POST" })).status).toBe(200);
    expect(anna.cookies.has(PASS)).toBe(false);
  });
});

describe("[G6] the CRM or its who-am-I is down", () => {
  it("the CRM: an honest 502, seats stay, and the log says it once", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    site.crm.pages.set("/contacts", () => Promise.reject(new Error("connection refused")));
    for (let count = 0; count < 3; count++) expect((await anna.navigate("/contacts")).status).toBe(502);
    expect(site.tenant.signOuts).toEqual([]);
    expect(anna.cookies.has(PASS)).toBe(true);
    expect(log.filter((line) => line === '{"what":"a part is unhealthy","part":"crm"}')).toHaveLength(1);
    expect(site.dependencyHealth.isHealthy("crm")).toBe(false);
    await anna.navigate("/other");
    expect(site.dependencyHealth.isHealthy("crm")).toBe(true);
  });

  it("nobody makes the CRM look down by breaking off what they send", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    await anna.navigate("/contacts");
    const body = new ReadableStream({ start: (controller) => controller.error(new Error("the visitor has gone")) });
    expect((await anna.ask("/upload", { method: "POST", body, duplex: "half" } as { method: string })).status).toBe(
      502,
    );
    expect(site.dependencyHealth.isHealthy("crm")).toBe(true);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ["fails", () => new Response("", { status: 500 })],
    ["cannot be reached", () => Promise.reject(new Error("connection refused"))],
    ["is slow", () => new Promise(() => undefined)],
  ])("who-am-I %s: who is known goes on, who is not waits", async (_, answer) => {
    const site = new GateSite({ timing: { ...TIMING, identityTimeoutMs: 20 } });
    const anna = site.browser("anna");
    // On a busy machine also an answer at once may take longer.
    const comesIn = async () => expect((await anna.navigate("/contacts")).status).toBe(200);
    await vi.waitFor(comesIn, { timeout: 20_000 });
    site.crm.pages.set("/api/me", answer);
    site.time += TIMING.identityLifeMs + 1;
    expect((await anna.navigate("/contacts")).status).toBe(200);
    expect(anna.cookies.has(WHO)).toBe(true);
    expect((await site.browser("frank").navigate("/contacts")).status).toBe(503);
    expect(site.dependencyHealth.isHealthy("identity")).toBe(false);
    expect(log).toContain('{"what":"a part is unhealthy","part":"identity"}');
  });
});

describe("[G5.15] a form that goes no further for a passing reason", () => {
  const form = (more: Record<string, string> = {}) => ({
    method: "POST",
    body: "note=half+a+day%27s+work&csrf=t",
    headers: { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin", ...more },
  });
  const KEPT = '<input type="hidden" name="note" value="half a day&#39;s work"/>';
  const silent = (site: GateSite) => site.crm.pages.set("/api/me", () => new Response("", { status: 500 }));

  it("is kept while the seats are out of reach, and sent again from there", async () => {
    const { anna, site } = await outage(11);
    const page = await (await anna.navigate("/contacts/7", form())).text();
    expect(page).toContain("The licence service is busy");
    expect(page).toContain(KEPT);
    expect(page).toMatch(/<form method="post" action="https:\/\/crm\.acme\.example\/contacts\/7" id="again">/);
    expect(page).toMatch(/Go on without it/);
    expect(site.crm.paths).toEqual(["/contacts"]);
  });

  it("is kept while the CRM does not say who it is", async () => {
    const site = new GateSite();
    silent(site);
    const page = await (await site.browser("anna").navigate("/contacts/7", form({ "accept-language": "de" }))).text();
    expect(page).toContain(KEPT);
    expect(page).toContain("schicken Sie es gleich erneut ab");
  });

  it("is never a password, another site's, or a program's", async () => {
    const site = new GateSite();
    silent(site);
    const anna = site.browser("anna");
    const foreign = await anna.navigate("/contacts/7", form({ "sec-fetch-site": "cross-site" }));
    expect(await foreign.text()).not.toContain("half a day");
    const program = await anna.ask("/contacts/7", { ...form(), headers: { ...form().headers, accept: "*/*" } });
    expect(program.headers.get("content-type")).toBe("application/problem+json");
    const guarded: Preset = {
      ...site.preset,
      login: [{ method: "POST" as const, path: "/*", form: { login: ["anna"] }, guarded: true }],
    };
    const dolibarr = new GateSite({}, guarded);
    silent(dolibarr);
    const body = "login=anna&password=larch";
    const sent = form({ "content-length": String(body.length) });
    const login = await dolibarr.browser("anna").navigate("/contacts/7", { ...sent, body });
    expect([login.status, (await login.text()).includes("larch")]).toEqual([503, false]);
  });
});
