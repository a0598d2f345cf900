/**
 * The one way to set a site up in the tests of the Worker: a gate with everything round it faked (`GateSite`), Hotseat's
 * own addresses before a fake tenant (`openSite`) or a real one (`openRoutes`), or the whole Worker (`openWorker`).
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { TenantId } from "../../shared/ids.ts";
import { TIMING } from "../../shared/timing.ts";
import type { Config, Env } from "../../worker/config/config.ts";
import type { Gate } from "../../worker/gate/gate.ts";
import type { Preset } from "../../worker/identity/preset/preset-schema.ts";
import { loadPreset } from "../../worker/identity/preset/presets.ts";
import { compileSessionCredentials } from "../../worker/identity/session-credential.ts";
import { createDependencyHealth, type DependencyHealth } from "../../worker/memory/dependency-health.ts";
import type { Caller, TenantCalls } from "../../worker/tenant/tenant-calls.ts";
import { inEachIsolate, nextIsolate } from "../worker/harsh/isolates.ts";
import { Browser, SITE, type Visited } from "./site/browser.ts";
import { FakeTenant } from "./site/fake-tenant.ts";
import { CRM_ORIGIN, PageCrm } from "./site/page-crm.ts";
import { config } from "./site/signed-cookies.ts";

export function testConfig(overrides: Partial<Config> = {}): Config {
  return {
    tenant: "acme" as TenantId,
    place: { jurisdiction: null, locationHint: null },
    records: "RECORDS",
    movingTo: null,
    tenantName: "Acme Ltd",
    contact: "IT, extension 4711",
    crmOrigin: CRM_ORIGIN,
    crmSecret: null,
    crmSessionMs: null,
    preset: "demo",
    secrets: ["a secret for tests, of no worth elsewhere"],
    seatLimit: 2,
    enforced: true,
    timeZone: "UTC",
    idleTimeoutMs: 1_200_000,
    idleTimeoutMinMs: 300_000,
    outageGraceMs: 600_000,
    timing: { ...TIMING },
    roleLists: { licence_manager: [], admin: [], support: [] },
    identity: { kind: "crm" },
    ...overrides,
  };
}

/** Every promise that the gate asked to keep alive, so that a test can wait for all. */
export class Background {
  readonly promises: Promise<unknown>[] = [];
  waitUntil = (promise: Promise<unknown>): void => {
    this.promises.push(promise);
  };
  async settle(): Promise<void> {
    for (let at = 0; at < this.promises.length; at++) await this.promises[at]?.catch(() => undefined);
  }
}

export class GateSite {
  time = 1_800_000_000_000;
  readonly crm = new PageCrm();
  /** Who has the keys of signers. */
  fetchKeys: (...asked: Parameters<typeof fetch>) => Promise<Response> = () => Promise.reject(new Error("no signer"));
  readonly background = new Background();
  readonly dependencyHealth: DependencyHealth;
  readonly config: Config;
  readonly preset: Preset;
  readonly tenant: FakeTenant;
  readonly gate: Gate;

  /** `fetchCrm`: another CRM than `crm`. */
  constructor(overrides: Partial<Config> = {}, preset: Preset = loadPreset("demo"), fetchCrm?: typeof fetch) {
    this.config = testConfig(overrides);
    this.preset = preset;
    const now = () => this.time;
    this.dependencyHealth = createDependencyHealth(now);
    this.tenant = new FakeTenant(now);
    const ask = fetchCrm ?? this.crm.fetch;
    const nextGate = inEachIsolate(({ createGate, createIdentitySource }) => {
      const source = createIdentitySource(this.config, preset, {
        ask: (url, init) => ask(url, init),
        fetchKeys: (...asked: Parameters<typeof fetch>) => this.fetchKeys(...asked),
        now,
      });
      return createGate(this.config, preset, {
        tenant: () => this.tenant.stub(),
        fetchCrm: ask,
        source,
        dependencyHealth: this.dependencyHealth,
        now,
      });
    });
    this.gate = {
      handle: (...asked) => nextGate().handle(...asked),
      handleOwn: (...asked) => nextGate().handleOwn(...asked),
    };
  }

  async send(request: Request): Promise<Response> {
    return this.gate.handleOwn(request, this.background) ?? this.gate.handle(request, this.background);
  }

  browser(session: string): Browser {
    return new Browser(this, { larch_session: session });
  }
}

export interface Site {
  tenant: FakeTenant;
  ask(path: string, init?: RequestInit): Promise<Response>;
  routes: readonly { method: string; path: string }[];
}

export function openSite(records: D1Database = env.RECORDS): Site {
  const tenant = new FakeTenant();
  return { tenant, ...openRoutes(tenant, { records }) };
}

/** The same before a tenant's own object. `readCaller`: who asks; by the identity cookie where absent. */
export function openRoutes(
  tenant: TenantCalls,
  {
    records = env.RECORDS,
    readCaller,
  }: { records?: D1Database; readCaller?: (request: Request) => Promise<Caller> } = {},
): Omit<Site, "tenant"> {
  const nextApp = inEachIsolate(({ createOwnRoutes, createReadCaller }) =>
    createOwnRoutes({
      config,
      tenant,
      records,
      now: () => Date.now(),
      readCaller:
        readCaller ??
        createReadCaller(
          config,
          { readCredential: compileSessionCredentials(loadPreset("demo")), steadyHeaders: [] },
          () => Date.now(),
        ),
      confirmCaller: async (_, caller) => caller,
      answerHealth: async () => Response.json({ health: "healthy" }),
      answerGateFile: async () => null,
    }),
  );
  return {
    routes: nextApp().routes,
    ask: async (path, init) => nextApp().fetch(new Request(`${SITE}${path}`, init), createExecutionContext()),
  };
}

export interface WorkerSite extends Visited {
  /** `login`: whose session of the CRM it has; null: none. */
  browser(login: string | null): Browser;
}

/** The whole Worker with real objects and databases. */
export function openWorker(bindings: Env): WorkerSite {
  const site = {
    send: async (request: Request) => {
      const ctx = createExecutionContext();
      const { worker } = nextIsolate();
      const response = await worker.fetch(request as Parameters<typeof worker.fetch>[0], bindings, ctx);
      await waitOnExecutionContext(ctx);
      return response;
    },
  };
  return { ...site, browser: (login) => new Browser(site, login === null ? {} : { larch_session: login }) };
}
