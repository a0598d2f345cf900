/** [P6] What the server answers is what the document says, and every answer that the document promises was seen. */

import { env } from "cloudflare:workers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Problem } from "../../../shared/problem.ts";
import { err } from "../../../shared/result.ts";
import { sentence } from "../../../shared/sentence.ts";
import { CALLS_AT_ONCE } from "../../../worker/api/call-limit.ts";
import type { Endpoint } from "../../../worker/api/endpoint.ts";
import { DOCUMENT_PATH, ENDPOINTS } from "../../../worker/api/endpoints.ts";
import { SCIM_PATH } from "../../../worker/api/scim/discovery.ts";
import { ALERT_KINDS } from "../../../worker/tenant/alerts/alert-watch.ts";
import type { TenantCalls } from "../../../worker/tenant/tenant-calls.ts";
import { makeSecret } from "../../../worker/tenant/tokens/secret.ts";
import { holderOfToken } from "../../../worker/tenant/tokens/token.ts";
import { type Browser, SITE } from "../../support/site/browser.ts";
import { openOffice } from "../../support/site/page-crm.ts";
import { passCookies, whoCookie } from "../../support/site/signed-cookies.ts";
import { TOKEN_KEY } from "../../support/site/tenant-answers.ts";
import { openSite, openWorker } from "../../support/site.ts";
import { type Document, DocumentWitness } from "./document-witness.ts";

const bindings = { ...env, CRM: openOffice().binding, TENANT: "documented" };
const open = (login: string | null) => openWorker(bindings).browser(login);
const stranger = open(null);
const people: Record<string, Browser> = {};
const tokens: Record<string, string> = {};
let witness: DocumentWitness;

const endpointOf = (id: string): Endpoint => {
  const found = ENDPOINTS.find((endpoint) => endpoint.id === id);
  if (found === undefined) throw new Error(`no endpoint ${id}`);
  return found;
};

interface Saying {
  by?: string;
  token?: string;
  body?: BodyInit;
  headers?: Record<string, string>;
  query?: string;
}

/** Asks an endpoint, by default with the document's own example, and holds the answer against the document. */
async function say<Answer = Record<string, unknown>>(
  id: string,
  { by, token, body, headers, query = "" }: Saying = {},
) {
  const { method, path, body: message } = endpointOf(id);
  const sent = new Headers(method === "POST" ? { "content-type": "application/json", origin: SITE } : {});
  if (token !== undefined) sent.set("authorization", `Bearer ${tokens[token]}`);
  for (const [name, value] of Object.entries(headers ?? {})) sent.set(name, value);
  const init = method === "GET" ? {} : { body: body ?? JSON.stringify(message?.example ?? {}) };
  const response = await (people[by ?? ""] ?? stranger).ask(path + query, { method, headers: sent, ...init });
  const { status } = response;
  return { status, body: (await witness.see(method, path, response)) as Answer };
}

const make = async (policy: string) => {
  const body = JSON.stringify({ name: policy, kind: "desktop", policy });
  return (await say("adminTokensMake", { by: "maria", body })).body.token as string;
};
const version = async () => (await say("adminView", { by: "maria" })).body.version as number;

beforeAll(async () => {
  vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(console, "warn").mockReturnValue();
  const response = await stranger.ask(DOCUMENT_PATH);
  witness = new DocumentWitness((await response.clone().json()) as Document);
  await witness.see("GET", DOCUMENT_PATH, response);
  for (const login of ["anna", "maria", "sue"]) {
    const browser = open(login);
    await browser.navigate("/");
    people[login] = browser;
  }
  for (const policy of ["consume", "check", "reserved", "records", "metrics", "read"])
    tokens[policy] = await make(policy);
  // A10: each token has an allowance of its own, and the addresses for reading are asked often here.
  for (const { id } of reads) tokens[id] = await make("read");
  tokens.searches = await make("read");
  tokens.pages = await make("read");
});

afterAll(() => {
  vi.restoreAllMocks();
});

