/** [G9] What the CRM sets when it is asked who somebody is belongs to the visitor, whatever answer leaves. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { createIdentitySource } from "../../../../worker/identity/identity-source.ts";
import type { Preset } from "../../../../worker/identity/preset/preset-schema.ts";
import { loadPreset } from "../../../../worker/identity/preset/presets.ts";
import type { Person } from "../../../../worker/ledger/person.ts";
import { createConfirmCaller, createReadCaller } from "../../../../worker/site/authenticate.ts";
import { SITE } from "../../../support/site/browser.ts";
import { GateSite } from "../../../support/site.ts";
import { stayInOneIsolate } from "../../harsh/isolates.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

/** Each question gives the session another value; the former ones stay good. */
function renewingHouse(preset: Preset = loadPreset("demo")): GateSite {
  const site = new GateSite({}, preset);
  let count = 0;
  const person = site.crm.people.get("frank") ?? {};
  site.crm.pages.set("/api/me", ({ headers }) => {
    const value = /larch_session=([^;]*)/.exec(headers.get("cookie") ?? "")?.[1] ?? "";
    if (!value.startsWith("frank")) return Response.json({}, { status: 401, headers: { "set-cookie": "visit=1" } });
    const headersOut = { "set-cookie": `larch_session=frank-${++count}; Path=/; HttpOnly` };
    return Response.json(person, { headers: headersOut });
  });
  return site;
}

/** I13: a tenant whose map of rights is the preset's. */
const AS_IT_CAME = { judge: async (person: Person) => person };

describe("[G9] a session that the question itself renews", () => {
  it("reaches the browser with the page, which is asked for in it, and with a refusal", async () => {
    const site = renewingHouse();
    const frank = site.browser("frank");
    expect((await frank.navigate("/contacts")).status).toBe(200);
    expect(frank.cookies.get("larch_session")).toBe("frank-1");
    expect(site.crm.asked.at(-1)?.headers.get("cookie")).toBe("larch_session=frank-1");
    for (let count = 0; count < 5; count++) expect((await frank.poll("/api/contacts")).status).toBe(200);
    expect(site.crm.questions).toBe(1);

    const full = renewingHouse();
    full.tenant.refuse();
    const waiting = full.browser("frank");
    const refused = await waiting.navigate("/contacts");
    expect([refused.status, waiting.cookies.get("larch_session")]).toEqual([503, "frank-1"]);
    expect(refused.headers.getSetCookie().filter((line) => line.startsWith("larch_session"))).toEqual([
      "larch_session=frank-1; Path=/; HttpOnly",
    ]);
    await waiting.poll("/api/contacts");
    expect(full.crm.questions).toBe(1);
  });

  it("is the CRM's latest word where its answer sets the cookie, too", async () => {
    const site = renewingHouse();
    site.crm.pages.set(
      "/contacts",
      () => new Response("page", { headers: { "set-cookie": "larch_session=frank-x; Path=/" } }),
    );
    const frank = site.browser("frank");
    const answer = await frank.navigate("/contacts");
    // Not frank-1, of the question before the page; whose frank-x is was asked before the page left (G9.12).
    expect(answer.headers.getSetCookie().filter((line) => line.startsWith("larch_session"))).toEqual([
      "larch_session=frank-x; Path=/",
      "larch_session=frank-2; Path=/; HttpOnly",
    ]);
    expect(frank.cookies.get("larch_session")).toBe("frank-2");
    await frank.poll("/api/contacts");
    expect(site.crm.questions).toBe(2);
  });

  it("leaves with the next answer where the question is later than the page", async () => {
    const preset = structuredClone(loadPreset("demo"));
    preset.identity.signedInLifeMs = 10_000;
    stayInOneIsolate("what no answer could carry waits in the isolate that was told");
    const site = renewingHouse(preset);
    const frank = site.browser("frank");
    await frank.navigate("/contacts");
    site.time += 24_000;
    const held = Promise.withResolvers<void>();
    const answer = site.crm.pages.get("/api/me");
    site.crm.pages.set("/api/me", async (asked) => {
      await held.promise;
      return answer?.(asked) ?? new Response();
    });
    expect((await frank.poll("/api/contacts")).headers.getSetCookie()).toEqual([]);
    held.resolve();
    await site.background.settle();
    const next = await frank.poll("/api/contacts");
    expect(next.headers.getSetCookie()).toContain("larch_session=frank-2; Path=/; HttpOnly");
    expect(frank.cookies.get("larch_session")).toBe("frank-2");
    await frank.poll("/api/contacts");
    expect(site.crm.questions).toBe(2);
  });

  it("reaches the browser from Hotseat's own addresses, also where a manager's role is asked about", async () => {
    const site = renewingHouse();
    const { config, preset } = site;
    const now = () => site.time;
    const ports = {
      ask: (url: string, init: RequestInit) => site.crm.fetch(url, init),
      fetchKeys: fetch,
      now,
    };
    const source = createIdentitySource(config, preset, ports);
    const readCaller = createReadCaller(config, source, now);
    const confirmCaller = createConfirmCaller(config, source, AS_IT_CAME, now);
    const asking = (cookie: string) => new Request(`${SITE}/.hotseat/admin`, { headers: { cookie } });
    const found = await readCaller(asking("larch_session=frank"));
    expect(found?.person.id).toBe("u6");
    const [renewed = "", who = ""] = found?.setCookies ?? [];
    expect(renewed).toBe("larch_session=frank-1; Path=/; HttpOnly");
    const cookie = `larch_session=frank-1; ${who.split(";")[0]}`;
    const known = await readCaller(asking(cookie));
    expect([known?.session, known?.setCookies]).toEqual([found?.session, undefined]);
    const confirmed = await confirmCaller(asking(cookie), known);
    expect([confirmed?.person.role, confirmed?.setCookies?.[0]]).toEqual([
      "licence_manager",
      "larch_session=frank-2; Path=/; HttpOnly",
    ]);
    const after = `larch_session=frank-2; ${confirmed?.setCookies?.[1]?.split(";")[0]}`;
    expect((await readCaller(asking(after)))?.session).toBe(found?.session);
    expect(await confirmCaller(asking(after), known)).toEqual({ ...known, person: confirmed?.person });
  });

  it("[I8] what was confirmed of one person counts for nobody else in the same session", async () => {
    const site = new GateSite();
    const { config, preset } = site;
    const now = () => site.time;
    const ask = vi.fn((url: string, init: RequestInit) => site.crm.fetch(url, init));
    const source = createIdentitySource(config, preset, { ask, fetchKeys: fetch, now });
    const confirmCaller = createConfirmCaller(config, source, AS_IT_CAME, now);
    const request = new Request(`${SITE}/.hotseat/admin`, { headers: { cookie: "larch_session=desk" } });
    site.crm.people.set("desk", site.crm.people.get("frank") ?? {});
    const frank = { id: "u6", name: "Frank", email: null, role: "licence_manager" } as never;
    const erin = { id: "u7", name: "Erin", email: null, role: "licence_manager" } as never;
    const session = "s".repeat(22) as never;
    expect((await confirmCaller(request, { person: frank, session }))?.person.role).toBe("licence_manager");
    // Frank has left, and Erin is no manager any more; the CRM kept the cookie's value.
    site.crm.people.set("desk", { ...site.crm.people.get("anna"), id: "u7" });
    expect((await confirmCaller(request, { person: erin, session }))?.person.role).toBe("user");
    expect(ask).toHaveBeenCalledTimes(2);
  });
});
