import { afterEach, expect, test, vi } from "vitest";
import { ProblemBody } from "../../../shared/problem.ts";
import { API, API_PATH, type ApiName, Status } from "../../../shared/protocol.ts";
import { BYE_PATH } from "../../../shared/reserved-path.ts";
import { isForgotten, readBinding } from "../../../worker/pass/browser-binding.ts";
import { readPass } from "../../../worker/pass/pass.ts";
import { letGo } from "../../../worker/pass/receipt.ts";
import refused from "../../fixtures/wire/requests-refused.json" with { type: "json" };
import taken from "../../fixtures/wire/requests-taken.json" with { type: "json" };
import { EXTENSION, SITE } from "../../support/site/browser.ts";
import {
  config,
  otherSecret,
  otherTenant,
  pair,
  passCookies,
  person,
  SESSION,
  whoCookie,
} from "../../support/site/signed-cookies.ts";
import { SEATED, UNSEATED } from "../../support/site/tenant-answers.ts";
import { openSite, type Site } from "../../support/site.ts";
import { stayInOneIsolate } from "../harsh/isolates.ts";

const CLIENT = "client-0001";
const TAB = "tab-00000001";
const BODIES: Record<ApiName, unknown> = {
  status: null,
  heartbeat: { client: CLIENT, seq: 1, tabs: [{ id: TAB, activeAgeMs: 500 }] },
  bye: { client: CLIENT, tab: TAB },
  release: {},
  claim: { act: "button" },
  "hand-back": {},
  wait: {},
  leave: {},
  nudge: {},
  "answer-nudge": { keep: true },
  "hand-over": { to: "ben" },
  request: { count: 1, note: "Month end" },
};
const NAMES = Object.keys(API) as ApiName[];
const POSTS = NAMES.filter((name) => API[name].method === "POST");

const ask = (
  site: Site,
  name: ApiName,
  cookie: string,
  headers: Record<string, string> = {},
  body: unknown = BODIES[name],
) => {
  const { method } = API[name];
  const common = { cookie, origin: SITE, ...headers };
  return method === "GET"
    ? site.ask(API_PATH + name, { headers: common })
    : site.ask(API_PATH + name, {
        method,
        headers: { "content-type": "application/json", ...common },
        body: JSON.stringify(body),
      });
};

const problem = async (response: Response) => {
  expect(response.headers.get("content-type")).toBe("application/problem+json");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const body = ProblemBody.parse(await response.json());
  expect(body.status).toBe(response.status);
  return body;
};

afterEach(() => {
  vi.restoreAllMocks();
});

test.each(NAMES)("[P4] %s answers with the person's status, which nothing stores", async (name) => {
  const site = openSite();
  const response = await ask(site, name, await whoCookie());
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(Status.parse(await response.json())).toEqual(SEATED);
});

test("[P4] each address asks the tenant its own question, for the person of the identity cookie", async () => {
  const site = openSite();
  const identifiedAt = Date.now() - 5_000;
  const cookie = await whoCookie("user", { identifiedAt });
  const caller = { person: person(), session: SESSION, identifiedAt };
  for (const [name, call, args] of [
    ["status", "status", []],
    ["heartbeat", "heartbeat", [BODIES.heartbeat]],
    ["bye", "bye", [CLIENT, TAB]],
    ["release", "release", [null, null]],
    ["hand-back", "status", []],
    ["wait", "wait", []],
    ["leave", "leave", []],
  ] as const) {
    site.tenant.asked.length = 0;
    await ask(site, name, cookie);
    expect(site.tenant.only(call)).toEqual([caller, ...args]);
  }
});