const who = ENDPOINTS.filter(({ access }) => access === "who");
const reads = ENDPOINTS.filter(({ tag }) => tag === "Reading");
const withToken = ENDPOINTS.filter(({ access }) => access === "token");
const posts = ENDPOINTS.filter(({ body }) => body !== null);
const POLICY: Record<string, string> = { nativeRecords: "records", metrics: "metrics" };
const policyOf = (id: string): string => POLICY[id] ?? (id.startsWith("read") ? "read" : "consume");
const asOf = ({ id, access }: Endpoint): Saying => (access === "token" ? { token: policyOf(id) } : { by: "maria" });

test.each([...who, ...withToken])("[P6] [I2] [N3] $id is for nobody without a proof of identity", async ({ id }) => {
  expect((await say(id)).body).toMatchObject({ code: "signed_out", type: "urn:hotseat:problem:signed-out" });
});

test.each(posts)("[P1] [P6] $id refuses what is no message of its own", async (endpoint) => {
  const as = asOf(endpoint);
  expect((await say(endpoint.id, { ...as, body: "{" })).status).toBe(400);
  expect((await say(endpoint.id, { ...as, body: `{"a":"${"x".repeat(70_000)}"}` })).status).toBe(413);
  expect((await say(endpoint.id, { ...as, headers: { "content-type": "text/plain" } })).status).toBe(415);
});

test.each(posts.filter(({ access }) => access === "who"))(
  "[P2] [P6] $id is not taken from other sites, nor as a form, whoever asks",
  async ({ id }) => {
    const foreign = await say(id, { by: "maria", headers: { origin: "https://evil.example" } });
    expect(foreign.body).toMatchObject({ code: "foreign_origin", status: 403 });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    expect((await say(id, { by: "maria", headers: form })).status).toBe(415);
  },
);

test.each(ENDPOINTS.filter(({ problems }) => problems.includes("busy")))(
  "[P6] $id says so when the seats do not answer",
  async ({ id, method, path, access, body }) => {
    const site = openSite();
    site.tenant.broken = true;
    const authorization = `Bearer hs_abcdef_${await makeSecret(TOKEN_KEY, "abcdef")}`;
    const headers = {
      ...(access === "token" ? { authorization } : { cookie: await whoCookie("support"), origin: SITE }),
      "content-type": "application/json",
    };
    const response = await site.ask(path, {
      method,
      headers,
      ...(body === null ? {} : { body: JSON.stringify(body.example) }),
    });
    expect([id, await witness.see(method, path, response)]).toMatchObject([id, { code: "busy" }]);
  },
);

test("[P6] [P8] each address says so to a person who asks too often, except those that give a seat back", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const site = openSite();
  const cookie = await whoCookie("support");
  const ask = (path: string, method: string) => site.ask(path, { method, headers: { cookie, origin: SITE } });
  let calls = 0;
  while ((await ask(endpointOf("status").path, "GET")).status === 200) calls++;
  expect(calls).toBeGreaterThanOrEqual(CALLS_AT_ONCE);
  for (const { id, method, path, problems } of who) {
    if (id === "handOver" || !problems.includes("too_soon")) continue;
    expect([id, await witness.see(method, path, await ask(path, method))]).toMatchObject([id, { code: "too_soon" }]);
  }
  vi.useRealTimers();
});

test.each(ENDPOINTS.filter(({ tag }) => tag === "Administration"))(
  "[L13] [P6] $id is for managers, admins and support",
  async ({ id }) => {
    expect((await say(id, { by: "anna" })).body).toMatchObject({ code: "forbidden" });
  },
);

test.each(withToken)("[N1] [P6] $id takes tokens of its own policies alone", async ({ id }) => {
  const other = policyOf(id) === "consume" ? "records" : "check";
  expect((await say(id, { token: other })).body).toMatchObject({ code: "forbidden" });
});

test("[P4] [P6] the person's own calls, as the document's examples make them", async () => {
  for (const id of ["status", "heartbeat", "wait", "leave", "claim", "explain", "handBack", "bye", "release"]) {
    expect([id, (await say(id, { by: "anna" })).status]).toEqual([id, 200]);
  }
  expect((await say("nudge", { by: "anna" })).body.code).toBe("conflict");
  expect((await say("answerNudge", { by: "anna" })).body.code).toBe("conflict");
});

