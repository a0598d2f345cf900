/** [G2] [L9] Another person's key beside a session: the person whom the CRM would answer is the one who has the seat. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { TIMING } from "../../../../shared/timing.ts";
import type { Preset } from "../../../../worker/identity/preset/preset-schema.ts";
import { loadPreset } from "../../../../worker/identity/preset/presets.ts";
import { Browser } from "../../../support/site/browser.ts";
import { CRM_ORIGIN } from "../../../support/site/page-crm.ts";
import { GateSite } from "../../../support/site.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const LOGINS = ["anna", "frank"];
const nameIn = (text: string): string | null => LOGINS.find((login) => text.includes(login)) ?? null;

/** How a CRM takes what is shown beside its session. */
interface Taste {
  /** Where keys are taken: at every address, at those of data alone, or in place of no session. */
  keys: "everywhere" | "data" | "without a session";
}

/** A CRM that takes keys of many kinds; the login stands in each. */
function openKeyed({ keys }: Taste, change: (preset: Preset) => void = () => undefined) {
  const preset = structuredClone(loadPreset("demo"));
  change(preset);
  const asked: { url: URL; headers: Headers }[] = [];
  const questions: Headers[] = [];
  const keyOf = ({ url, headers }: Request): string | null => {
    const { pathname, search } = new URL(url);
    const [own = "", ...values] = [...headers].map(([name, value]) =>
      ["cookie", "host", "user-agent"].includes(name) ? "" : value,
    );
    return nameIn(`${search} ${pathname} ${own} ${values.join(" ")}`);
  };
  const fetchCrm = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const session = /larch_session=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? null;
    const isQuestion = url.pathname === "/api/me";
    const key = keys === "data" && isQuestion ? null : keyOf(request);
    const login = keys === "without a session" ? (session ?? key) : (key ?? session);
    if (!isQuestion) asked.push({ url, headers: request.headers });
    else questions.push(request.headers);
    if (login === null || !LOGINS.includes(login)) return new Response("", { status: 401 });
    if (!isQuestion) return new Response(`data of ${login}`);
    return Response.json({ id: login, login, name: login, role: "sales", active: true });
  };
  const site = new GateSite({}, preset, fetchCrm as typeof fetch);
  const get = (browser: Browser, path: string, headers: Record<string, string> = {}) =>
    browser.ask(path, { headers: { "sec-fetch-mode": "cors", ...headers } });
  return { site, asked, questions, get, anna: site.browser("anna") };
}

const KEYS: readonly [string, string, Record<string, string>][] = [
  ["HTTP Basic", "/api/contacts", { authorization: "Basic frank" }],
  ["two in one header", "/api/contacts", { authorization: "Bearer x, Bearer frank" }],
  ["a header of an older standard", "/api/contacts", { "x-http-authorization": "Bearer frank" }],
  ["a header of nearly that name", "/api/contacts", { authentication: "frank" }],
  ["an API key", "/api/contacts", { "x-api-key": "frank" }],
  ["one without an x", "/api/contacts", { "api-key": "frank" }],
  ["a token", "/api/contacts", { "x-auth-token": "frank" }],
  ["a session in a header", "/api/contacts", { "x-openerp-session-id": "frank" }],
  ["what a proxy would say", "/api/contacts", { "x-authenticated-user-email": "frank@larch.example" }],
  ["older cookies", "/api/contacts", { cookie2: "larch_session=frank" }],
  ["a WebSocket's subprotocol", "/socket", { "sec-websocket-protocol": "bearer, frank" }],
  ["a key in the address", "/api/contacts?api_key=frank&page=2", {}],
  ["a token in the address", "/api/contacts?access_token=frank", {}],
  ["a session in the address", "/api/contacts?PHPSESSID=frank", {}],
  ["a session in the path", "/api/contacts;jsessionid=frank", {}],
  ["the session's own name in the address", "/api/contacts?page=2&larch_session=frank", {}],
  ["that name as PHP reads it", "/api/contacts?larch.session=frank", {}],
  ["that name encoded", "/api/contacts?%4Carch_%73ession=frank", {}],
  ["that name in the path", "/api/contacts;larch_session=frank", {}],
  ["a client's certificate", "/api/contacts", { "x-ssl-client-cert": "frank" }],
  ["whose certificate it is", "/api/contacts", { "x-ssl-client-s-dn": "CN=frank" }],
  ["a certificate as Envoy tells it", "/api/contacts", { "x-forwarded-client-cert": 'Subject="CN=frank"' }],
  ["Azure's principal", "/api/contacts", { "x-ms-client-principal-name": "frank" }],
  ["a balancer's token", "/api/contacts", { "x-amzn-oidc-data": "frank" }],
  ["Pomerium's assertion", "/api/contacts", { "x-pomerium-jwt-assertion": "frank" }],
  ["the name that oauth2-proxy tells", "/api/contacts", { "x-forwarded-preferred-username": "frank" }],
  ["Kong's consumer", "/api/contacts", { "x-consumer-username": "frank" }],
  ["what a sign-in in front says of a person", "/api/contacts", { "x-userinfo": "frank" }],
  ["a person to act for", "/api/contacts", { "x-effective-user": "frank" }],
  ["a person to sign in as", "/api/contacts", { "x-login-as": "frank" }],
  ["in whose name Dynamics acts", "/api/contacts", { mscrmcallerid: "frank" }],
];