test.each(POSTS)("[P2] %s is taken from the same origin and from extensions, and from nowhere else", async (name) => {
  const site = openSite();
  const cookie = await whoCookie();
  const statusFrom = async (headers: Record<string, string>, drop = false) => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json", cookie, ...(drop ? {} : { origin: SITE }), ...headers },
      body: JSON.stringify(BODIES[name]),
    };
    return (await site.ask(API_PATH + name, init)).status;
  };
  expect(await statusFrom({})).toBe(200);
  expect(await statusFrom({ origin: EXTENSION })).toBe(200);
  expect(await statusFrom({ origin: "moz-extension://0b4f3c1e-6a52-4a3c-9c1e-3f1d2e0a7b11" })).toBe(200);
  // No Origin, or "null" by a page's referrer policy: the browser's own word on the site decides.
  expect(await statusFrom({ "sec-fetch-site": "same-origin" }, true)).toBe(200);
  expect(await statusFrom({ "sec-fetch-site": "none" }, true)).toBe(200);
  expect(await statusFrom({ origin: "null", "sec-fetch-site": "same-origin" })).toBe(200);
  const asked = site.tenant.asked.length;
  for (const [headers, drop] of [
    [{ origin: "https://evil.example" }],
    [{ origin: "http://crm.acme.example" }],
    [{ origin: `${SITE}.evil.example` }],
    [{ origin: `${SITE}:8443` }],
    [{ origin: "null" }],
    [{ origin: "null", "sec-fetch-site": "cross-site" }],
    [{ origin: "https://evil.example", "sec-fetch-site": "same-origin" }],
    [{ origin: "chrome-extension://" }],
    [{ origin: "https://chrome-extension.example" }],
    [{}, true],
    [{ "sec-fetch-site": "same-site" }, true],
    [{ "sec-fetch-site": "cross-site" }, true],
  ] as [Record<string, string>, boolean?][]) {
    expect([headers, await statusFrom(headers, drop)]).toEqual([headers, 403]);
  }
  expect(site.tenant.asked.length).toBe(asked);
});

test("[P2] status changes nothing, so it is answered also where a GET has no Origin", async () => {
  const site = openSite();
  expect((await site.ask(`${API_PATH}status`, { headers: { cookie: await whoCookie() } })).status).toBe(200);
});

test.each(NAMES)("%s takes one method and says which", async (name) => {
  const site = openSite();
  const headers = { cookie: await whoCookie(), origin: SITE };
  for (const method of ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"]) {
    if (method === API[name].method) continue;
    const response = await site.ask(API_PATH + name, { method, headers });
    expect([method, response.status]).toEqual([method, 405]);
    expect(response.headers.get("allow")).toBe(API[name].method === "GET" ? "GET, HEAD" : "POST");
    expect((await problem(response)).code).toBe("wrong_method");
  }
  expect(site.tenant.asked).toEqual([]);
});

test.each(NAMES)("[I2] %s is for nobody without an identity cookie that counts", async (name) => {
  const site = openSite();
  const genuine = await whoCookie();
  const [key = "", token = ""] = genuine.split("=");
  const { cookie: pass } = await passCookies();
  const old = Date.now() - 13 * 3_600_000;
  for (const [what, cookie] of [
    ["none", ""],
    ["empty", `${key}=`],
    ["of another tenant", await whoCookie("support", { by: otherTenant })],
    ["signed with another secret", await whoCookie("support", { by: otherSecret })],
    ["expired", await whoCookie("user", { identifiedAt: old })],
    ["truncated", genuine.slice(0, -1)],
    ["half", genuine.slice(0, genuine.length / 2)],
    ["changed", `${key}=${token.startsWith("A") ? "B" : "A"}${token.slice(1)}`],
    ["longer", `${genuine}A`],
    ["twice", `${genuine}; ${genuine}`],
    ["a pass in its place", `${key}=${pair(pass).slice(pass.indexOf("=") + 1)}`],
    ["huge", `${key}=${"A".repeat(20_000)}`],
    ["no base64", `${key}=%%%.%%%`],
    ["in another CRM session", `${genuine}; larch_session=two`],
  ] as const) {
    const response = await ask(site, name, cookie);
    expect([what, response.status]).toEqual([what, 401]);
    expect((await problem(response)).code).toBe("signed_out");
    expect(response.headers.get("set-cookie")).toBeNull();
  }
  expect(site.tenant.asked).toEqual([]);
  expect((await ask(site, name, `${genuine}; larch_session=one`)).status).toBe(200);
});