test("[L16] [P6] a nudge, its answer, and one too soon", async () => {
  const site = openSite();
  const headers = { cookie: await whoCookie(), origin: SITE, "content-type": "application/json" };
  const nudge = async (id: string) => {
    const { path, body } = endpointOf(id);
    const response = await site.ask(path, { method: "POST", headers, body: JSON.stringify(body?.example) });
    await witness.see("POST", path, response);
    return response.status;
  };
  expect(await nudge("nudge")).toBe(200);
  expect(await nudge("answerNudge")).toBe(200);
  const tell = (problem: Problem) => {
    site.tenant.nudge = (async () => err(problem)) as unknown as typeof site.tenant.nudge;
  };
  const early: Problem = { code: "too_soon", says: sentence("nudgeSoon", { seconds: 240 }), retryAfterSeconds: 240 };
  tell(early);
  expect(await nudge("nudge")).toBe(429);
  tell({ code: "forbidden", says: sentence("nudgeNotAllowed") });
  expect(await nudge("nudge")).toBe(403);
});

test("[L32] [P6] a seat handed over, and why one is not", async () => {
  const site = openSite();
  const headers = { cookie: await whoCookie(), origin: SITE, "content-type": "application/json" };
  const { path, body } = endpointOf("handOver");
  const ask = async () => {
    const response = await site.ask(path, { method: "POST", headers, body: JSON.stringify(body?.example) });
    await witness.see("POST", path, response);
    return response.status;
  };
  expect(await ask()).toBe(200);
  for (const [code, status] of [
    ["forbidden", 403],
    ["not_found", 404],
    ["conflict", 409],
    ["too_soon", 429],
  ] as const) {
    const soon = code === "too_soon" ? { retryAfterSeconds: 30 } : {};
    const problem: Problem = { code, says: sentence("handoverNotWaiting"), ...soon };
    site.tenant.handOver = (async () => err(problem)) as unknown as typeof site.tenant.handOver;
    expect(await ask()).toBe(status);
  }
});

test("[L9] [P6] the goodbye of a document, which reads no answer, is redirected", async () => {
  const site = openSite();
  site.tenant.answer = { ...site.tenant.answer, letsGo: true };
  const { path, body } = endpointOf("bye");
  const cookie = `${await whoCookie()}; ${(await passCookies()).cookie}`;
  const response = await site.ask(`${path}?last`, {
    method: "POST",
    redirect: "manual",
    headers: { cookie, origin: SITE, "content-type": "application/json" },
    body: JSON.stringify(body?.example),
  });
  expect(await witness.see("POST", path, response)).toBeNull();
});

test("[L10] [P6] the administration's calls: done, stale, out of range, in conflict, of nothing", async () => {
  const change = async (id: string, body: object) => say(id, { by: "sue", body: JSON.stringify(body) });
  const setting = async (wished: object, of?: number) =>
    change("adminSettings", { change: wished, version: of ?? (await version()) });
  expect((await change("adminLimit", { limit: 9, version: await version() })).body).toMatchObject({ limit: 9 });
  expect((await change("adminLimit", { limit: 10, version: 1 })).body.code).toBe("stale");
  expect((await change("adminLimit", { limit: 0, version: await version() })).body.code).toBe("out_of_range");
  const idle = { idleTimeoutMs: 600_000, version: await version() };
  expect((await change("adminIdleTimeout", idle)).status).toBe(200);
  expect((await change("adminIdleTimeout", { ...idle, version: 1 })).body.code).toBe("stale");
  expect((await change("adminIdleTimeout", { ...idle, idleTimeoutMs: 1 })).body.code).toBe("out_of_range");
  const zoe = { id: "zoe", name: "Zoë" };
  for (const [wished, code] of [
    [{ what: "nudge", allowed: true, showNames: true }, undefined],
    [{ what: "exempt", person: zoe }, undefined],
    [{ what: "exempt", person: zoe }, "conflict"],
    [{ what: "boost", extra: 1, startsInMs: 60_000, lastsMs: 60_000 }, undefined],
    [{ what: "boost", extra: 1, startsInMs: 0, lastsMs: 1 }, "out_of_range"],
    [{ what: "unassign", id: "nobody" }, "not_found"],
    [{ what: "records_agreed", agreed: 100 }, undefined],
    [
      {
        what: "pools",
        pools: [
          {
            id: "finance",
            name: "Finance",
            groups: ["finance"],
            reserved: 1,
            most: 3,
            priority: 2,
            windows: [{ kind: "monthly", fromDay: -2, toDay: -1 }],
          },
        ],
      },
      undefined,
    ],
  ] as const) {
    expect([wished, (await setting(wished)).body.code]).toEqual([wished, code]);
  }
  expect((await setting({ what: "nudge", allowed: true, showNames: false }, 1)).body.code).toBe("stale");
  expect((await say("adminRecords", { by: "sue" })).status).toBe(200);
  await people.anna?.navigate("/");
  expect((await say("adminExplain", { by: "sue" })).status).toBe(200);
  expect((await change("adminExplain", { holder: "nobody" })).status).toBe(404);
  expect((await say("adminEvict", { by: "sue" })).status).toBe(200);
  expect((await say("adminEvict", { by: "sue" })).status).toBe(404);
});

