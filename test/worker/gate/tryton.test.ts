import { describe, expect, it } from "vitest";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { Browser } from "../../support/site/browser.ts";
import { GateSite } from "../../support/site.ts";

const AUTHORIZATION = `Session ${btoa("anna:3:ffff")}`;

/** Tryton as the gate meets it: `model.res.user.read` says who it is, everything else is answered by its method. */
function trytonSite(): GateSite {
  const site = new GateSite({}, loadPreset("tryton"));
  const user = { id: 3, login: "anna", name: "Anna Berg", email: null, active: 1, "groups.": [{ rec_name: "Sales" }] };
  site.crm.pages.set("/dunmore/", ({ body, headers }) => {
    const { id, method } = JSON.parse(body) as { id: number; method: string };
    if (headers.get("authorization") !== AUTHORIZATION) return new Response(null, { status: 401 });
    return Response.json({ id, result: method === "model.res.user.read" ? [user] : method });
  });
  return site;
}

const call = (browser: Browser, method: string, path = "/dunmore/", authorization: string | null = AUTHORIZATION) => {
  const body = JSON.stringify({ id: 41, method, params: [] });
  return browser.ask(path, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "content-length": String(body.length),
      "sec-fetch-mode": "cors",
      ...(authorization === null ? {} : { authorization }),
    },
  });
};

describe("Tryton behind the gate", () => {
  it("[G2] its page, its files and what its login needs pass without a seat", async () => {
    const site = trytonSite();
    site.tenant.refuse();
    const browser = new Browser(site, {});
    for (const path of ["/", "/dist/tryton-sao.min.js", "/locale/de.json"])
      expect((await browser.navigate(path)).status).toBe(200);
    expect((await call(browser, "common.db.list", "/")).status).toBe(200);
    for (const method of ["common.db.login", "common.server.version", "common.db.list"]) {
      expect(await (await call(browser, method)).json()).toEqual({ id: 41, result: method });
    }
    expect((await call(browser, "common.db.login", "/dunmore/", null)).status).toBe(401);
    expect(site.tenant.claims).toEqual([]);
  });

  it("[G4] the first call of a session claims, the next ones show the pass", async () => {
    const site = trytonSite();
    const browser = new Browser(site, {});
    for (let count = 0; count < 3; count++) {
      expect(await (await call(browser, "model.res.user.get_preferences")).json()).toEqual({
        id: 41,
        result: "model.res.user.get_preferences",
      });
    }
    expect(site.tenant.claims).toHaveLength(1);
    expect(site.tenant.claims[0]).toMatchObject({
      person: { id: "3", name: "Anna Berg" },
      act: "background",
      active: true,
    });
  });

  it("[G3] the pass is nothing beside another header", async () => {
    const site = trytonSite();
    const browser = new Browser(site, {});
    await call(browser, "model.party.party.read");
    const answer = await call(browser, "model.party.party.read", "/dunmore/", `Session ${btoa("anna:3:eeee")}`);
    expect(answer.status).toBe(401);
    expect(site.tenant.claims).toHaveLength(1);
  });

  it("[G5] refusals have Tryton's own shape and the request's id, its bus a status that it backs off from", async () => {
    const site = trytonSite();
    site.tenant.refuse();
    const browser = new Browser(site, {});
    const answer = await call(browser, "model.party.party.read");
    expect([answer.status, answer.headers.get("x-hotseat-refused")]).toEqual([200, "limit_reached"]);
    expect(await answer.json()).toEqual({
      id: 41,
      error: [
        "UserError",
        ["No available licenses, please contact IT", expect.stringContaining("All licences are in use"), null],
      ],
    });
    const bus = await call(browser, "", "/dunmore/bus");
    expect([bus.status, bus.headers.get("retry-after")]).toEqual([503, "5"]);
    const upload = await browser.ask("/dunmore/", {
      method: "POST",
      body: "x".repeat(20_000),
      headers: { authorization: AUTHORIZATION, "content-type": "application/json", "content-length": "20000" },
    });
    expect(await upload.json()).toMatchObject({ id: 0 });
    expect(site.crm.asked.map(({ body }) => JSON.parse(body).method)).toEqual(["model.res.user.read"]);
  });

  it("[G8] waiting on the bus is no activity", async () => {
    const site = trytonSite();
    await call(new Browser(site, {}), "", "/dunmore/bus");
    expect(site.tenant.claims).toMatchObject([{ active: false }]);
  });

  it("logout is seen in the body, is never refused and ends the lease", async () => {
    const site = trytonSite();
    const browser = new Browser(site, {});
    await call(browser, "model.party.party.read");
    site.tenant.refuse();
    expect(await (await call(browser, "common.db.logout")).json()).toEqual({ id: 41, result: "common.db.logout" });
    expect(site.tenant.signOuts).toEqual([{ holder: "3", session: site.tenant.claims[0]?.session }]);
    expect([...browser.cookies.keys()]).toEqual(["__Host-hotseat-receipt"]);
  });

  it.each(["Basic YW5uYTpzZWNyZXQ=", "Session", "session %%", "Bearer x"])(
    "%j gets nobody past the gate",
    async (authorization) => {
      const site = trytonSite();
      const answer = await call(new Browser(site, {}), "model.party.party.read", "/dunmore/", authorization);
      expect(answer.status).toBe(503);
      expect(site.crm.asked).toEqual([]);
      expect(site.tenant.claims).toEqual([]);
    },
  );
});