describe.each<Taste>([{ keys: "everywhere" }, { keys: "data" }, { keys: "without a session" }])(
  "[G2] [L9] before a CRM that takes keys: $keys",
  (taste) => {
    it.each(KEYS)("%s of somebody else's shows nothing of theirs", async (_, path, headers) => {
      const { site, get, anna } = openKeyed(taste);
      expect(await (await get(anna, "/api/deals")).text()).toBe("data of anna");
      // By a live pass, by one that is renewed, and by none.
      for (const later of [0, 24_000, 400_000]) {
        site.time += later;
        const answer = await get(anna, path, headers);
        expect([later, (await answer.text()).includes("data of frank")]).toEqual([later, false]);
      }
      expect(site.tenant.claims.map(({ person }) => person.id)).not.toContain("frank");
    });

    it.each(KEYS)("%s makes nobody's session another person's", async (_, path, headers) => {
      const { site, get, anna } = openKeyed(taste);
      await get(anna, path, headers);
      await get(anna, "/api/deals");
      expect(new Set(site.tenant.claims.map(({ person }) => person.id))).toEqual(new Set(["anna"]));
    });
  },
);

describe("[G2] a person's own key beside the session", () => {
  it("goes on where the CRM knows the person by it, and is asked about once in a while", async () => {
    const { asked, questions, get, anna, site } = openKeyed({ keys: "everywhere" });
    await get(anna, "/api/deals");
    await Promise.all([1, 2, 3].map(() => get(anna, "/api/contacts?page=2", { authorization: "Bearer anna" })));
    const shown = () => asked.slice(1).map(({ headers }) => headers.get("authorization"));
    expect(shown()).toEqual(["Bearer anna", "Bearer anna", "Bearer anna"]);
    const before = questions.length;
    for (let count = 0; count < 12; count++) await get(anna, "/api/contacts", { authorization: "Bearer anna" });
    // Each isolate asks for itself.
    expect(questions.length - before).toBeLessThanOrEqual(4);
    const { length } = asked;
    site.time += 400_000;
    await get(anna, "/api/contacts?api_key=anna&session_id=anna");
    expect(asked.slice(length).map(({ url }) => url.search)).toEqual(["?api_key=anna&session_id=anna"]);
  });

  it("is asked about by itself: neither the session goes along nor what else the request shows", async () => {
    const { questions, get, anna } = openKeyed({ keys: "everywhere" });
    await get(anna, "/api/deals");
    questions.length = 0;
    await get(anna, "/api/contacts", { authorization: "Bearer anna", "x-larch-view": "7" });
    expect(questions.map((headers) => [headers.get("cookie"), headers.get("x-larch-view")])).toEqual([[null, null]]);
  });

  it("stays behind where the CRM does not say whose it is, and the request goes on", async () => {
    const { asked, get, anna } = openKeyed({ keys: "data" });
    await get(anna, "/api/deals");
    const answer = await get(anna, "/api/contacts?page=2&api_key=k", {
      authorization: "Bearer k",
      "x-larch-view": "7",
    });
    expect([answer.status, await answer.text()]).toEqual([200, "data of anna"]);
    const { url, headers } = asked.at(-1) ?? { url: new URL(CRM_ORIGIN), headers: new Headers() };
    expect([url.search, headers.get("authorization"), headers.get("x-larch-view")]).toEqual(["?page=2", null, "7"]);
  });

  it("costs the CRM a bounded number of questions, whatever is made up", async () => {
    const { questions, get, anna } = openKeyed({ keys: "data" });
    await get(anna, "/api/deals");
    questions.length = 0;
    for (let count = 0; count < 200; count++) await get(anna, "/api/contacts", { "x-api-key": `made up ${count}` });
    expect(questions.length).toBeLessThanOrEqual(100);
  });
});

