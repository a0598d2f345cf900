/** What the steps of the gate share: made once per tenant and isolate. */
import type { SessionKey } from "../../shared/ids.ts";
import type { Config } from "../config/config.ts";
import { createIdentityCache, type IdentityKeeper } from "../identity/identity-cache.ts";
import type { IdentitySource } from "../identity/identity-source.ts";
import type { Preset } from "../identity/preset/preset-schema.ts";
import { createStrangerLimit } from "../identity/stranger-limit.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import type { DependencyHealth } from "../memory/dependency-health.ts";
import type { TenantCalls } from "../tenant/tenant-calls.ts";
import { createAdmissionCache, type ReadAdmission } from "./admission/admission-cache.ts";
import { type ClaimCoalescer, createClaimCoalescer } from "./admission/claim-coalescer.ts";
import { createClockGeneration } from "./admission/clock-generation.ts";
import { type Connections, createConnections } from "./admission/connections.ts";
import { createKeyOwners, type KeyOwners } from "./admission/key-owners.ts";
import { type CrmRecordCounter, createCrmRecordCounter } from "./crm-record-counter.ts";
import type { GateRequest } from "./gate-request.ts";
import { createOwedCookies, type OwedCookies } from "./proxy/owed-cookies.ts";
import { type Proxy as CrmProxy, createProxy } from "./proxy/proxy.ts";
import { compileSortNames, type SortedNames } from "./proxy/sorted-names.ts";
import { createRequestCounter, type RequestCounter } from "./request-counter.ts";
import { compileRules, type Rules } from "./rules.ts";

const DOUBTS_MAX = 10_000;

export interface GatePorts {
  /** A new stub of the tenant's object for each call. */
  tenant: () => TenantCalls;
  fetchCrm: typeof fetch;
  /** Who says who a visitor is. */
  source: IdentitySource;
  dependencyHealth: DependencyHealth;
  /** ms of the Worker's clock. */
  now: () => number;
}

export interface GateParts extends GatePorts {
  /** When the CRM was last asked whether a session that it seemed to have ended is alive, by session and sign of its end. */
  doubts: BoundedMap<string, number>;
  /** Whether the CRM was seen to give a session another value in an answer to somebody who only read. */
  renews: {
    byReading: boolean;
    /** When this was last seen of a session. */
    lastAt: BoundedMap<SessionKey, number>;
  };
  config: Config;
  preset: Preset;
  rules: Rules;
  proxy: CrmProxy;
  identity: IdentityKeeper;
  connections: Connections;
  desk: ClaimCoalescer;
  records: CrmRecordCounter;
  counter: RequestCounter;
  owed: OwedCookies;
  /** Whose the keys are that were shown beside sessions (G2). */
  keys: KeyOwners;
  /** The names of a request's headers. */
  namesOf: (req: GateRequest) => SortedNames;
  /** What the identity source says, as often as one address may ask. */
  find: IdentitySource["find"];
  /** The session of a request, and what admits it; null: it carries none of the CRM's. */
  readAdmission: ReadAdmission;
}

export function createGateParts(config: Config, preset: Preset, ports: GatePorts): GateParts {
  const { tenant, fetchCrm, source, dependencyHealth, now } = ports;
  const strangers = createStrangerLimit(now);
  const find: typeof source.find = async (visitor) => {
    const address = visitor.headers.get("cf-connecting-ip");
    if (visitor.isKnown !== true && strangers.isReached(address)) return { kind: "too_often" };
    const result = await source.find(visitor);
    dependencyHealth.note("identity", result.kind !== "unknown");
    if (result.kind === "anonymous") strangers.note(address);
    return result;
  };
  const counter = createRequestCounter();
  const connections = createConnections(
    tenant,
    dependencyHealth,
    now,
    createClockGeneration(now, config.timing.clockSkewMs),
  );
  const sortNames = compileSortNames(source.credentialHeaders);
  const namesOf = (req: GateRequest): SortedNames => {
    req.names ??= sortNames(req.headers);
    return req.names;
  };
  const rules = compileRules(preset);
  return {
    ...ports,
    doubts: new BoundedMap(DOUBTS_MAX),
    renews: { byReading: false, lastAt: new BoundedMap(DOUBTS_MAX) },
    config,
    preset,
    rules,
    proxy: createProxy(config.crmOrigin, fetchCrm, preset, namesOf, rules.keyFields),
    identity: createIdentityCache(find, source.lives, now),
    connections,
    desk: createClaimCoalescer(config, tenant, connections, dependencyHealth, counter, now),
    records: createCrmRecordCounter(source.countRecords, tenant, now),
    counter,
    keys: createKeyOwners(source.lives.signedInMs, now),
    namesOf,
    owed: createOwedCookies(),
    find,
    readAdmission: createAdmissionCache({ config, connections, now }, source.readCredential, source.credentialHeaders),
  };
}
