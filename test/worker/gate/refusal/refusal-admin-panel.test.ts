/** [G5] [L13] A refused licence manager can free a seat and raise the limit from the refusal page itself. */

import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { sentence } from "../../../../shared/sentence.ts";
import type { Env } from "../../../../worker/config/config.ts";
import { chooseLanguage } from "../../../../worker/gate/reader-language.ts";
import { type AdminPanel, readAdminPanel } from "../../../../worker/gate/refusal/refusal-admin-panel.tsx";
import { refusalPage } from "../../../../worker/gate/refusal/refusal-page.tsx";
import { readWhy } from "../../../../worker/gate/refusal/why-part.tsx";
import type { Browser } from "../../../support/site/browser.ts";
import { openOffice } from "../../../support/site/page-crm.ts";
import { VIEW } from "../../../support/site/tenant-answers.ts";
import { openWorker } from "../../../support/site.ts";

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

let tenants = 0;
const newFirm = (): ((login: string | null) => Browser) => {
  const bindings: Env = { ...env, CRM: openOffice().binding, TENANT: `managing-${tenants++}` };
  return (login) => openWorker(bindings).browser(login);
};
async function fullSite() {
  const open = newFirm();
  for (const login of ["anna", "bert"]) expect((await open(login).navigate("/contacts")).status).toBe(200);
  return open;
}

describe("[G5] [L13] the refusal page of a licence manager", () => {
  test("lists the holders, leads to freeing each seat, and raises the limit by a plain form", async () => {
    const open = await fullSite();
    const maria = open("maria");
    const refused = await maria.navigate("/contacts");
    const page = await refused.text();
    expect([refused.status, refused.headers.get("cache-control")]).toEqual([503, "no-store"]);
    expect(page).toContain("Anna Adams");
    expect(page).toContain("Bert Baker");
    expect(page).toContain('href="/.hotseat/admin/free?holder=anna"');
    expect(await (await maria.ask("/.hotseat/admin/free?holder=anna")).text()).toContain("Anna Adams");
    const [, action = "", version = "", limit = ""] =
      /<form class="raise" method="post" action="([^"]+)".*?name="version" value="(\d+)".*?name="limit" value="(\d+)"/s.exec(
        page,
      ) ?? [];
    expect([action, limit]).toEqual(["/.hotseat/admin/licensing/limit", "3"]);
    expect((await maria.submit(action, { version, limit })).status).toBe(303);
    expect((await maria.navigate("/contacts")).status).toBe(200);
  });

  test("over a page of the CRM, too, and its links open beside the frame", async () => {
    const open = await fullSite();
    const maria = open("maria");
    await maria.navigate("/contacts");
    const frame = await (await maria.ask("/.hotseat/refused?reason=limit_reached")).text();
    expect(frame).toContain("Anna Adams");
    expect(frame).toMatch(/<a href="\/\.hotseat\/admin\/free\?holder=anna" target="_blank"/);
    expect(frame).toMatch(/<form class="raise"[^>]*target="_blank"/);
  });

  test("is nobody else's: a plain person sees no names, in no place", async () => {
    const open = newFirm();
    for (const login of ["anna", "maria"]) await open(login).navigate("/contacts");
    const bert = open("bert");
    for (const answer of [await bert.navigate("/contacts"), await bert.ask("/.hotseat/refused?reason=limit_reached")]) {
      const page = await answer.text();
      for (const sign of ["Anna Adams", "Maria Manager", "admin/free", 'class="raise"'])
        expect(page).not.toContain(sign);
    }
    // Nobody is a manager without a session.
    const stranger = await (await open(null).ask("/.hotseat/refused?reason=limit_reached")).text();
    expect(stranger).not.toContain("Anna Adams");
  });

  test("is there without the list when the tenant does not say", async () => {
    const person = { id: "m", name: "M", email: null, role: "licence_manager" } as never;
    expect(await readAdminPanel({ adminView: () => Promise.reject(new Error("gone")) }, person)).toBeNull();
    const refused = { ok: false, error: { code: "forbidden", says: sentence("notYours") } } as const;
    expect(await readAdminPanel({ adminView: async () => refused }, person)).toBeNull();
  });

  const holder = (index: number, change: object = {}) => ({
    id: `h${index}` as never,
    name: `Holder <${index}>`,
    email: null,
    role: "user" as const,
    exempt: false,
    named: false,
    over: null,
    pools: [],
    sinceAgeMs: 0,
    activeAgeMs: index * 60_000,
    tabs: 1,
    clients: 1,
    ...change,
  });
  const render = (adminPanel: AdminPanel, language: string | null = null) =>
    refusalPage(
      {
        language: chooseLanguage(language),
        tenantName: "Acme",
        contact: "",
        reason: "limit_reached",
        denied: null,
        mayAdminister: true,
        why: undefined,
        adminPanel,
        isFramed: false,
        page: "/",
        address: "https://crm.acme.example/",
        isInPlace: true,
        isForm: false,
        formReplay: null,
        signOut: null,
      },
      503,
      {},
    ).text();

  test("shows a dozen, idle for longest first, of those whose seat makes room", async () => {
    const holders = [
      ...Array.from({ length: 20 }, (_, index) => holder(index)),
      holder(98, { exempt: true }),
      holder(99, { named: true }),
    ];
    const page = await render({ scope: null, version: 1, full: VIEW.full, limit: 20, holders });
    const shown = [...page.matchAll(/holder=(h\d+)/g)].map(([, id]) => id);
    expect(shown).toEqual(Array.from({ length: 12 }, (_, index) => `h${19 - index}`));
    expect(page).toContain("8 more in the administration");
    expect(page).toContain("Holder &lt;19&gt;");
    expect(page).not.toContain("Holder <19>");
    expect(page).toContain("last active 19 min ago");
    expect(page).toContain('content="30;url=');
    expect(await render({ scope: null, version: 1, full: VIEW.full, limit: 1, holders: [holder(0)] })).toContain(
      "active just now",
    );
    expect(
      await render({ scope: null, version: 1, full: VIEW.full, limit: 1, holders: [holder(125)] }, "de"),
    ).toContain("zuletzt aktiv vor 2 Std. 5 Min.");
  });

  test("offers no limit beyond the most there can be", async () => {
    expect(await render({ scope: null, version: 1, full: VIEW.full, limit: 100_000, holders: [] })).not.toContain(
      'class="raise"',
    );
    expect(await render({ scope: null, version: 1, full: VIEW.full, limit: 20, holders: [] })).toContain(
      'class="raise"',
    );
  });

  test("[A13] offers no limit to somebody whose right is limited to a pool, but their people", async () => {
    const page = await render({ scope: ["Sales"], version: 1, full: VIEW.full, limit: 20, holders: [holder(1)] });
    expect([page.includes('class="raise"'), page.includes("holder=h1")]).toEqual([false, true]);
  });

  test("[L27] offers no limit and nobody's licence where licences are people's own", async () => {
    const full = { ...VIEW.full, measure: "named" as const };
    const page = await render({ scope: null, version: 1, full, limit: 20, holders: [holder(1)] });
    expect(page).not.toContain('class="raise"');
    expect(page).not.toContain("holder=h1");
    expect(page).toContain("/.hotseat/admin/licensing/people");
    expect(
      await render({ scope: null, version: 1, full: { ...full, measure: "records" }, limit: 2, holders: [] }),
    ).not.toContain('class="raise"');
  });
});

