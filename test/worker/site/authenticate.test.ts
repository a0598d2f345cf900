/** [I2] [I8] Who asks at Hotseat's own addresses, where the browser shows sessions in more than one way. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createIdentitySource } from "../../../worker/identity/identity-source.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import type { Person } from "../../../worker/ledger/person.ts";
import { readIdentityCookie } from "../../../worker/pass/identity-cookie.ts";
import { createConfirmCaller, createReadCaller } from "../../../worker/site/authenticate.ts";
import { Browser, SITE } from "../../support/site/browser.ts";
import { GateSite } from "../../support/site.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

/** Frank is a licence manager, Anna a user. */
const PEOPLE: Record<string, { id: string; role: string }> = {
  anna: { id: "u1", role: "sales" },
  frank: { id: "u6", role: "accounts" },
};

/** A CRM that takes a session from one cookie, else from another, else from a header, and says who is behind a value. */
function open() {
  const preset = structuredClone(loadPreset("demo"));
  const capture = "(?<value>.+)";
  preset.carriers = [
    [{ cookie: "desk", capture }],
    [{ cookie: "larch_session", capture }],
    [{ header: "x-larch", capture }],
  ];
  const [step] = preset.identity.steps;
  if (step !== undefined) step.headers = { "x-asked": "{value}" };
  const people = new Map(Object.entries(PEOPLE));
  const questions: string[] = [];
  let setByQuestion: string | null = null;
  const renew = (line: string) => {
    setByQuestion = line;
  };
  const fetchCrm = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const { url, headers } = new Request(input, init);
    if (new URL(url).pathname === "/api/me") {
      const login = headers.get("x-asked") ?? "";
      questions.push(login);
      const person = people.get(login);
      if (person === undefined) return new Response("", { status: 401 });
      const headersOut = setByQuestion === null ? {} : { "set-cookie": setByQuestion };
      return Response.json({ ...person, login, name: login, active: true }, { headers: headersOut });
    }
    const cookie = headers.get("cookie") ?? "";
    const shown = [/\bdesk=(\w+)/.exec(cookie)?.[1], /larch_session=(\w+)/.exec(cookie)?.[1], headers.get("x-larch")];
    return new Response(`data of ${shown.find((login) => people.has(login ?? "")) ?? "nobody"}`);
  };
  const site = new GateSite({}, preset, fetchCrm as typeof fetch);
  const { config } = site;
  const now = () => site.time;
  const ports = { ask: (url: string, init: RequestInit) => fetchCrm(url, init), fetchKeys: fetch, now };
  const source = createIdentitySource(config, preset, ports);
  const tenant = { judge: async (person: Person) => person };
  const readCaller = createReadCaller(config, source, now);
  const confirmCaller = createConfirmCaller(config, source, tenant, now);
  /** Who asks at an own address, and in which session; with the role that the CRM confirms. */
  const ask = async ({ cookies }: Browser) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const request = new Request(`${SITE}/.hotseat/admin`, { headers: { cookie } });
    const caller = await readCaller(request);
    const confirmed = await confirmCaller(request, caller);
    return confirmed === null ? null : { name: confirmed.person.name, role: confirmed.person.role, caller };
  };
  return {
    site,
    people,
    ask,
    renew,
    questions,
    browser: (cookies: Record<string, string>) => new Browser(site, cookies),
  };
}

const FRANK = { name: "frank", role: "licence_manager" };

describe("[G2.29] a session beside one that is nobody's", () => {
  it("is the person's at Hotseat's own addresses as at the gate", async () => {
    const { site, ask, browser } = open();
    const frank = browser({ desk: "gone", larch_session: "frank" });
    expect(await ask(frank)).toMatchObject(FRANK);
    expect(await (await frank.poll("/api/deals")).text()).toBe("data of frank");
    const found = await ask(frank);
    expect(found).toMatchObject(FRANK);
    expect(found?.caller?.session).toBe(site.tenant.claims.at(-1)?.session);
  });

  it("is asked about no more often than the first is remembered to be nobody's", async () => {
    const { site, ask, browser, questions } = open();
    const anna = browser({ desk: "gone", larch_session: "anna" });
    await anna.poll("/api/deals");
    questions.length = 0;
    for (let count = 0; count < 5; count++) expect(await ask(anna)).toMatchObject({ name: "anna" });
    expect(questions).toEqual(["gone"]);
    // The first is somebody's by now: nothing that was known before hides it.
    anna.cookies.set("desk", "frank");
    expect(await ask(anna)).toMatchObject(FRANK);
    expect(site.tenant.claims).toHaveLength(1);
  });

  it("in a header, which no own address is shown, counts by the identity cookie", async () => {
    const { ask, browser } = open();
    const frank = browser({ desk: "gone" });
    const headers = { "sec-fetch-mode": "cors", "x-larch": "frank" };
    expect(await (await frank.ask("/api/deals", { headers })).text()).toBe("data of frank");
    expect(await ask(frank)).toMatchObject(FRANK);
  });

  it("goes on by what the CRM sets when it is asked, and the other stays nobody's", async () => {
    const { site, ask, browser, renew } = open();
    renew("larch_session=frank; Path=/");
    const frank = browser({ desk: "gone", larch_session: "frank" });
    await frank.poll("/api/deals");
    expect((await ask(frank))?.caller?.session).toBe(site.tenant.claims.at(-1)?.session);
    const who = await readIdentityCookie(
      site.config,
      `__Host-hotseat-who=${frank.cookies.get("__Host-hotseat-who")}`,
      site.time,
    );
    expect([who?.session, who?.values]).toEqual([site.tenant.claims.at(-1)?.session, undefined]);
    frank.cookies.delete("__Host-hotseat-who");
    const [, line = ""] = (await ask(frank))?.caller?.setCookies ?? [];
    expect(await readIdentityCookie(site.config, line.split(";")[0] ?? "", site.time)).toMatchObject({
      session: who?.session,
    });
    expect((await readIdentityCookie(site.config, line.split(";")[0] ?? "", site.time))?.values).toBeUndefined();
  });

  it("is nobody's where all are", async () => {
    const { ask, browser } = open();
    expect(await ask(browser({ desk: "gone", larch_session: "gone" }))).toBeNull();
  });

  it("[I8] that has ended since gives no rights any more, whatever the other says", async () => {
    const { site, people, ask, browser } = open();
    const frank = browser({ desk: "gone", larch_session: "frank" });
    await frank.poll("/api/deals");
    expect(await ask(frank)).toMatchObject(FRANK);
    people.delete("frank");
    site.time += 61_000;
    expect(await ask(frank)).toBeNull();
  });
});
