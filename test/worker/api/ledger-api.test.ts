/** The ledger in full through HTTP: models, pools, boosts, nudge, explain, native clients, settings with versions. */

import { env } from "cloudflare:workers";
import { beforeEach, expect, test, vi } from "vitest";
import { NativeAnswer } from "../../../shared/native-protocol.ts";
import { API_PATH } from "../../../shared/protocol.ts";
import { readBearerToken } from "../../../worker/api/token-access.ts";
import type { Env } from "../../../worker/config/config.ts";
import { makeSecret } from "../../../worker/tenant/tokens/secret.ts";
import { type Browser, SITE } from "../../support/site/browser.ts";
import { FakeTenant } from "../../support/site/fake-tenant.ts";
import { openOffice } from "../../support/site/page-crm.ts";
import { openWorker } from "../../support/site.ts";

let tenants = 0;
let bindings: Env;
const open = (login: string | null) => openWorker(bindings).browser(login);

beforeEach(() => {
  // The limit is 2, see test/worker.vitest.config.ts.
  bindings = { ...env, CRM: openOffice().binding, TENANT: `ledger-${tenants++}` };
});

interface Said {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, looked into by each test
  body: any;
}

/** A call of the administration's API. */
async function manage(browser: Browser, name: string, body?: unknown): Promise<Said> {
  const init =
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json", origin: SITE }, body: JSON.stringify(body) };
  const response = await browser.ask(`${API_PATH}admin/${name}`, init);
  return { status: response.status, body: await response.json() };
}

/** A call of the person's own API, whatever it is answered. */
async function say(browser: Browser, name: string, body?: unknown): Promise<Said> {
  const init =
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json", origin: SITE }, body: JSON.stringify(body) };
  const response = await browser.ask(API_PATH + name, init);
  return { status: response.status, body: await response.json() };
}

async function signedIn(login: string): Promise<Browser> {
  const browser = open(login);
  await browser.navigate("/");
  return browser;
}

const change = async (browser: Browser, wished: unknown, version?: number): Promise<Said> => {
  const now = version ?? (await manage(browser, "view")).body.version;
  return manage(browser, "settings", { change: wished, version: now });
};

test("[L10] [L13] every address of the administration is for managers, admins and support", async () => {
  const anna = await signedIn("anna");
  for (const [name, body] of [
    ["view", undefined],
    ["tokens", undefined],
    ["limit", { limit: 3, version: 1 }],
    ["idle-timeout", { idleTimeoutMs: 600_000, version: 1 }],
    ["settings", { change: { what: "nudge", allowed: true, showNames: true }, version: 1 }],
    ["evict", { holder: "anna", note: "" }],
    ["explain", { holder: "anna" }],
    ["records", { count: 1 }],
    ["tokens/make", { name: "x", kind: "mail", policy: "check" }],
    ["tokens/revoke", { id: "abcdef" }],
  ] as const) {
    expect([name, (await manage(anna, name, body)).status]).toEqual([name, 403]);
  }
  expect((await manage(open(null), "view")).status).toBe(401);
});

test("[L10] a change names the version it was made from, and a stale one reads what changed", async () => {
  const maria = await signedIn("maria");
  const { body } = await manage(maria, "view");
  expect((await manage(maria, "limit", { limit: 4, version: body.version })).body).toMatchObject({ limit: 4 });
  const stale = await change(maria, { what: "time_zone", timeZone: "Europe/Paris" }, body.version);
  expect(stale.status).toBe(409);
  expect(stale.body.detail).toContain("Maria Manager changed the limit from 2 to 4");
});

test("[L14] named licences through the API: assigned, always let in, not counted", async () => {
  const maria = await signedIn("maria");
  expect((await change(maria, { what: "named_licences", licences: 1 })).status).toBe(200);
  expect((await change(maria, { what: "assign", person: { id: "bert", name: "Bert Baker" } })).status).toBe(200);
  await signedIn("anna");
  expect((await open("bert").navigate("/")).status).toBe(200);
  const { body } = await manage(maria, "view");
  expect(body).toMatchObject({ inUse: 2, limit: 2 });
  expect(body.holders.find((holder: { id: string }) => holder.id === "bert")).toMatchObject({ named: true });
});