describe("[L19.8] why, on the refusal page", () => {
  /** The sentences of the disclosure, without tags. */
  const whyIn = (page: string): string[] => {
    const [, said = ""] = /<details class="why" id="why"[^>]*>(.*?)<\/details>/s.exec(page) ?? [];
    return [...said.matchAll(/<(?:li|p|summary)[^>]*>([^<]+)</g)].map(([, text = ""]) => text);
  };

  test("gives the reason, the numbers, the rule and what would change it, without JavaScript and without names", async () => {
    const open = await fullSite();
    const page = await (await open("carl").navigate("/contacts")).text();
    expect(page).toMatch(/<details class="why" id="why" open/);
    expect(whyIn(page)).toEqual([
      "Why?",
      "All licences are in use.",
      "2 of 2 licences are in use.",
      "Nobody waits before you.",
      "What would change it",
      "You wait in line: the next licence that is free for you is yours.",
      "Somebody gives a licence back, is idle past the time-out, or closes their last tab.",
      "A licence manager frees a licence or raises the limit above 2.",
    ]);
    for (const name of ["Anna Adams", "Bert Baker"]) expect(page).not.toContain(name);
  });

  test("says the smallest change to people who may make it, and to nobody else", async () => {
    const open = await fullSite();
    const maria = open("maria");
    const managers = whyIn(await (await maria.navigate("/contacts")).text());
    expect(managers).toContain("Decided by rule L2.");
    expect(managers.slice(-2)).toEqual([
      "The smallest change that would be enough",
      "The limit is raised from 2 to 3.",
    ]);
    const said = async (browser: Browser) =>
      ((await (await browser.ask("/.hotseat/api/explain")).json()) as { said: { change: string[] } }).said;
    expect((await said(maria)).change).toEqual(["The limit is raised from 2 to 3."]);
    const carl = open("carl");
    await carl.navigate("/contacts");
    expect(await said(carl)).toMatchObject({
      facts: expect.arrayContaining(["2 of 2 licences are in use."]),
      change: [],
    });
  });

  test("is each person's own: one who waits before is counted, not named", async () => {
    const open = await fullSite();
    const [carl, maria] = [open("carl"), open("maria")];
    await carl.navigate("/contacts");
    await carl.call("wait", {});
    const page = await (await maria.navigate("/contacts")).text();
    expect(whyIn(page)).toContain("One person waits before you.");
    expect(whyIn(page).join(" ")).not.toContain("Carl");
  });

  test("in the frame it is empty until the script asks; without an answer of the tenant there is none", async () => {
    const open = await fullSite();
    const frame = await (await open("carl").ask("/.hotseat/refused?reason=limit_reached")).text();
    expect(whyIn(frame)).toEqual(["Why?"]);
    const person = { id: "c", name: "C", email: null, role: "user" } as never;
    expect(await readWhy({ explain: () => Promise.reject(new Error("gone")) }, person, "en", false)).toBeNull();
  });
});