test("[I2] an identity cookie that counted stops counting at its end, and as soon as the CRM's session is another", async () => {
  const site = openSite();
  const start = Date.now();
  const cookie = await whoCookie("user", { identifiedAt: start });
  const statusAt = async (at: number, more = "") => {
    vi.useFakeTimers({ now: at, toFake: ["Date"] });
    try {
      return (await ask(site, "status", cookie + more)).status;
    } finally {
      vi.useRealTimers();
    }
  };
  const end = start + config.timing.whoLifeMs;
  expect(await statusAt(end - 1)).toBe(200);
  expect(await statusAt(end - 1, "; larch_session=two")).toBe(401);
  expect(await statusAt(end)).toBe(401);
});

test.each(POSTS)("[P1] %s refuses what is no JSON message of its own, in the 400s, and asks nobody", async (name) => {
  const site = openSite();
  const cookie = await whoCookie();
  const send = (body: BodyInit | null, type: string | null = "application/json", extra = {}) =>
    site.ask(API_PATH + name, {
      method: "POST",
      headers: { cookie, origin: SITE, ...(type === null ? {} : { "content-type": type }), ...extra },
      body,
    });
  const good = JSON.stringify(BODIES[name]);
  for (const type of [
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    "multipart/form-data",
    "",
  ]) {
    const response = await send(new TextEncoder().encode(good), type);
    expect([type, response.status]).toEqual([type, 415]);
    expect((await problem(response)).code).toBe("wrong_content_type");
  }
  expect((await send(new TextEncoder().encode(good), null)).status).toBe(415);
  for (const body of [
    "",
    "{",
    "null",
    "[]",
    "17",
    '"text"',
    "{'client':1}",
    `${good}{}`,
    new Uint8Array([0xff, 0xfe, 0x7b]),
    "[".repeat(60_000),
    `{"${"x".repeat(60_000)}":1}`,
  ]) {
    const response = await send(body);
    const said = await problem(response);
    expect([String(body).slice(0, 20), response.status, said.code]).toEqual([
      String(body).slice(0, 20),
      400,
      "malformed",
    ]);
    expect(JSON.stringify(said).length).toBeLessThan(600);
  }
  const extra = await send(JSON.stringify({ ...(BODIES[name] as object), surprise: 1 }));
  expect(extra.status).toBe(400);
  expect(await problem(extra)).toMatchObject({ code: "malformed", field: "surprise" });
  const proto = await send(`{"__proto__":{"act":"button"},${good.slice(1)}`.replace(",}", "}"));
  expect(proto.status).toBe(400);
  expect(site.tenant.asked).toEqual([]);
  expect((await send(good, "application/json; charset=utf-8")).status).toBe(200);
});

test("[P1] more than 64 KiB is refused by its stated length and by what arrives", async () => {
  const site = openSite();
  const cookie = await whoCookie();
  const headers = { cookie, origin: SITE, "content-type": "application/json" };
  const padded = (length: number) => `{"act":"button"${" ".repeat(length - 16)}}`;
  expect((await site.ask(`${API_PATH}claim`, { method: "POST", headers, body: padded(65_536) })).status).toBe(200);
  site.tenant.asked.length = 0;
  const stated = await site.ask(`${API_PATH}claim`, { method: "POST", headers, body: padded(65_537) });
  expect((await problem(stated)).code).toBe("too_large");
  // In pieces without a stated length; the sender could go on for ever.
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent++;
      controller.enqueue(new TextEncoder().encode(" ".repeat(10_000)));
    },
  });
  const streamed = await site.ask(`${API_PATH}claim`, { method: "POST", headers, body: endless });
  expect((await problem(streamed)).code).toBe("too_large");
  expect(sent).toBeLessThan(20);
  const lied = await site.ask(`${API_PATH}claim`, {
    method: "POST",
    headers: { ...headers, "content-length": "10" },
    body: padded(70_000),
  });
  expect(lied.status).toBe(413);
  expect(site.tenant.asked).toEqual([]);
});