test("[L20] [P6] groups of the firm's own are made, read, changed, filled and removed", async () => {
  const call = async (id: string, body: object) => {
    const answer = await say<{ code?: string; view: { group: { id: string; revision: number } } | null }>(id, {
      by: "sue",
      body: JSON.stringify(body),
    });
    return { code: answer.body.code ?? null, group: answer.body.view?.group };
  };
  expect((await say("adminGroups", { by: "sue" })).body).toMatchObject({ groups: [] });
  const wish = { name: "Finance", rules: ["@books.example"], people: [{ name: "anna" }] };
  const { group } = await call("adminGroupsMake", wish);
  expect(group).toMatchObject({ people: 1, revision: 1, rules: ["*@books.example"] });
  const id = group?.id ?? "";
  expect(await call("adminGroupsMake", wish)).toMatchObject({ code: "conflict" });
  expect(await call("adminGroupsMake", { ...wish, name: " " })).toMatchObject({ code: "out_of_range" });
  expect((await call("adminGroupsMake", { ...wish, name: "Sales" })).code).toBeNull();
  for (const gone of ["adminGroupsRead", "adminGroupsChange", "adminGroupsPeople", "adminGroupsRemove"]) {
    expect((await say(gone, { by: "sue" })).status).toBe(404);
  }
  const changed = { id, revision: 1, name: "Finance", rules: [] };
  expect((await call("adminGroupsChange", changed)).group).toMatchObject({ rules: [], revision: 2 });
  expect(await call("adminGroupsChange", changed)).toMatchObject({ code: "stale" });
  expect(await call("adminGroupsChange", { ...changed, revision: 2, name: "sales" })).toMatchObject({
    code: "conflict",
  });
  expect(await call("adminGroupsChange", { ...changed, revision: 2, rules: ["x"] })).toMatchObject({
    code: "out_of_range",
  });
  const people = [{ id: "zoe" }, { name: "ben@acme.example" }];
  expect((await call("adminGroupsPeople", { id, do: "add", people })).group).toMatchObject({ people: 3 });
  expect(await call("adminGroupsPeople", { id, do: "add", people: [{ name: "a b" }] })).toMatchObject({
    code: "out_of_range",
  });
  const provided = await stranger.ask("/.hotseat/scim/v2/Groups", {
    method: "POST",
    headers: { "content-type": "application/scim+json", authorization: `Bearer ${await make("scim")}` },
    body: JSON.stringify({ displayName: "Provided" }),
  });
  const filled = { id: ((await provided.json()) as { id: string }).id, do: "add", people };
  expect(await call("adminGroupsPeople", filled)).toMatchObject({ code: "conflict" });
  expect((await call("adminGroupsRead", { id, search: "BEN", page: 9 })).code).toBeNull();
  expect(await call("adminGroupsRemove", { id, revision: 1 })).toMatchObject({ code: "stale" });
  expect((await call("adminGroupsRemove", { id, revision: 3 })).code).toBeNull();
});

