/** [I] SuiteCRM behind the gate: one program for every page, rights from the user's own page, sessions tied to addresses. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { TIMING } from "../../../../shared/timing.ts";
import { Browser } from "../../../support/site/browser.ts";
import { stayInOneIsolate } from "../../harsh/isolates.ts";
import { ANNA, FRANK, go, HUGO, openProduct, poll, SAM, SUITE, submit } from "./products.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

describe("[I4] who somebody is", () => {
  it("is read from the user's own page: the login, however the person calls themselves, and the type", async () => {
    const roleLists = { licence_manager: ["anna"], admin: [], support: ["sam"] };
    const { site } = openProduct(SUITE, { roleLists });
    for (const [who, role] of [
      [ANNA, "licence_manager"],
      [FRANK, "licence_manager"],
      [SAM, "support"],
      [HUGO, "user"],
    ] as const) {
      const browser = new Browser(site, {});
      await SUITE.signIn(browser, who.login, who.password);
      await go(browser, SUITE.page);
      const { person } = site.tenant.claims.at(-1) ?? {};
      expect([person?.id, person?.name, person?.role]).toEqual([SUITE.idOf(who), who.name, role]);
    }
  });

  it("without the user's own page it is somebody without rights, not nobody", async () => {
    const { site, browser, signIn, crm } = openProduct(SUITE);
    const answers = crm.fetch.bind(crm);
    crm.fetch = async (request) =>
      request.url.includes("action=DetailView")
        ? new Response("You do not have access to this area", { headers: { "content-type": "text/html" } })
        : answers(request);
    await signIn(FRANK);
    expect((await go(browser, SUITE.page)).status).toBe(200);
    expect(site.tenant.claims.at(-1)?.person).toMatchObject({ id: SUITE.idOf(FRANK), role: "user" });
  });
});

describe("[G2] static files", () => {
  it.each(SUITE.open)("%s is open without a seat, also with a version behind it", async (path) => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    site.tenant.refuse();
    const versioned = path.includes("?") ? path : `${path}?s=1f2e&c=1&v=7.15`;
    expect((await poll(browser, versioned)).headers.get("x-hotseat-refused")).toBeNull();
    expect(site.tenant.claims).toEqual([]);
  });

  it.each([
    "/modules/Contacts/Save.php",
    "/modules/Contacts/Save.php/x.js",
    "/index.php/modules/x.js",
    "/include/utils/export.php/x.css",
    "/cache/images/secret.png",
    "/include/export.php",
    "/modules/../upload/1.js",
  ])("%s is none", async (path) => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    site.tenant.refuse();
    expect((await poll(browser, path)).headers.get("x-hotseat-refused")).toBe("limit_reached");
  });
});

describe("its session", () => {
  it("[I1] that has ended is a stranger's: the login page's own poll is answered by the CRM", async () => {
    const { site, browser, signIn, crm } = openProduct(SUITE);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    crm.endSessions();
    site.time += TIMING.identityLifeMs + 1;
    site.tenant.refuse();
    const answer = await poll(browser, "/index.php?module=Alerts&action=get&to_pdf=1");
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([301, null]);
  });

  it("[G5] with a wrong password the CRM leads back to its login, and nobody is refused", async () => {
    const { site, browser } = openProduct(SUITE);
    site.tenant.refuse();
    const answer = await SUITE.signIn(browser, ANNA.login, "wrong");
    expect([answer.status, answer.headers.get("location")]).toEqual([302, expect.stringContaining("action=Login")]);
    expect(site.tenant.claims).toEqual([]);
  });

  it("[G8] a poll for alerts is no activity, and a form that is sent is", async () => {
    stayInOneIsolate("activity under a pass is noted by the isolate that saw it");
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    await go(browser, SUITE.page);
    site.tenant.claims.length = 0;
    for (const count of [1, 2]) {
      site.time += 25_000 * count;
      await poll(browser, "/index.php?module=Alerts&action=get&to_pdf=1");
    }
    expect(site.tenant.claims.map(({ active }) => active)).not.toContain(true);
    await submit(browser, "/index.php", { module: "Contacts", action: "Save" });
    site.time += 25_000;
    await poll(browser, "/index.php?module=Alerts&action=get&to_pdf=1");
    expect(site.tenant.claims.at(-1)?.active).toBe(true);
  });
});
