/** Who says who a visitor is, chosen by configuration (I). One adapter a file. */
import type { Config } from "../config.ts";
import { carrierHeaders, compileCarriers, type ReadCarrier } from "./carrier.ts";
import { type Ask, compileQuestion, type Visitor } from "./crm-question.ts";
import type { Finding } from "./finding.ts";
import type { Preset } from "./preset-schema.ts";
import type { IdentityLives } from "./who-am-i.ts";

export interface IdentitySource {
  /** The session of a request, null for none. */
  readCarrier: ReadCarrier;
  /** Names of headers that may carry it, in lower case. */
  carrierHeaders: readonly string[];
  find(visitor: Visitor): Promise<Finding>;
  lives: IdentityLives;
}

/** The CRM itself, asked with the visitor's own credentials. */
export function createIdentitySource(config: Config, preset: Preset, ask: Ask): IdentitySource {
  const { crmOrigin, roleLists } = config;
  const { identityLifeMs, anonymousLifeMs, identityTimeoutMs } = config.timing;
  return {
    readCarrier: compileCarriers(preset),
    carrierHeaders: carrierHeaders(preset),
    find: compileQuestion({ crmOrigin, roleLists, identityTimeoutMs }, preset, ask),
    lives: {
      signedInMs: preset.identity.signedInLifeMs ?? identityLifeMs,
      anonymousMs: preset.identity.anonymousLifeMs ?? anonymousLifeMs,
    },
  };
}