test("[L33] [P6] a trial of settings: begun, read, ended, and what cannot be tried", async () => {
  const trial = (changes: object[]) =>
    say<{ code?: string; shadow?: object }>("adminShadowBegin", { by: "maria", body: JSON.stringify({ changes }) });
  expect((await say("adminShadow", { by: "maria" })).body).toEqual({ shadow: null });
  expect((await say("adminShadowEnd", { by: "maria" })).body).toMatchObject({ code: "not_found" });
  // Lower than agreed, by a manager: it is only tried.
  expect((await say("adminShadowBegin", { by: "maria" })).body).toMatchObject({
    shadow: { ended: null, proposed: { limit: 8 }, traces: [{ field: "limit", to: 8 }] },
  });
  for (const [change, code] of [
    [{ what: "limit", limit: 0 }, "out_of_range"],
    [{ what: "cancel_boost", id: "b9" }, "not_found"],
    [{ what: "named_licences", licences: 0 }, undefined],
  ] as const) {
    expect([change, (await trial([change])).body.code]).toEqual([change, code]);
  }
  const assigned = { what: "assign", person: { id: "zoe", name: "Zoe" } };
  expect((await trial([assigned])).body.code).toBe("conflict");
  expect((await trial([{ what: "limit", limit: 3 }])).body.code).toBeUndefined();
  expect((await trial([])).body).toMatchObject({ code: "too_soon" });
  expect((await say("adminShadow", { by: "sue" })).body).toMatchObject({ shadow: { proposed: { limit: 3 } } });
  expect((await say("adminShadowEnd", { by: "sue" })).body).toMatchObject({ shadow: { ended: { how: "ended" } } });
  expect((await say("adminView", { by: "sue" })).body).not.toMatchObject({ limit: 3 });
});

test("[R4] [R4.6] [R8] [P6] receivers are added, given a secret, tried, turned on and removed", async () => {
  type Answer = { hooks: { id: string; address: string }[]; secret: string | null; code?: string };
  const send = (id: string, body: object) => say<Answer>(id, { by: "maria", body: JSON.stringify(body) });
  const generic = {
    kind: "generic",
    url: "https://hooks.acme.example/path-of-hook",
    on: [...ALERT_KINDS],
    heads: true,
  };
  const added = (await send("adminReceiversAdd", generic)).body;
  expect(added).toMatchObject({ hooks: [{ kind: "generic", signed: true, on: ALERT_KINDS, heads: true, last: null }] });
  expect(added.secret).toMatch(/^whsec_/);
  const slack = (
    await send("adminReceiversAdd", {
      kind: "slack",
      url: "https://hooks.slack.com/services/path-of-hook",
      on: ["full"],
    })
  ).body;
  const [first, second] = slack.hooks;
  expect(slack.secret).toBeNull();
  const { hooks } = (await say<Answer>("adminReceivers", { by: "maria" })).body;
  expect(hooks.map(({ address }) => address)).toEqual(["hooks.acme.example/…", "hooks.slack.com/…"]);
  expect(JSON.stringify([added, slack, hooks])).not.toContain("path-of-hook");
  for (const wrong of [
    { ...generic, url: "http://10.0.0.1/x" },
    { ...generic, on: [], heads: false },
    { ...generic, kind: "slack", url: "https://hooks.slack.com/services/x" },
  ])
    expect((await send("adminReceiversAdd", wrong)).body.code).toBe("out_of_range");
  const changed = (await send("adminReceiversSecret", { id: first?.id })).body.secret;
  expect(changed).toMatch(/^whsec_/);
  expect(changed).not.toBe(added.secret);
  expect((await send("adminReceiversSecret", { id: second?.id })).body.code).toBe("conflict");
  expect((await send("adminReceiversResume", { id: first?.id })).body.code).toBe("conflict");
  expect((await send("adminReceiversNear", { percent: 80 })).body).toMatchObject({ nearPercent: 80 });
  expect((await send("adminReceiversNear", { percent: 100 })).body.code).toBe("out_of_range");
  expect((await send("adminReceiversRemove", { id: first?.id })).body.hooks).toEqual([second]);
  for (const call of ["Secret", "Resume", "Remove", "Test"])
    expect([call, (await send(`adminReceivers${call}`, { id: first?.id })).body.code]).toEqual([call, "out_of_range"]);
  const site = openSite();
  const tell = async (id: string) => {
    const { path, body } = endpointOf(id);
    const headers = { cookie: await whoCookie("support"), origin: SITE, "content-type": "application/json" };
    const response = await site.ask(path, { method: "POST", headers, body: JSON.stringify(body?.example) });
    await witness.see("POST", path, response);
    return response.status;
  };
  expect([await tell("adminReceiversTest"), await tell("adminReceiversResume")]).toEqual([200, 200]);
  site.tenant.recordsAnswer = err<Problem>({
    code: "too_soon",
    says: sentence("tooOften", { seconds: 2 }),
    retryAfterSeconds: 2,
  });
  expect(await tell("adminReceiversTest")).toBe(429);
});