// Of an id no more than the blanks round it are taken away; letter case goes by the same function.
test("[L1.2] the administration's calls spell the key of whom they name", async () => {
  const [maria, sue] = [await signedIn("maria"), await signedIn("sue")];
  const bert = { id: " bert ", name: "Bert Baker" };
  expect((await change(maria, { what: "named_licences", licences: 2 })).status).toBe(200);
  expect((await change(maria, { what: "assign", person: bert })).status).toBe(200);
  expect((await change(maria, { what: "assign", person: { ...bert, id: "bert " } })).status).toBe(409);
  expect((await change(sue, { what: "exempt", person: { id: "carl ", name: "Carl Cook" } })).status).toBe(200);
  await signedIn("anna");
  expect((await open("bert").navigate("/")).status).toBe(200);
  expect((await open("carl").navigate("/")).status).toBe(200);
  const { holders } = (await manage(maria, "view")).body;
  expect(holders).toContainEqual(expect.objectContaining({ id: "bert", named: true }));
  expect(holders).toContainEqual(expect.objectContaining({ id: "carl", exempt: true }));
  expect((await manage(maria, "explain", { holder: "anna " })).status).toBe(200);
  expect((await manage(maria, "evict", { holder: " anna", note: "" })).status).toBe(200);
  expect((await change(maria, { what: "unassign", id: " bert" })).status).toBe(200);
  expect((await change(sue, { what: "end_exemption", id: "carl " })).status).toBe(200);
  expect((await change(maria, { what: "assign", person: bert })).status).toBe(200);
  const tried = [{ what: "unassign", id: "bert " }];
  expect((await manage(maria, "shadow/begin", { changes: tried })).status).toBe(200);
});

test("[L1.3] whoever is keyed by an id is not meant by another spelling of it", async () => {
  const maria = await signedIn("maria");
  await signedIn("anna");
  expect((await manage(maria, "evict", { holder: "Anna", note: "" })).status).toBe(404);
  expect((await manage(maria, "evict", { holder: "anna", note: "" })).status).toBe(200);
});

test("[L17] a reserved pool and a boost through the API", async () => {
  const [maria, sue] = [await signedIn("maria"), await signedIn("sue")];
  const pool = {
    id: "finance",
    name: "Finance",
    groups: ["finance"],
    reserved: 1,
    most: null,
    priority: 2,
    windows: null,
  };
  expect((await change(sue, { what: "pools", pools: [pool] })).status).toBe(200);
  const anna = open("anna");
  const refused = await anna.navigate("/");
  expect([refused.status, refused.headers.get("x-hotseat-refused")]).toEqual([503, "reserved_for_others"]);
  // L19.7: the smallest change is for people who may change the settings.
  const told = { reason: "reserved_for_others", rule: "L17" };
  expect((await say(anna, "explain")).body).toMatchObject({ ...told, change: null });
  const { body } = await manage(maria, "explain", { holder: "anna" });
  expect(body).toMatchObject({ ...told, change: [expect.anything()] });
  expect((await anna.call("wait")).state).toBe("waiting");
  const boosted = await change(maria, { what: "boost", extra: 1, startsInMs: 0, lastsMs: 60_000 });
  expect(boosted.status).toBe(200);
  expect((await anna.call("status-of-line").catch(() => anna.call("wait"))).state).toBe("offered");
  expect((await anna.navigate("/")).status).toBe(200);
});

test("[L16] a nudge is refused where nobody is idle, and where nobody waits", async () => {
  const [anna, bert, maria] = [await signedIn("anna"), await signedIn("bert"), await signedIn("maria")];
  expect((await say(anna, "nudge", {})).status).toBe(409);
  expect((await maria.call("wait")).state).toBe("waiting");
  const asked = await say(maria, "nudge", {});
  expect([asked.status, asked.body.code]).toEqual([409, "conflict"]);
  expect(asked.body.detail).toContain("Nobody was disturbed");
  expect((await say(bert, "answer-nudge", { keep: true })).status).toBe(409);
  expect((await say(bert, "answer-nudge", { keep: "yes" })).status).toBe(400);
});