test.each(refused)("[P1] $address refuses $what, and names the place", async ({ address, body, field }) => {
  const site = openSite();
  const response = await site.ask(API_PATH + address, {
    method: "POST",
    headers: { cookie: await whoCookie(), origin: SITE, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const said = await problem(response);
  expect(said).toMatchObject({ status: 400, code: "malformed" });
  expect(said.field).toBe(field ?? undefined);
  expect(said.detail).toContain(field ?? "The message");
  expect(site.tenant.asked).toEqual([]);
});

test.each(taken)("[P1] $address takes $what", async ({ address, body }) => {
  const site = openSite();
  const response = await site.ask(API_PATH + address, {
    method: "POST",
    headers: { cookie: await whoCookie(), origin: SITE, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
});

test("[G3] [L9] a granted claim brings a pass, and the binding it is bound to, into the browser", async () => {
  const site = openSite();
  const until = Date.now() + 28_000;
  site.tenant.answerClaim = () => ({ granted: true, pass: { until }, exempt: false });
  const response = await ask(site, "claim", await whoCookie(), { origin: EXTENSION });
  const [bindingCookie = "", passCookie = ""] = response.headers.getSetCookie();
  expect(bindingCookie).toMatch(/^__Host-hotseat-jar=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  expect(passCookie).toMatch(/^__Host-hotseat-pass=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  const binding = readBinding(pair(bindingCookie));
  expect(site.tenant.asked[0]).toEqual({
    call: "claim",
    args: [
      {
        person: person(),
        session: SESSION,
        binding,
        act: "button",
        active: true,
        clientKind: "extension",
        isRemembered: true,
        identifiedAt: expect.any(Number),
      },
    ],
  });
  expect(await readPass(config, pair(passCookie))).toMatchObject({ holder: "anna", session: SESSION, binding, until });
  // A browser that has a binding keeps it.
  const again = await ask(site, "claim", `${await whoCookie()}; ${pair(bindingCookie)}`);
  expect(again.headers.getSetCookie()).toHaveLength(1);
  expect(await readPass(config, pair(again.headers.getSetCookie()[0] ?? ""))).toMatchObject({ binding });
});

test("[L9] a claim after a hand-back whose answer was lost is bound to a new binding", async () => {
  stayInOneIsolate("what is forgotten is each isolate's own; for others the receipt hands the binding back later");
  const site = openSite();
  const { cookie, binding } = await passCookies();
  const both = `${await whoCookie()}; ${cookie}`;
  await ask(site, "hand-back", both);
  const response = await ask(site, "claim", both);
  const [bindingCookie = "", passCookie = ""] = response.headers.getSetCookie();
  expect(readBinding(pair(bindingCookie))).not.toBeNull();
  expect(readBinding(pair(bindingCookie))).not.toBe(binding);
  expect(await readPass(config, pair(passCookie))).toMatchObject({ binding: readBinding(pair(bindingCookie)) });
});

test("[L2] a denied claim is an answer: 200, the reason, no pass", async () => {
  const site = openSite();
  const denied = { reason: "limit_reached" as const, limit: 2, inUse: 2, position: null, ended: null };
  site.tenant.answerClaim = () => ({ granted: false, denied });
  site.tenant.answer = { status: UNSEATED, letsGo: false };
  const response = await ask(site, "claim", await whoCookie());
  expect(response.status).toBe(200);
  expect(response.headers.get("set-cookie")).toBeNull();
  expect(Status.parse(await response.json())).toMatchObject({ state: "unseated", denied: "limit_reached" });
});

test("[L9] a seat that ended while it was claimed brings no pass", async () => {
  const site = openSite();
  site.tenant.answer = { status: UNSEATED, letsGo: false };
  const response = await ask(site, "claim", await whoCookie());
  expect(response.headers.get("set-cookie")).toBeNull();
});

/** What the browser has after an answer: its cookies, those taken away left out. */
function cookiesAfter(cookies: string, answer: Response): string {
  const kept = new Map(cookies.split("; ").map((one) => [one.slice(0, one.indexOf("=")), one]));
  for (const set of answer.headers.getSetCookie()) {
    const [one = ""] = set.split(";", 1);
    const name = one.slice(0, one.indexOf("="));
    if (/max-age=0/i.test(set)) kept.delete(name);
    else kept.set(name, one);
  }
  return [...kept.values()].join("; ");
}

const handedBack = (site: Site) => site.tenant.asked.filter(({ call }) => call === "handBack").map(({ args }) => args);

test("[L9] what an answer took away is handed back by the request that shows it, once", async () => {
  for (const name of ["release", "bye", "answer-nudge", "hand-back"] as const) {
    const site = openSite();
    const { cookie, binding } = await passCookies();
    const before = `${await whoCookie()}; ${cookie}`;
    site.tenant.answer = { status: UNSEATED, letsGo: true };
    const answer = await ask(site, name, before, {}, name === "answer-nudge" ? { keep: false } : undefined);
    expect([name, handedBack(site)]).toEqual([name, []]);
    const after = cookiesAfter(before, answer);
    // Whatever it asks for.
    const shown = await site.ask(`${API_PATH}status`, { headers: { cookie: after } });
    expect([name, handedBack(site)]).toEqual([name, [[person().id, binding, expect.any(Number)]]]);
    expect(cookiesAfter(after, shown)).not.toContain("hotseat-receipt");
  }
});

test("[L9] a goodbye whose answer nobody reads is redirected, so that the browser itself confirms it", async () => {
  const site = openSite();
  const { cookie, binding } = await passCookies();
  const before = `${await whoCookie()}; ${cookie}`;
  const say = (address: string) =>
    site.ask(address, {
      method: "POST",
      redirect: "manual",
      headers: { cookie: before, origin: SITE, "content-type": "application/json" },
      body: JSON.stringify(BODIES.bye),
    });
  // Other tabs are open: there is nothing to confirm.
  expect((await say(BYE_PATH)).status).toBe(200);
  site.tenant.answer = { status: UNSEATED, letsGo: true };
  expect((await say(`${API_PATH}bye`)).status).toBe(200);
  const led = await say(BYE_PATH);
  expect([led.status, led.headers.get("location")]).toEqual([303, `${API_PATH}status`]);
  const after = cookiesAfter(before, led);
  await site.ask(led.headers.get("location") ?? "", { headers: { cookie: after } });
  expect(handedBack(site)).toEqual([[person().id, binding, expect.any(Number)]]);
});

test("[L9] without a receipt of this tenant that still counts, or with the binding still there, nothing is handed back", async () => {
  const site = openSite();
  const who = await whoCookie();
  const { cookie, binding } = await passCookies();
  const before = `${who}; ${cookie}`;
  const after = cookiesAfter(before, await ask(site, "hand-back", before));
  const receipt = after.split("; ").find((one) => one.startsWith("__Host-hotseat-receipt=")) ?? "";
  site.tenant.asked.length = 0;
  const shows = async (cookies: string) => {
    await site.ask(`${API_PATH}status`, { headers: { cookie: cookies } });
    return handedBack(site).length;
  };
  // The answer is on its way, or the browser was restored with the cookies it had before.
  expect(await shows(`${before}; ${receipt}`)).toBe(0);
  expect(await shows(`${who}; ${receipt}x`)).toBe(0);
  const [, , foreign = ""] = await letGo(otherTenant, { holder: person().id, binding }, Date.now());
  const [, , old = ""] = await letGo(config, { holder: person().id, binding }, Date.now() - config.timing.passLifeMs);
  expect(await shows(`${who}; ${pair(foreign)}`)).toBe(0);
  expect(await shows(`${who}; ${pair(old)}`)).toBe(0);
  expect(await shows(`${who}; ${receipt}`)).toBe(1);
});

test("[L9] a hand-back that the tenant was not told of is told with the next request", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const site = openSite();
  const { cookie } = await passCookies();
  const before = `${await whoCookie()}; ${cookie}`;
  const after = cookiesAfter(before, await ask(site, "hand-back", before));
  site.tenant.broken = true;
  const failed = await site.ask(`${API_PATH}status`, { headers: { cookie: after } });
  site.tenant.broken = false;
  site.tenant.asked.length = 0;
  await site.ask(`${API_PATH}status`, { headers: { cookie: cookiesAfter(after, failed) } });
  expect(handedBack(site)).toHaveLength(1);
});

test("[L9] the binding that the browser shows is taken away and replaced by a receipt; a broken one is ignored", async () => {
  const site = openSite();
  const who = await whoCookie();
  const cookiesSet = async (cookie: string) => {
    const answer = await ask(site, "hand-back", `${who}; ${cookie}`);
    expect(answer.status).toBe(200);
    return answer.headers.getSetCookie().length;
  };
  const { cookie } = await passCookies();
  expect(await cookiesSet(cookie)).toBe(3);
  for (const wrong of [
    "__Host-hotseat-jar=",
    "__Host-hotseat-jar=short",
    "__Host-hotseat-jar=<script>alert(1)</script>",
    `__Host-hotseat-jar=${"x".repeat(65)}`,
    `${cookie}; ${cookie}`,
    "__Host-hotseat-pass=forged.pass",
  ]) {
    expect([wrong, await cookiesSet(wrong)]).toEqual([wrong, 0]);
  }
});

test("[L9] giving the seat back forgets the pass before the tenant hears of it; closing a tab does not", async () => {
  stayInOneIsolate("what is forgotten is each isolate's own");
  for (const [name, call, forgets] of [
    ["release", "release", true],
    ["answer-nudge", "answerNudge", true],
    ["bye", "bye", false],
  ] as const) {
    const site = openSite();
    const { cookie, binding } = await passCookies();
    let forgotten: boolean | null = null;
    const answer = site.tenant[call].bind(site.tenant) as (...args: unknown[]) => Promise<never>;
    site.tenant[call] = (...args: unknown[]) => {
      forgotten = isForgotten(binding);
      return answer(...args);
    };
    await ask(site, name, `${await whoCookie()}; ${cookie}`, {}, call === "answerNudge" ? { keep: false } : undefined);
    expect([name, forgotten]).toEqual([name, forgets]);
  }
});

test("[L6] a heartbeat may let the pass go only when it says that no tab is left", async () => {
  const site = openSite();
  const { cookie } = await passCookies();
  const both = `${await whoCookie()}; ${cookie}`;
  await ask(site, "heartbeat", both);
  expect(site.tenant.only("heartbeat")).toHaveLength(2);
  site.tenant.asked.length = 0;
  await site.ask(`${API_PATH}heartbeat`, {
    method: "POST",
    headers: { cookie: both, origin: SITE, "content-type": "application/json" },
    body: JSON.stringify({ client: CLIENT, seq: 2, tabs: [] }),
  });
  expect(site.tenant.only("lastHeartbeat")[1]).toMatchObject({ tabs: [] });
});

test("[P1] [P2] [L6] a heartbeat that states its length, as those of browsers do, is answered as one that does not", async () => {
  const site = openSite();
  const cookie = await whoCookie();
  const beat = BODIES.heartbeat as object;
  const common = { cookie, origin: SITE, "content-type": "application/json" };
  const padded = JSON.stringify(beat).padEnd(70_000);
  const cases: { headers?: Record<string, string>; body: string; status: number; calls?: [string]; length?: string }[] =
    [
      { body: JSON.stringify(beat), status: 200, calls: ["heartbeat"] },
      { body: JSON.stringify({ ...beat, tabs: [] }), status: 200, calls: ["lastHeartbeat"] },
      { body: JSON.stringify({ ...beat, surprise: 1 }), status: 400 },
      { body: JSON.stringify({ ...beat, client: "short" }), status: 400 },
      { body: "{", status: 400 },
      { body: `{"client":"\ufffd",${JSON.stringify(beat).slice(1)}`, status: 400 },
      { body: padded, status: 413 },
      { body: padded, status: 413, length: "10" },
      { body: JSON.stringify(beat), status: 413, length: "many" },
      { headers: { "content-type": "text/plain" }, body: JSON.stringify(beat), status: 415 },
      { headers: { origin: "https://elsewhere.example" }, body: JSON.stringify(beat), status: 403 },
      { headers: { cookie: "larch_session=nobody" }, body: JSON.stringify(beat), status: 401 },
    ];
  for (const { headers = {}, body, status, calls = [], length = String(body.length) } of cases) {
    site.tenant.asked.length = 0;
    const init = { method: "POST", headers: { ...common, ...headers }, body };
    const stated = await site.ask(`${API_PATH}heartbeat`, {
      ...init,
      headers: { ...init.headers, "content-length": length },
    });
    expect([body.slice(0, 80), stated.status, site.tenant.asked.map(({ call }) => call)]).toEqual([
      body.slice(0, 80),
      status,
      calls,
    ]);
    if (length === "many") continue;
    const other = await site.ask(`${API_PATH}heartbeat`, init);
    const told = async (response: Response) => ({
      headers: [...response.headers],
      body: { ...((await response.json()) as object), instance: null },
    });
    expect([other.status, await told(other)]).toEqual([status, await told(stated)]);
  }
  site.tenant.broken = true;
  const busy = await ask(site, "heartbeat", cookie, { "content-length": String(JSON.stringify(beat).length) });
  expect([busy.status, (await problem(busy)).code]).toEqual([503, "busy"]);
});

test.each(NAMES)("[L9] %s clears the browser's pass and binding when the tenant says so", async (name) => {
  stayInOneIsolate("what is forgotten is each isolate's own");
  const site = openSite();
  // A heartbeat of open tabs hands nothing back.
  const body = name === "heartbeat" ? { client: CLIENT, seq: 2, tabs: [] } : BODIES[name];
  const { cookie, binding } = await passCookies();
  const both = `${await whoCookie()}; ${cookie}`;
  const asks = name !== "claim" && name !== "hand-back";
  if (asks) expect((await ask(site, name, both, {}, body)).headers.getSetCookie()).toEqual([]);
  site.tenant.answer = { status: UNSEATED, letsGo: true };
  const cleared = await ask(site, name, both, {}, body);
  const attributes = "Path=/; HttpOnly; Secure; SameSite=Lax; Max-Age=0";
  expect(cleared.headers.getSetCookie()).toEqual([
    `__Host-hotseat-pass=; ${attributes}`,
    `__Host-hotseat-jar=; ${attributes}`,
    expect.stringMatching(/^__Host-hotseat-receipt=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax; Max-Age=30$/),
  ]);
  expect(isForgotten(binding)).toBe(true);
});

test("a tenant that fails is a busy seat service, never a 500", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const site = openSite();
  site.tenant.broken = true;
  for (const name of NAMES) {
    const response = await ask(site, name, await whoCookie());
    expect([name, response.status]).toEqual([name, 503]);
    expect(response.headers.get("retry-after")).toBe("2");
    expect((await problem(response)).code).toBe("busy");
  }
  expect(logged).toHaveBeenCalledTimes(NAMES.length);
});

test.each(["nothing", "", "status/", "status/more", "toString", "__proto__", "constructor", "%73tatus%00"])(
  "api/%s is at no address",
  async (name) => {
    const site = openSite();
    const response = await site.ask(API_PATH + name, { headers: { cookie: await whoCookie() } });
    expect((await problem(response)).code).toBe("not_found");
  },
);

test("health answers without a person; own answers carry safe headers and none that speak for the CRM's host", async () => {
  const response = await openSite().ask("/.hotseat/health");
  expect(await response.json()).toEqual({ health: "healthy" });
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(response.headers.get("strict-transport-security")).toBeNull();
  const wrong = await openSite().ask("/.hotseat/health", { method: "POST" });
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
});