test("[I13] [P6] the map of rights is read, tried, and refused with what would be right", async () => {
  const preview = (by: string, rights: object) => say("adminRightsPreview", { by, body: JSON.stringify({ rights }) });
  const support = { of: "role", name: "support", right: "support" };
  expect((await say("adminRights", { by: "maria" })).body).toMatchObject({ rights: null, preview: null });
  // The document's example would leave these people without anyone who may manage.
  expect((await say("adminRightsPreview", { by: "sue" })).body).toMatchObject({ code: "conflict" });
  const sales = { of: "role", name: "sales", right: "licence_manager" };
  expect((await preview("sue", { order: [], rules: [support, sales] })).body).toMatchObject({ rights: null });
  expect((await preview("maria", { order: [], rules: [support] })).body).toMatchObject({ code: "forbidden" });
  const twice = { order: ["x", "x"], rules: [support] };
  expect((await preview("sue", twice)).body).toMatchObject({ code: "out_of_range" });
});

test("[Q1] [Q2] [P6] requests: asked, decided, and what cannot be", async () => {
  const send = async (id: string, by: string, body: object) => say(id, { by, body: JSON.stringify(body) });
  const decide = async (id: string, answer: object, of?: number) =>
    send("adminRequestsDecide", "sue", { id, answer, version: of ?? (await version()) });
  const codeOf = async (answered: Promise<{ body: Record<string, unknown> }>) => (await answered).body.code;
  expect((await say("request", { by: "anna" })).body).toMatchObject({ request: { end: null, count: 1 } });
  expect(await codeOf(say("request", { by: "anna" }))).toBe("conflict");
  expect(await codeOf(send("request", "anna", { count: 0 }))).toBe("out_of_range");
  const lower = { kind: "lower", count: 8, note: "Two people have left." };
  expect((await send("adminRequestsAsk", "maria", lower)).status).toBe(200);
  expect(await codeOf(send("adminRequestsAsk", "maria", lower))).toBe("conflict");
  expect(await codeOf(send("adminRequestsAsk", "maria", { ...lower, count: 99 }))).toBe("out_of_range");
  const view = (await say<{ settings: { requests: { id: string }[] } }>("adminView", { by: "sue" })).body;
  const [mine, hers] = view.settings.requests.map(({ id }) => id);
  expect(await codeOf(decide(hers ?? "", { do: "raise" }))).toBe("out_of_range");
  expect(await codeOf(decide(hers ?? "", { do: "lower" }, 1))).toBe("stale");
  expect((await decide(mine ?? "", { do: "boost", lastsMs: 3_600_000 })).status).toBe(200);
  expect(await codeOf(decide(mine ?? "", { do: "raise" }))).toBe("not_found");
  expect((await send("adminLimit", "sue", { limit: 8, version: await version() })).status).toBe(200);
  expect(await codeOf(decide(hers ?? "", { do: "lower" }))).toBe("conflict");
  const site = openSite();
  const early = err<Problem>({ code: "too_soon", says: sentence("tooOften", { seconds: 2 }), retryAfterSeconds: 2 });
  site.tenant.requestSeats = (async () => early) as unknown as typeof site.tenant.requestSeats;
  site.tenant.askForChange = (async () => early) as unknown as typeof site.tenant.askForChange;
  for (const id of ["request", "adminRequestsAsk"]) {
    const { path, body } = endpointOf(id);
    const headers = { cookie: await whoCookie("support"), origin: SITE, "content-type": "application/json" };
    const response = await site.ask(path, { method: "POST", headers, body: JSON.stringify(body?.example) });
    expect(response.status).toBe(429);
    await witness.see("POST", path, response);
  }
});

