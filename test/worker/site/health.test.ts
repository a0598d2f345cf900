/** [G6] `/.hotseat/health` says which part is unhealthy, and an unhealthy part stops nobody whom it does not concern. */

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Env } from "../../../worker/config/config.ts";
import worker from "../../../worker/index.ts";
import { createDependencyHealth } from "../../../worker/memory/dependency-health.ts";
import { createHealth, type HealthPorts } from "../../../worker/site/health.ts";
import { FakeTenant } from "../../support/site/fake-tenant.ts";

beforeEach(() => {
  for (const level of ["error", "warn", "log"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const broken = () => Promise.reject(new Error("secret inner detail"));
const brokenRecords = { prepare: () => ({ first: broken, bind: () => ({ all: broken, run: broken, first: broken }) }) };

function examine(change: Partial<HealthPorts> = {}, now: () => number = () => 1_000) {
  const tenant = new FakeTenant(now);
  let asked = 0;
  const answer = createHealth({
    tenant: tenant.stub(),
    records: env.RECORDS,
    crmOrigin: "http://crm.test",
    fetchCrm: async () => {
      asked++;
      return new Response("ok", { status: 302 });
    },
    dependencyHealth: createDependencyHealth(now),
    now,
    ...change,
  });
  return { answer, asked: () => asked };
}

describe("[G6] health", () => {
  test("two hundred strangers at once are one question to each part", async () => {
    let pinged = 0;
    const seats = {
      ...new FakeTenant(() => 0).stub(),
      ping: async () => {
        pinged++;
      },
    };
    const { answer, asked } = examine({ tenant: seats });
    const ctx = createExecutionContext();
    const answers = await Promise.all(Array.from({ length: 200 }, () => answer(ctx)));
    await waitOnExecutionContext(ctx);
    expect([pinged, asked(), new Set(answers.map(({ status }) => status))]).toEqual([1, 1, new Set([200])]);
  });

  test("everything is healthy", async () => {
    const response = await examine().answer(createExecutionContext());
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
    expect(await response.json()).toMatchObject({
      health: "healthy",
      parts: {
        seats: { state: "healthy" },
        records: { state: "healthy" },
        crm: { state: "healthy" },
        identity: { state: "unasked" },
      },
      withoutSeats: 0,
    });
  });

  test.each<[string, Partial<HealthPorts>, string, number]>([
    ["seats", { tenant: { ...new FakeTenant(() => 0).stub(), ping: broken } }, "unhealthy", 503],
    ["crm", { fetchCrm: broken as unknown as typeof fetch }, "unhealthy", 503],
    ["crm", { fetchCrm: (async () => new Response("", { status: 502 })) as unknown as typeof fetch }, "unhealthy", 503],
    ["records", { records: brokenRecords as unknown as D1Database }, "degraded", 200],
  ])("%s unhealthy", async (part, change, health, status) => {
    const response = await examine(change).answer(createExecutionContext());
    const text = await response.text();
    expect(response.status).toBe(status);
    expect(JSON.parse(text)).toMatchObject({ health, parts: { [part]: { state: "unhealthy" } } });
    expect(text).not.toContain("secret inner detail");
  });

  test("identity unhealthy, as the gate saw it", async () => {
    const dependencyHealth = createDependencyHealth(() => 0);
    dependencyHealth.note("identity", false);
    dependencyHealth.countGrace();
    const response = await examine({ dependencyHealth }).answer(createExecutionContext());
    expect(await response.json()).toMatchObject({
      health: "unhealthy",
      parts: { identity: { state: "unhealthy" } },
      withoutSeats: 1,
    });
  });

  test("asking a thousand times costs nobody anything", async () => {
    let time = 0;
    const { answer, asked } = examine({}, () => time);
    for (let count = 0; count < 1_000; count++) await answer(createExecutionContext());
    expect(asked()).toBe(1);
    time += 5_001;
    await answer(createExecutionContext());
    expect(asked()).toBe(2);
  });
});

describe("[G6] the Worker whole", () => {
  const CRM = {
    fetch: async (input: RequestInfo, init?: RequestInit) =>
      new URL(new Request(input, init).url).pathname === "/api/me"
        ? Response.json({ id: "u1", login: "anna", name: "Anna", email: null, role: "admin", active: true })
        : new Response("the CRM's page"),
  } as unknown as Fetcher;
  const ask = async (bindings: Env, path: string, cookie = "larch_session=s1"): Promise<Response> => {
    const ctx = createExecutionContext();
    const headers = { cookie, accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1" };
    const request = new Request(`https://crm.acme.example${path}`, { headers });
    const answer = await worker.fetch(request as Parameters<typeof worker.fetch>[0], bindings, ctx);
    await waitOnExecutionContext(ctx);
    return answer;
  };

  test("D1 down: people work, and the health is degraded", async () => {
    const bindings: Env = { ...env, CRM, TENANT: "no-records", RECORDS: brokenRecords as unknown as D1Database };
    expect(await (await ask(bindings, "/contacts")).text()).toBe("the CRM's page");
    const health = await ask(bindings, "/.hotseat/health", "");
    expect([health.status, await health.json()]).toMatchObject([
      200,
      { health: "degraded", parts: { records: { state: "unhealthy" }, seats: { state: "healthy" } } },
    ]);
  });

  test("no secret: nothing works, and the page says what to do without a way in", async () => {
    const { HOTSEAT_SECRET: _, ...rest } = env;
    const bindings = { ...rest, CRM, TENANT: "no-secret" } as Env;
    for (const path of ["/contacts", "/.hotseat/health"]) {
      const answer = await ask(bindings, path);
      expect([answer.status, await answer.text()]).toEqual([503, expect.stringContaining("HOTSEAT_SECRET is missing")]);
    }
  });
});
