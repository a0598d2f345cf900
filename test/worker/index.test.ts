/** The Worker whole: real configuration, gate, tenant object and records, before a CRM of one page. */

import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { API_PATH, Status } from "../../shared/protocol.ts";
import type { Env } from "../../worker/config/config.ts";
import worker from "../../worker/index.ts";
import { Browser, SITE } from "../support/site/browser.ts";
import { openOffice, type PageCrm, shownPage } from "../support/site/page-crm.ts";
import { openWorker } from "../support/site.ts";
import { loadIsolate } from "./harsh/isolate.ts";
import { stayInOneIsolate } from "./harsh/isolates.ts";

/** Of another isolate: it remembers nothing of what the first one saw. Loaded before any object is there. */
vi.resetModules();
const { worker: another } = await loadIsolate();

let tenants = 0;

let crm: PageCrm;
let bindings: Env;
const open = (login: string | null) => openWorker(bindings).browser(login);
const versionOf = (html: string): string => /name="version" value="(\d+)"/.exec(html)?.[1] ?? "none";

beforeEach(() => {
  crm = openOffice();
  // Each test has a tenant's object of its own. The object reads its limit from the Worker's bindings: 2.
  bindings = { ...env, CRM: crm.binding, TENANT: `firm-${tenants++}` };
});
afterEach(() => {
  vi.restoreAllMocks();
});