test("[N1] [P6] native clients consume, check, release and report, let in and refused", async () => {
  expect((await say("nativeCheck", { token: "check" })).body).toMatchObject({ verdict: "PASS" });
  expect((await say("nativeClaim", { token: "consume" })).body).toMatchObject({ verdict: "PASS" });
  expect((await say("nativeClaim", { token: "reserved", body: claimOf("zora") })).body).toMatchObject({
    verdict: "FAIL",
  });
  expect((await say("nativeRelease", { token: "consume" })).status).toBe(200);
  expect((await say("nativeRecords", { token: "records" })).body).toEqual({ count: 48_211 });
});

const claimOf = (id: string) => JSON.stringify({ person: { id, name: id }, client: `client-of-${id}`, activeAgeMs: 0 });

test("[M1] [P6] metrics are read by a token for them", async () => {
  expect((await say("metrics", { token: "metrics" })).status).toBe(200);
});

test.each(reads)("[R7] [P6] $id answers, as JSON and as CSV, and says what it does not take", async ({ id }) => {
  const which = id === "readRefusal" ? `&${await firstRefusal()}` : "";
  const read = (query: string) => say<{ code?: string; field?: string }>(id, { token: id, query: query + which });
  const isOfDays = endpointOf(id).query?.some(({ name }) => name === "from") === true;
  expect((await read("?size=7")).status).toBe(200);
  expect((await read(`?format=csv&size=3${isOfDays ? "&from=2026-01-01&to=2026-02-01" : ""}`)).status).toBe(200);
  for (const [query, code, field] of [
    ["?person=anna", "malformed", "person"],
    ["?format=xml", "malformed", "format"],
    ["?size=0", "malformed", "size"],
    ["?size=5001", "out_of_range", "size"],
    ["?from=2026-02-01&to=2026-01-01", "out_of_range", "from"],
    ["?from=2024-01-01&to=2026-01-01", "out_of_range", "from"],
    ["?from=2026-02-31", "out_of_range", "from"],
    ["?cursor=%20~", "out_of_range", "cursor"],
  ] as const) {
    const expected = isOfDays || field !== "from" ? { code, field } : { code: "malformed" };
    expect([query, (await read(query)).body]).toMatchObject([query, expected]);
  }
});

/** The query that names it, once the records have it. */
async function firstRefusal(): Promise<string> {
  return vi.waitFor(
    async () => {
      const { items } = (await say<{ items: { id: string; firstAt: string }[] }>("readRefusals", { token: "read" }))
        .body;
      const [first] = items;
      if (first === undefined) throw new Error("the records have no refusal yet");
      return `id=${first.id}&at=${first.firstAt}`;
    },
    { timeout: 20_000 },
  );
}

test("[L19] [R7] [P6] a refusal that the audit does not have is not found", async () => {
  const query = "?id=d-none&at=2026-01-01T00:00:00.000Z";
  expect((await say<{ code: string }>("readRefusal", { token: "read", query })).body).toMatchObject({
    code: "not_found",
  });
});

test("[A10] [R7] the pages of one search for the cheapest mix are one search", async () => {
  const ask = async (query: string) => say<{ items: unknown[] }>("readMix", { token: "pages", query });
  const whole = await ask("");
  const pages: unknown[] = [];
  const first = await ask("?size=1");
  pages.push(...first.body.items);
  for (let page = 1; page < Math.max(9, whole.body.items.length); page++) {
    const { status, body } = await ask(`?size=1&cursor=${page}`);
    expect(status).toBe(200);
    pages.push(...body.items);
  }
  expect(pages).toEqual(whole.body.items);
  // Another question is another search.
  expect((await ask("?concurrent=77&cursor=1")).status).toBe(200);
});

