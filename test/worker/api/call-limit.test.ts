/** [P8] A script with one person's cookies. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { API, API_PATH, type ApiName } from "../../../shared/protocol.ts";
import { CALLS_AT_ONCE } from "../../../worker/api/call-limit.ts";
import { SITE } from "../../support/site/browser.ts";
import { whoCookie } from "../../support/site/signed-cookies.ts";
import { openSite, type Site } from "../../support/site.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const TAB = { client: "client-0001", tab: "tab-00000001" };
const BODIES: Partial<Record<ApiName, unknown>> = {
  heartbeat: { client: TAB.client, seq: 1, tabs: [{ id: TAB.tab, activeAgeMs: 500 }] },
  bye: TAB,
  claim: { act: "button" },
  "answer-nudge": { keep: false },
  "hand-over": { to: "ben" },
};
function ask(site: Site, name: ApiName, cookie: string, origin = SITE): Promise<Response> {
  const { method } = API[name];
  const headers = { cookie, origin, "content-type": "application/json" };
  const body = method === "GET" ? {} : { body: JSON.stringify(BODIES[name] ?? {}) };
  return site.ask(API_PATH + name, { method, headers, ...body });
}
async function useUp(site: Site, cookie: string): Promise<void> {
  for (let call = 0; call < CALLS_AT_ONCE; call++) expect((await ask(site, "status", cookie)).status).toBe(200);
}

test("[P8] is answered 600 calls at once and ten a second, whatever is asked, and costs the object nothing beyond", async () => {
  const site = openSite();
  const cookie = await whoCookie();
  await useUp(site, cookie);
  const before = site.tenant.asked.length;
  for (const name of ["status", "heartbeat", "bye", "wait", "claim", "nudge"] as const) {
    const answer = await ask(site, name, cookie);
    expect([name, answer.status, answer.headers.get("retry-after")]).toEqual([name, 429, "1"]);
  }
  const explain = await site.ask(`${API_PATH}explain`, { headers: { cookie, origin: SITE } });
  expect(explain.status).toBe(429);
  expect(site.tenant.asked.length).toBe(before);
  vi.setSystemTime(Date.now() + 1_000);
  const statuses: number[] = [];
  for (let call = 0; call < 12; call++) statuses.push((await ask(site, "heartbeat", cookie)).status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(10);
});

test("[P8.2] giving the seat back and leaving the line are never refused for it", async () => {
  const site = openSite();
  const cookie = await whoCookie();
  await useUp(site, cookie);
  for (const name of ["release", "hand-back", "leave", "answer-nudge", "hand-over"] as const) {
    expect((await ask(site, name, cookie)).status).not.toBe(429);
  }
});

test("[P8] nobody else is told to wait, and other sites use up nothing of it", async () => {
  const site = openSite();
  const cookie = await whoCookie();
  for (let call = 0; call < CALLS_AT_ONCE + 5; call++) {
    expect((await ask(site, "heartbeat", cookie, "https://evil.example")).status).toBe(403);
  }
  await useUp(site, cookie);
  expect((await ask(site, "status", await whoCookie("user", { id: "ben" }))).status).toBe(200);
});