test("[L32] [I4] a seat is handed over by name, only to the person in line, and the audit has both", async () => {
  const [anna, maria] = [await signedIn("anna"), await signedIn("maria")];
  const bert = open("bert");
  expect((await bert.navigate("/")).status).toBe(503);
  expect((await bert.call("wait")).state).toBe("waiting");
  expect((await say(anna, "hand-over", { to: "nobody" })).status).toBe(409);
  expect((await say(anna, "hand-over", { to: "" })).status).toBe(400);
  expect((await change(maria, { what: "handover", handover: "off" })).status).toBe(200);
  expect((await say(anna, "status")).body.handover).toBeNull();
  expect((await say(anna, "hand-over", { to: "bert" })).status).toBe(403);
  expect((await change(maria, { what: "handover", handover: "turn" })).status).toBe(200);
  expect((await change(maria, { what: "nudge", allowed: true, showNames: true })).status).toBe(200);
  const { handover } = (await say(anna, "status")).body;
  expect(handover.people).toEqual([{ id: "bert", name: "Bert Baker" }]);
  const given = await say(anna, "hand-over", { to: "bert" });
  expect([given.status, given.body.state]).toEqual([200, "unseated"]);
  await say(anna, "hand-back", {});
  expect((await bert.navigate("/")).status).toBe(200);
  expect((await anna.navigate("/")).status).toBe(503);
});

test("[L14] records are reported by a token, and warn near the agreed number", async () => {
  const [maria, sue] = [await signedIn("maria"), await signedIn("sue")];
  expect((await change(maria, { what: "records_agreed", agreed: 100 })).status).toBe(403);
  expect((await change(sue, { what: "records_agreed", agreed: 100 })).status).toBe(200);
  const { token } = (await manage(maria, "tokens/make", { name: "ERP", kind: "erp", policy: "records" })).body;
  expect((await native(token, "records", { count: 95 })).body).toEqual({ count: 95 });
  expect((await manage(maria, "view")).body.settings.records).toEqual({ agreed: 100, count: 95 });
  expect(
    (await native(token, "claim", { person: { id: "x", name: "X" }, client: "client-of-x", activeAgeMs: 0 })).status,
  ).toBe(403);
});