test("[A10] [R7] a program searches for the cheapest mix a few times at once, and a malformed question costs nothing", async () => {
  const ask = async (query: string) => (await say("readMix", { token: "searches", query })).status;
  for (let time = 0; time < 8; time++) {
    expect(await ask("?concurrent=0")).toBe(422);
    expect(await ask("?cursor=none")).toBe(422);
  }
  for (let time = 0; time < 6; time++) expect(await ask("")).toBe(200);
  expect(await say("readMix", { token: "searches", query: "" })).toMatchObject({
    status: 429,
    body: { code: "too_soon" },
  });
  expect((await say("readPeople", { token: "searches", query: "" })).status).toBe(200);
});

test("[A10] [R7] [P6] a program that asks without a pause is told to wait", async () => {
  const seats = env.SEATS.get(env.SEATS.idFromName(bindings.TENANT)) as unknown as TenantCalls;
  // The allowance grows again by the clock: on a slow machine as fast as it is asked for.
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    for (const { id } of reads) {
      const query = id === "readRefusal" ? `?${await firstRefusal()}` : "";
      const reader = {
        id: holderOfToken(tokens[id]?.split("_")[1] ?? ""),
        name: id,
        email: null,
        role: "licence_manager" as const,
      };
      let isFree = true;
      for (let asked = 0; asked < 100 && isFree; asked++)
        isFree = (await seats.records(reader, { do: "spend", on: "read" })).ok;
      expect([id, (await say(id, { token: id, query })).status]).toEqual([id, 429]);
    }
  } finally {
    vi.useRealTimers();
  }
});

test("[N3] [P6] tokens are listed and revoked, and there are so many at most", async () => {
  const [row] = (await say<{ id: string }[]>("adminTokens", { by: "maria" })).body;
  const revoke = JSON.stringify({ id: row?.id });
  expect((await say("adminTokensRevoke", { by: "maria", body: revoke })).status).toBe(200);
  expect((await say("adminTokensRevoke", { by: "maria", body: revoke })).status).toBe(404);
  let last = 200;
  for (let made = 0; made <= 100 && last === 200; made++) last = (await say("adminTokensMake", { by: "maria" })).status;
  expect(last).toBe(409);
});

test("[P5] a problem has a type of its own, and each occurrence an instance, which the log has where it is ours", async () => {
  const [first, second] = [await say("status"), await say("status")];
  expect(first.body).toMatchObject({
    type: "urn:hotseat:problem:signed-out",
    status: 401,
    title: "Sign in to the CRM first",
  });
  expect(first.body.instance).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
  expect(second.body.instance).not.toBe(first.body.instance);
  const warned = vi.spyOn(console, "warn").mockReturnValue();
  const site = openSite();
  site.tenant.broken = true;
  const busy = await site.ask(endpointOf("status").path, { headers: { cookie: await whoCookie() } });
  const { instance } = (await busy.json()) as { instance: string };
  expect(JSON.stringify(warned.mock.calls)).toContain(instance);
});

test("[P6] every answer that the document promises was seen above, or is one of SCIM", () => {
  const missing = witness.promised.filter((place) => !witness.seen.has(place) && !place.includes(SCIM_PATH));
  expect(missing).toEqual([]);
});

test("[P6] the document reads the same for everybody, and holds the schemas that requests are read by", async () => {
  const headers = { cookie: await whoCookie("support") };
  const body = await (await openSite().ask(DOCUMENT_PATH, { headers })).text();
  expect(body).toBe(await (await stranger.ask(DOCUMENT_PATH)).text());
  const { components } = JSON.parse(body) as Document;
  expect(components.schemas.ClaimRequest).toMatchObject({
    properties: { act: { enum: ["button", "activity"] } },
    additionalProperties: false,
  });
});
