/** A gate with everything round it faked: clock, CRM, tenant, and a browser that keeps cookies. */

import type { TenantId } from "../../../shared/ids.ts";
import { TIMING } from "../../../shared/timing.ts";
import type { Config } from "../../../worker/config/config.ts";
import type { Gate } from "../../../worker/gate/gate.ts";
import type { Preset } from "../../../worker/identity/preset/preset-schema.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { createDependencyHealth, type DependencyHealth } from "../../../worker/memory/dependency-health.ts";
import { inEachIsolate } from "../harsh/isolates.ts";
import { FakeTenant } from "./fake-tenant.ts";

export const PUBLIC_ORIGIN = "https://crm.acme.example";
export const CRM_ORIGIN = "http://crm.test";

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

/** What the CRM was asked, its body read. */
export interface Asked {
  url: string;
  method: string;
  headers: Headers;
  body: string;
}

/** A CRM of one answer a path; `/api/me` says who a `larch_session` belongs to. */
export class FakeCrm {
  readonly asked: Asked[] = [];
  readonly people = new Map<string, Record<string, unknown>>();
  readonly pages = new Map<string, (asked: Asked) => Response | Promise<Response>>();
  /** Questions who somebody is. */
  questions = 0;

  constructor() {
    this.people.set("anna", {
      id: "u1",
      login: "anna",
      name: "Anna Lindström",
      email: "anna@larch.example",
      role: "sales",
      active: true,
    });
    this.people.set("frank", {
      id: "u6",
      login: "frank",
      name: "Frank Weiß",
      email: "frank@larch.example",
      role: "accounts",
      active: true,
    });
  }

  fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const asked: Asked = {
      url: request.url,
      method: request.method,
      headers: new Headers(request.headers),
      body: await request.text(),
    };
    const { pathname } = new URL(request.url);
    const own = this.pages.get(pathname);
    if (pathname === "/api/me") {
      this.questions++;
      if (own !== undefined) return own(asked);
      const session = /larch_session=([^;]*)/.exec(asked.headers.get("cookie") ?? "")?.[1] ?? "";
      const person = this.people.get(session);
      return person === undefined ? Response.json({ error: "not signed in" }, { status: 401 }) : Response.json(person);
    }
    this.asked.push(asked);
    return own === undefined
      ? new Response(`the CRM's ${pathname}`, { headers: { "content-type": "text/html" } })
      : own(asked);
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

/** Keeps cookies as a browser does, as far as Hotseat's own go. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #site: GateSite;

  constructor(site: GateSite, cookies: Record<string, string>) {
    this.#site = site;
    for (const [name, value] of Object.entries(cookies)) this.cookies.set(name, value);
  }

  async ask(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...(cookie === "" ? {} : { cookie }), ...init.headers };
    const request = new Request(PUBLIC_ORIGIN + path, { redirect: "manual", ...init, headers });
    const { gate, background } = this.#site;
    const answer = await (gate.handleOwn(request, background) ?? gate.handle(request, background));
    for (const set of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === "" || /max-age=0/i.test(set)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  navigate(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    return this.ask(path, {
      ...init,
      headers: {
        ...init.headers,
        "sec-fetch-mode": "navigate",
        "sec-fetch-user": "?1",
        accept: "text/html",
      },
    });
  }

  /** Presses a button of a page of Hotseat's. */
  press(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const sent = { origin: PUBLIC_ORIGIN, "content-type": "application/x-www-form-urlencoded", ...headers };
    return this.navigate(path, { method: "POST", body: "", headers: sent });
  }

  poll(path: string): Promise<Response> {
    return this.ask(path, { headers: { "sec-fetch-mode": "cors", accept: "application/json" } });
  }
}

export class GateSite {
  time = 1_800_000_000_000;
  readonly crm = new FakeCrm();
  /** Who has the keys of signers. */
  fetchKeys: (...asked: Parameters<typeof fetch>) => Promise<Response> = () => Promise.reject(new Error("no signer"));
  readonly background = new Background();
  readonly pulse: DependencyHealth;
  readonly config: Config;
  readonly preset: Preset;
  readonly tenant: FakeTenant;
  readonly gate: Gate;

  /** `fetchCrm`: another CRM than `crm`. */
  constructor(overrides: Partial<Config> = {}, preset: Preset = loadPreset("demo"), fetchCrm?: typeof fetch) {
    this.config = testConfig(overrides);
    this.preset = preset;
    const now = () => this.time;
    this.pulse = createDependencyHealth(now);
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
        pulse: this.pulse,
        now,
      });
    });
    this.gate = {
      handle: (...asked) => nextGate().handle(...asked),
      handleOwn: (...asked) => nextGate().handleOwn(...asked),
    };
  }

  browser(session: string): Browser {
    return new Browser(this, { larch_session: session });
  }
}