test("[G1] the CRM's paths go to the CRM, Hotseat's own never, in no spelling", async () => {
  const browser = open(null);
  expect(await (await browser.navigate("/login")).text()).toBe(shownPage("/login"));
  crm.asked.length = 0;
  crm.questions = 0;
  for (const path of [
    "/.hotseat",
    "/.hotseat/",
    "/.hotseat/nothing",
    "/.hotseat/api/nothing",
    "/.hotseat/api//status",
    "/.hotseat/..%2flogin",
    "/%2ehotseat/admin",
    "/%2Ehotseat/api/status",
    "/%252ehotseat/admin",
    "//.hotseat/admin",
    "/./%2ehotseat/admin",
    "/.HotSeat/admin",
    "/.hotseat%2fadmin",
    "/.hotseat%5cadmin",
    "/contacts/..%2f.hotseat/admin",
    "/.hotseat;x/admin",
  ]) {
    for (const method of ["GET", "POST", "PUT", "OPTIONS"]) {
      const response = await browser.ask(path, { method, headers: { origin: SITE } });
      expect([method, path, response.status]).toEqual([method, path, 404]);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
  }
  expect([crm.asked, crm.questions]).toEqual([[], 0]);
});

test("[G1] a header of the visitor makes nobody anybody", async () => {
  const browser = open(null);
  const headers = {
    "x-hotseat-who": "sue",
    "x-forwarded-user": "sue",
    "cf-access-authenticated-user-email": "sue@acme.example",
    authorization: "Bearer sue",
  };
  expect((await browser.ask(`${API_PATH}status`, { headers })).status).toBe(401);
  expect((await browser.ask("/.hotseat/admin", { headers })).status).toBe(401);
});

test("[L7] [L8] [L9] a seat is released from the extension, handed to the next, and asked back", async () => {
  const anna = open("anna");
  const bert = open("bert");
  const maria = open("maria");
  for (const browser of [anna, bert]) expect((await browser.navigate("/contacts")).status).toBe(200);
  expect((await maria.navigate("/contacts")).status).toBe(503);
  expect(anna.cookies.has("__Host-hotseat-pass")).toBe(true);
  const released = await anna.call("release");
  expect(released).toMatchObject({ state: "unseated", ended: { cause: "released" }, inUse: 2 });
  // The seat is free once the browser shows that it took the answer.
  expect(await anna.call("hand-back")).toMatchObject({ state: "unseated", inUse: 1 });
  expect(anna.cookies.has("__Host-hotseat-pass")).toBe(false);
  expect((await maria.navigate("/contacts")).status).toBe(200);
  const denied = await anna.call("claim", { act: "button" });
  expect(denied).toMatchObject({ state: "unseated", denied: "limit_reached", inUse: 2 });
  await bert.call("release");
  await bert.call("hand-back");
  const seated = await anna.call("claim", { act: "button" });
  expect(seated).toMatchObject({ state: "seated", denied: null });
  expect(anna.cookies.has("__Host-hotseat-pass")).toBe(true);
  crm.asked.length = 0;
  crm.questions = 0;
  expect((await anna.ask("/contacts/1")).status).toBe(200);
  expect([crm.paths, crm.questions]).toEqual([["/contacts/1"], 0]);
});

test("[L9] a browser that crashes after it gave its seat back, and is restored with its old pass, lets nobody in", async () => {
  const isolates = [worker, another];
  let place = 0;
  const send = async (request: Request) => {
    const ctx = createExecutionContext();
    const { fetch } = isolates[place] as typeof worker;
    const response = await fetch(request as Parameters<typeof fetch>[0], bindings, ctx);
    await waitOnExecutionContext(ctx);
    return response;
  };
  const open = (login: string) => {
    const browser = new Browser({ send }, { larch_session: login });
    browser.connection = `the first of ${login}`;
    return browser;
  };
  const anna = open("anna");
  const bert = open("bert");
  const maria = open("maria");
  for (place of [0, 1])
    for (const browser of [anna, bert]) expect((await browser.navigate("/contacts")).status).toBe(200);
  const onDisk = new Map(anna.cookies);
  place = 0;
  await anna.call("release");
  await anna.call("hand-back");
  expect((await maria.navigate("/contacts")).status).toBe(200);
  // The isolate that took the hand-back needs no connection to know better.
  expect((await anna.restored(onDisk, null).poll("/api/contacts")).status).toBe(503);
  place = 1;
  const restored = anna.restored(onDisk, "the second of anna");
  expect((await restored.poll("/api/contacts")).status).toBe(503);
  expect((await restored.navigate("/contacts")).status).toBe(503);
  // Others may change their connections as they like, and come back as they were.
  const onBertsDisk = new Map(bert.cookies);
  expect((await bert.restored(onBertsDisk, "the second of bert").poll("/api/contacts")).status).toBe(200);
});

test("[L15] a waiting person is told at once when a seat is free", async () => {
  const [anna, bert, maria] = [open("anna"), open("bert"), open("maria")];
  await anna.navigate("/");
  await bert.navigate("/");
  await maria.navigate("/");
  expect(await maria.call("wait")).toMatchObject({ state: "waiting", line: { position: 1 } });
  const told = maria.call("wait");
  await anna.call("release");
  await anna.call("hand-back");
  expect(await told).toMatchObject({ state: "offered" });
});

test("[L10] [L12] [L13] a manager without a seat raises the limit, is refused to lower it, and frees a seat", async () => {
  const [anna, bert, maria, sue] = [open("anna"), open("bert"), open("maria"), open("sue")];
  await anna.navigate("/");
  await bert.navigate("/");
  expect((await maria.navigate("/")).status).toBe(503);
  expect(await (await maria.ask("/.hotseat/admin")).text()).toContain("Anna Adams");
  const page = await (await maria.ask("/.hotseat/admin/licensing")).text();
  const raised = await maria.submit("/.hotseat/admin/licensing/limit", { limit: "3", version: versionOf(page) });
  expect([raised.status, raised.headers.get("location")]).toEqual([303, "/.hotseat/admin/licensing?done=limit#limit"]);
  expect((await maria.navigate("/")).status).toBe(200);

  const now = await (await maria.ask("/.hotseat/admin/licensing")).text();
  const lowered = await maria.submit("/.hotseat/admin/licensing/limit", { limit: "1", version: versionOf(now) });
  expect(lowered.status).toBe(403);
  expect(await lowered.text()).toMatch(/support/i);
  const late = await maria.submit("/.hotseat/admin/licensing/limit", { limit: "4", version: versionOf(page) });
  expect(late.status).toBe(409);
  const idle = await maria.submit("/.hotseat/admin/licensing/idle-timeout", { minutes: "61", version: versionOf(now) });
  expect(idle.status).toBe(422);
  expect(await idle.text()).toContain("from 5 to 60 minutes");

  const note = "Month-end: <b>please</b> call me";
  expect((await maria.submit("/.hotseat/admin/free", { holder: "bert", note })).status).toBe(303);
  const told = Status.parse(await (await bert.ask(`${API_PATH}status`)).json());
  expect(told).toMatchObject({ state: "unseated", ended: { cause: "evicted", by: "Maria Manager", note } });

  await sue.navigate("/");
  const supportPage = await (await sue.ask("/.hotseat/admin/licensing")).text();
  const done = await sue.submit("/.hotseat/admin/licensing/limit", { limit: "1", version: versionOf(supportPage) });
  expect(done.status).toBe(303);
  expect(await (await sue.ask("/.hotseat/admin")).text()).toMatch(/Over by \d/);
});

test("[A1] a plain user gets a clear 403, and an attempt to change is refused", async () => {
  const anna = open("anna");
  await anna.navigate("/");
  expect((await anna.ask("/.hotseat/admin")).status).toBe(403);
  expect((await anna.submit("/.hotseat/admin/licensing/limit", { limit: "9", version: "1" })).status).toBe(403);
  expect((await anna.submit("/.hotseat/admin/free", { holder: "anna", note: "why not" })).status).toBe(403);
  expect(Status.parse(await (await anna.ask(`${API_PATH}status`)).json())).toMatchObject({ limit: 2, state: "seated" });
});

test("a configuration that cannot work is told to the operator, without secrets, and logged once", async () => {
  stayInOneIsolate("each isolate logs it once");
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  bindings = { ...bindings, TENANT: "Not A Name", HOTSEAT_SECRET: "tooshort", SEAT_LIMIT: "many" };
  const browser = open(null);
  for (const path of ["/", "/.hotseat/admin", "/.hotseat/health"]) {
    const response = await browser.ask(path);
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(text).toContain("TENANT must be");
    expect(text).toContain("SEAT_LIMIT must be");
    expect(text).toContain("HOTSEAT_SECRET must be at least 32");
    expect(text).not.toContain("tooshort");
  }
  expect(logged).toHaveBeenCalledTimes(1);
  expect(logged.mock.calls.flat().join(" ")).not.toContain("tooshort");
  bindings = { ...bindings, TENANT: "acme", HOTSEAT_SECRET: "x".repeat(32), SEAT_LIMIT: "2", PRESET: "no-such-crm" };
  const unknown = await open(null).ask("/");
  expect([unknown.status, await unknown.text()]).toEqual([503, expect.stringContaining("no-such-crm")]);
  expect([crm.asked, crm.questions]).toEqual([[], 0]);
});

test("[R1] the watchdog wakes the object of the one tenant, and an object that does not wake is told of", async () => {
  const logged = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const failed = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const ctx = createExecutionContext();
  const controller = createScheduledController({ scheduledTime: new Date(), cron: "*/10 * * * *" });
  await worker.scheduled(controller, bindings);
  await waitOnExecutionContext(ctx);
  expect(logged).toHaveBeenCalledWith(JSON.stringify({ what: "tenants woken", woken: 1, failed: 0 }));
  expect(failed).not.toHaveBeenCalled();
  const SEATS = { ...env.SEATS, idFromName: () => "x", get: () => ({ ping: () => Promise.reject(new Error("no")) }) };
  await worker.scheduled(controller, { ...bindings, SEATS: SEATS as unknown as Env["SEATS"] });
  expect(logged).toHaveBeenCalledWith(JSON.stringify({ what: "tenants woken", woken: 0, failed: 1 }));
  expect(failed).toHaveBeenCalledTimes(1);
});

test("[G6] a fault of Hotseat's own is a page for a person, and data for a program", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  vi.spyOn(crypto.subtle, "digest").mockRejectedValue(new Error("a fault of ours"));
  const ask = (headers: Record<string, string>) => {
    const init = { headers: { cookie: "larch_session=nobody-yet", ...headers } };
    const request = new Request<unknown, IncomingRequestCfProperties>(`${SITE}/deals`, init);
    return worker.fetch(request, bindings, createExecutionContext());
  };
  const navigation = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", accept: "text/html" };
  const page = await ask({ ...navigation, "accept-language": "de" });
  expect([page.status, page.headers.get("content-type")]).toEqual([503, "text/html; charset=utf-8"]);
  expect(await page.text()).toContain('lang="de"');
  const data = await ask({ "sec-fetch-mode": "cors", accept: "*/*" });
  expect([data.status, data.headers.get("content-type")]).toEqual([503, "application/problem+json"]);
});