describe("[G2] beside a session nothing else is touched", () => {
  it.each<[string, Record<string, string>]>([
    ["/api/contacts?page=2", { "x-csrf-token": "t", "x-xsrf-token": "t", requestverificationtoken: "t" }],
    ["/api/contacts?session=morning", {}],
    ["/api/contacts?token=t&key=k&auth=a", { "x-another-user": "anna", "x-larch-view": "7" }],
    ["/api/contacts/(draft)/a;v=1", { "x-requested-with": "XMLHttpRequest", "accept-language": "de" }],
    ["/socket", { "sec-websocket-protocol": "graphql-ws, v1.larch" }],
  ])("%s with %j", async (path, headers) => {
    const { asked, questions, get, anna } = openKeyed({ keys: "without a session" });
    await get(anna, "/api/deals");
    questions.length = 0;
    expect((await get(anna, path, headers)).status).toBe(200);
    const sent = asked.at(-1);
    expect(`${sent?.url.pathname}${sent?.url.search}`).toBe(path);
    for (const [name, value] of Object.entries(headers)) expect([name, sent?.headers.get(name)]).toEqual([name, value]);
    expect(questions.length).toBe(path.includes("session") ? 1 : 0);
  });
});

describe("[G2] sessions that the preset knows in headers", () => {
  const inBoth = ({ carriers }: Preset): void => void carriers.push([{ header: "larch-session" }]);

  it("of two people at once count as the person's who has the seat", async () => {
    for (const keys of ["everywhere", "without a session"] as const) {
      const { site, get, anna } = openKeyed({ keys }, inBoth);
      for (const headers of [{ "larch-session": "frank" }, {}]) {
        expect([keys, await (await get(anna, "/api/deals", headers)).text()]).toEqual([keys, "data of anna"]);
      }
      expect(new Set(site.tenant.claims.map(({ person }) => person.id))).toEqual(new Set(["anna"]));
    }
  });

  it("go along where both are one person's, by one question more", async () => {
    const { asked, questions, get, anna } = openKeyed({ keys: "everywhere" }, inBoth);
    await get(anna, "/api/deals");
    const before = questions.length;
    await get(anna, "/api/deals", { "larch-session": "anna" });
    expect(asked.at(-1)?.headers.get("larch-session")).toBe("anna");
    expect(questions.length - before).toBe(1);
  });

  it("a header that each question forwards belongs to the session", async () => {
    const { asked, get, site } = openKeyed({ keys: "everywhere" }, ({ identity }) => {
      for (const step of identity.steps) step.forward = ["x-larch-token"];
    });
    const anna = new Browser(site, { larch_session: "anna" });
    await get(anna, "/api/deals", { "x-larch-token": "anna" });
    await get(anna, "/api/deals", { "x-larch-token": "anna" });
    expect(asked.map(({ headers }) => headers.get("x-larch-token"))).toEqual(["anna", "anna"]);
    // The CRM takes it for Frank, so it is Frank who asks for a seat.
    await get(anna, "/api/deals", { "x-larch-token": "frank" });
    expect(site.tenant.claims.at(-1)?.person.id).toBe("frank");
  });
});

describe("[G9] [L9] a remembered sign-in of somebody else's beside a session", () => {
  it.each([
    ["that needs no seat", { id: "p1", login: "pia", name: "Pia", role: "portal", active: true }],
    ["of somebody with a seat", { id: "p1", login: "pia", name: "Pia", role: "sales", active: true }],
  ])("%s shows nothing of theirs when the session dies", async (_, pia) => {
    const preset = structuredClone(loadPreset("demo"));
    preset.identity.exemptWhen = [{ step: 0, pointer: "/role", equals: "portal" }];
    const site = new GateSite({}, preset);
    site.crm.people.set("pia", pia);
    const browser = new Browser(site, { larch_session: "pia", remember_me: "frank" });
    for (let count = 0; count < 4; count++) expect((await browser.poll("/api/contacts")).status).toBe(200);
    site.crm.people.delete("pia");
    site.crm.pages.set("/api/contacts", () => {
      const headers = { "set-cookie": "larch_session=frank; Path=/" };
      return new Response("contacts of frank", { headers });
    });
    site.tenant.refuse();
    const answer = await browser.poll("/api/contacts");
    expect([answer.headers.get("x-hotseat-refused"), (await answer.text()).includes("frank")]).toEqual([
      "limit_reached",
      false,
    ]);
  });

  it("costs no question where the CRM renews the value of whoever reads", async () => {
    const site = new GateSite();
    const renewed = (login: string) => {
      let count = 0;
      return () => {
        const value = `${login}-${++count}`;
        site.crm.people.set(value, site.crm.people.get(login) ?? {});
        return new Response("page", { headers: { "set-cookie": `larch_session=${value}; Path=/` } });
      };
    };
    site.crm.pages.set("/api/contacts", renewed("anna"));
    const anna = new Browser(site, { larch_session: "anna", _ga: "GA1.2" });
    for (let count = 0; count < 8; count++) await anna.poll("/api/contacts");
    const before = site.crm.questions;
    for (let count = 0; count < 8; count++) expect((await anna.poll("/api/contacts")).status).toBe(200);
    expect(site.crm.questions).toBe(before);
  });
});

