/** A role that the CRM takes away, in the administration. */

import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ADMIN_PATH, API_PATH } from "../../../shared/protocol.ts";
import { type Browser, SITE } from "../../support/site/browser.ts";
import { officePerson, openOffice, type PageCrm } from "../../support/site/page-crm.ts";
import { openWorker } from "../../support/site.ts";

let tenants = 0;
let crm: PageCrm;
let maria: Browser;

const raise = (limit: number) =>
  maria.ask(`${API_PATH}admin/limit`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: SITE },
    body: JSON.stringify({ limit, version: 1 }),
  });
const passMinutes = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000);

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  crm = openOffice();
  maria = openWorker({ ...env, CRM: crm.binding, TENANT: `taken-${tenants++}` }).browser("maria");
  await maria.navigate("/");
});

afterEach(() => {
  vi.useRealTimers();
});

test("[I8] a person who is no longer a manager loses pages and API within a minute, without going to the CRM", async () => {
  expect((await maria.ask(ADMIN_PATH)).status).toBe(200);
  crm.people.set("maria", officePerson({ id: "maria", name: "Maria Manager", role: "sales" }));
  passMinutes(1);
  expect((await maria.ask(ADMIN_PATH)).status).toBe(403);
  expect((await raise(5)).status).toBe(403);
});

test("[I8] anyone signed out of the CRM is signed out here within a minute", async () => {
  crm.people.delete("maria");
  passMinutes(1);
  expect((await raise(5)).status).toBe(401);
  expect((await maria.ask(ADMIN_PATH)).status).toBe(401);
});

test("[I8] the CRM is asked once a minute, not with each page", async () => {
  passMinutes(1);
  crm.questions = 0;
  for (let page = 0; page < 5; page++) expect((await maria.ask(ADMIN_PATH)).status).toBe(200);
  expect(crm.questions).toBe(1);
});

test("[I8] [L13] a CRM that is silent locks no manager out", async () => {
  vi.spyOn(console, "warn").mockReturnValue();
  passMinutes(1);
  crm.fetch = () => Promise.reject(new Error("connection refused"));
  expect((await raise(5)).status).toBe(200);
  vi.restoreAllMocks();
});