async function native(token: string, name: string, body: unknown): Promise<Said & { headers: Headers }> {
  const response = await open(null).ask(`${API_PATH}native/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

test("[N1] [L19] native clients consume, check and release seats by token, with the true reason", async () => {
  const maria = await signedIn("maria");
  const make = async (policy: string) =>
    (await manage(maria, "tokens/make", { name: `Desk ${policy}`, kind: "desktop", policy })).body.token as string;
  const [consume, check] = [await make("consume"), await make("check")];
  const anna = { id: "anna", name: "Anna Adams" };
  const zoe = { id: "zoe", name: "Zoë" };
  const claimed = await native(consume, "claim", { person: anna, client: "desktop-of-anna", activeAgeMs: 0 });
  const answer = NativeAnswer.parse(claimed.body);
  expect(answer).toMatchObject({ verdict: "PASS", consumed: true, inUse: 2 });
  // L9: until the pass that was granted is over.
  expect(answer.validForMs).toBeLessThanOrEqual(28_000);
  expect(answer.validForMs).toBeGreaterThan(20_000);
  // L9.37: this clock is an hour behind the one that the tenant goes by.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 3_600_000 });
  try {
    const behind = await native(consume, "claim", { person: anna, client: "desktop-of-anna", activeAgeMs: 0 });
    expect(NativeAnswer.parse(behind.body)).toMatchObject({ verdict: "PASS", validForMs: 60_000 });
  } finally {
    vi.useRealTimers();
  }
  // L1: at the CRM in a browser it is the same seat.
  expect((await open("anna").navigate("/")).status).toBe(200);
  expect((await manage(maria, "view")).body.inUse).toBe(2);
  const failed = await native(check, "check", { person: zoe });
  expect(failed.body).toMatchObject({ verdict: "FAIL", reason: "limit_reached", consumed: false });
  expect(failed.headers.get("retry-after")).not.toBeNull();
  expect((await native(check, "check", { person: anna })).body).toMatchObject({ verdict: "PASS", consumed: false });
  expect(
    (await native(consume, "claim", { person: zoe, client: "desktop-of-zoe", activeAgeMs: 0 })).body,
  ).toMatchObject({
    verdict: "FAIL",
    reason: "limit_reached",
  });
  expect((await native(check, "claim", { person: zoe, client: "desktop-of-zoe", activeAgeMs: 0 })).status).toBe(403);
  // A check leaves no trace.
  const { body } = await manage(maria, "view");
  expect(body.waiting).toEqual([]);
});

test("[N1] [L28] a native client is told when its person works beyond the limit", async () => {
  const sue = await signedIn("sue");
  const { token } = (await manage(sue, "tokens/make", { name: "Desk", kind: "desktop", policy: "consume" })).body;
  expect((await change(sue, { what: "overdraft", seats: 1, hoursPerMonth: null })).status).toBe(200);
  const claim = async (id: string) =>
    (await native(token, "claim", { person: { id, name: id }, client: `desktop-of-${id}`, activeAgeMs: 0 })).body;
  for (const id of ["anna", "ben"]) expect(await claim(id)).toMatchObject({ verdict: "PASS", overdraft: false });
  const person = { id: "carla", name: "Carla" };
  expect(await claim(person.id)).toMatchObject({ verdict: "PASS", overdraft: true });
  expect(await claim("dora")).toMatchObject({ verdict: "FAIL", overdraft: false });
  // As soon as the limit has a seat it is one of those.
  await native(token, "release", { person: { id: "anna", name: "anna" }, client: "desktop-of-anna" });
  expect(await claim(person.id)).toMatchObject({ verdict: "PASS", overdraft: false });
});

test("[N1] a released native client gives its seat back at once; a browser of the person keeps it", async () => {
  const sue = await signedIn("sue");
  const { token } = (await manage(sue, "tokens/make", { name: "Desk", kind: "desktop", policy: "consume" })).body;
  const person = { id: "anna", name: "Anna Adams" };
  const client = "desktop-of-anna";
  await native(token, "claim", { person, client, activeAgeMs: 0 });
  expect((await native(token, "release", { person, client })).body).toMatchObject({ inUse: 0 });
  await native(token, "claim", { person, client, activeAgeMs: 0 });
  await signedIn("anna");
  expect((await native(token, "release", { person, client })).body).toMatchObject({ inUse: 1 });
});

test("[N2] reserved seats of an integration are its own", async () => {
  const [maria, sue] = [await signedIn("maria"), await signedIn("sue")];
  const made = (await manage(sue, "tokens/make", { name: "ERP", kind: "erp", policy: "reserved" })).body;
  const claim = (id: string) =>
    native(made.token, "claim", { person: { id, name: id }, client: `client-of-${id}`, activeAgeMs: 0 });
  expect((await claim("robot-1")).body).toMatchObject({ verdict: "FAIL", reason: "reserved_taken" });
  const pool = {
    id: "erp",
    name: "ERP",
    groups: [`integration:${made.row.id}`],
    reserved: 1,
    most: null,
    priority: 0,
    windows: null,
  };
  expect((await change(maria, { what: "pools", pools: [pool] })).status).toBe(200);
  expect((await claim("robot-1")).body).toMatchObject({ verdict: "PASS" });
  expect((await claim("robot-2")).body).toMatchObject({ verdict: "FAIL" });
});

test("[N3] a token is shown once, listed without its secret, and no longer counts once revoked", async () => {
  const maria = await signedIn("maria");
  const made = (await manage(maria, "tokens/make", { name: "Mail", kind: "mail", policy: "check" })).body;
  expect(made.token).toMatch(/^hs_[a-z0-9]{6}_[a-z0-9]{32}$/);
  const listed = (await manage(maria, "tokens")).body;
  expect(listed).toMatchObject([{ id: made.row.id, name: "Mail", policy: "check", madeBy: "Maria Manager" }]);
  expect(JSON.stringify(listed)).not.toContain(made.token.split("_")[2]);
  const person = { id: "anna", name: "Anna" };
  expect((await native(made.token, "check", { person })).status).toBe(200);
  const forged = made.token.replace(/.$/, (last: string) => (last === "a" ? "b" : "a"));
  for (const token of [forged, "", "hs_", `${made.token}x`, "hs_aaaaaa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"]) {
    expect([token, (await native(token, "check", { person })).status]).toEqual([token, 401]);
  }
  expect((await manage(maria, "tokens/revoke", { id: made.row.id })).body).toEqual([]);
  expect((await native(made.token, "check", { person })).status).toBe(401);
  expect((await manage(maria, "tokens/revoke", { id: made.row.id })).status).toBe(404);
});

test("[N3] a forged token is refused without a call of the tenant", async () => {
  const tenant = new FakeTenant();
  const ask = (secret: string) =>
    readBearerToken(
      new Request("http://crm.test/", { headers: { authorization: `Bearer hs_abcdef_${secret}` } }),
      tenant,
      ["check", "consume"],
      { waitUntil: () => undefined },
    );
  const key = vi.spyOn(tenant, "tokenKey");
  // An isolate that has just started: one asks for all of them.
  const refused = await Promise.all(Array.from({ length: 200 }, () => ask("a".repeat(32))));
  expect(refused.filter(({ ok }) => !ok)).toHaveLength(200);
  expect(key).toHaveBeenCalledOnce();
  const genuine = await makeSecret(await tenant.tokenKey(), "abcdef");
  const forged = await makeSecret("another tenant's key", "abcdef");
  for (const secret of [forged, "a".repeat(32), genuine.slice(16) + genuine.slice(0, 16)]) {
    expect(await ask(secret)).toMatchObject({ ok: false, error: { code: "signed_out" } });
  }
  expect(tenant.asked).toEqual([]);
  expect(await ask(genuine)).toMatchObject({ ok: true });
  expect(tenant.asked.map(({ call }) => call)).toEqual(["useToken"]);
});

test("[P1] malformed changes are refused with the field, and change nothing", async () => {
  const sue = await signedIn("sue");
  const before = (await manage(sue, "view")).body.settings;
  for (const [name, body, status] of [
    ["limit", { limit: "3", version: 1 }, 400],
    ["limit", { limit: 3 }, 400],
    ["limit", { limit: 0, version: 1 }, 422],
    ["limit", { limit: 3, version: 1, more: true }, 400],
    ["idle-timeout", { idleTimeoutMs: 61 * 60_000, version: 1 }, 422],
    ["settings", { change: { what: "nothing" }, version: 1 }, 400],
    ["settings", { change: { what: "time_zone", timeZone: "Mars/Olympus" }, version: 1 }, 422],
    ["settings", { change: { what: "boost", extra: 0, startsInMs: 0, lastsMs: 60_000 }, version: 1 }, 422],
    ["evict", { holder: "nobody", note: "" }, 404],
    ["explain", { holder: "nobody" }, 404],
    ["tokens/make", { name: "", kind: "mail", policy: "check" }, 400],
    ["tokens/make", { name: "x", kind: "mail", policy: "everything" }, 400],
  ] as const) {
    const said = await manage(sue, name, body);
    expect([name, body, said.status]).toEqual([name, body, status]);
    expect(said.body.detail.length).toBeGreaterThan(10);
  }
  expect((await manage(sue, "view")).body.settings).toEqual(before);
});

test("[L33] [I13] a map of rights is nothing that can be tried", async () => {
  const sue = await signedIn("sue");
  const refused = await manage(sue, "shadow/begin", {
    changes: [{ what: "rights", rights: { order: [], rules: [] } }],
  });
  expect([refused.status, refused.body.code, refused.body.field]).toEqual([400, "malformed", "changes.0.what"]);
  expect((await manage(sue, "shadow")).body).toEqual({ shadow: null });
});