describe("[G9] [L9] another value of the session that the CRM does not say anything of", () => {
  const openSaving = (answer: () => Response, timing: Partial<typeof TIMING> = {}) => {
    const site = new GateSite({ timing: { ...TIMING, ...timing } });
    const people = site.crm.people;
    people.set("anna-2", people.get("anna") ?? {});
    site.crm.pages.set("/save", answer);
    const anna = site.browser("anna");
    const save = () => anna.ask("/save", { method: "POST", body: "x", headers: { "sec-fetch-mode": "cors" } });
    /** Says who somebody is, from the `nth` question about the new value on. */
    const silent = (nth: number): void => {
      let count = 0;
      site.crm.pages.set("/api/me", ({ headers }) => {
        const session = /larch_session=([^;]*)/.exec(headers.get("cookie") ?? "")?.[1] ?? "";
        if (session === "anna-2" && ++count < nth) return new Response("", { status: 502 });
        return Response.json(people.get(session) ?? {}, { status: people.has(session) ? 200 : 401 });
      });
    };
    return { site, anna, save, silent };
  };
  const NEW = { "set-cookie": "larch_session=anna-2; Path=/" };

  it("holds a page back, and lets the person on as soon as the CRM says who it is", async () => {
    const { anna, save, silent } = openSaving(() => new Response("a page of somebody", { headers: NEW }));
    await anna.navigate("/contacts");
    silent(Number.POSITIVE_INFINITY);
    const held = await save();
    expect([held.status, (await held.text()).includes("a page of somebody")]).toEqual([503, false]);
    expect(anna.cookies.get("larch_session")).toBe("anna-2");
    expect((await anna.poll("/api/contacts")).status).toBe(503);
    silent(1);
    expect((await anna.poll("/api/contacts")).status).toBe(200);
  });

  it("is asked about once more, so that one hiccup costs the person nothing", async () => {
    const { anna, save, silent } = openSaving(() => new Response("a page of anna", { headers: NEW }));
    await anna.navigate("/contacts");
    silent(2);
    expect(await (await save()).text()).toBe("a page of anna");
    expect((await anna.poll("/api/contacts")).status).toBe(200);
  });

  it("lets a redirect leave, which shows nothing, without what would admit", async () => {
    const moved = { status: 303, headers: { ...NEW, location: "/contacts" } };
    const { anna, save, silent } = openSaving(() => new Response(null, moved));
    await anna.navigate("/contacts");
    silent(Number.POSITIVE_INFINITY);
    const answer = await save();
    expect([answer.status, answer.headers.getSetCookie()]).toEqual([303, [NEW["set-cookie"]]]);
    expect((await anna.poll("/api/contacts")).status).toBe(503);
    silent(1);
    expect((await anna.poll("/api/contacts")).status).toBe(200);
  });

  it("is asked about while its answer is still being written, which holds PHP's lock on the session", async () => {
    const written = Promise.withResolvers<void>();
    const whole = 40;
    const { site, anna, save } = openSaving(
      () => {
        let pieces = 0;
        const body = new ReadableStream<Uint8Array>(
          {
            pull(controller) {
              controller.enqueue(new Uint8Array(8_192).fill(97));
              if (++pieces < whole) return;
              controller.close();
              written.resolve();
            },
          },
          { highWaterMark: 0 },
        );
        return new Response(body, { headers: NEW });
      },
      { identityTimeoutMs: 2_000 },
    );
    await anna.navigate("/contacts");
    const { people } = site.crm;
    site.crm.pages.set("/api/me", async () => {
      await written.promise;
      return Response.json(people.get("anna"));
    });
    const answer = await save();
    expect([answer.status, (await answer.text()).length]).toEqual([200, whole * 8_192]);
  });
});
