/** Who says who a visitor is, chosen by configuration (I). One adapter a file. */
import type { Config } from "../config.ts";
import { carrierHeaders, compileCarriers, type ReadCarrier } from "./carrier.ts";
import { type Ask, compileQuestion, type Visitor } from "./crm-question.ts";
import type { Preset } from "./preset-schema.ts";
import type { IdentityLives, Verdict } from "./who-am-i.ts";

export interface IdentitySource {
  /** The session of a request, null for none. */
  readCarrier: ReadCarrier;
  /** Names of headers that may carry it, in lower case. */
  carrierHeaders: readonly string[];
  find(visitor: Visitor): Promise<Verdict>;
  lives: IdentityLives;
}

/** The CRM itself, asked with the visitor's own credentials. */
export function createIdentitySource(config: Config, preset: Preset, ask: Ask): IdentitySource {
  const { identityLifeMs, anonymousLifeMs } = config.timing;
  return {
    readCarrier: compileCarriers(preset),
    carrierHeaders: carrierHeaders(preset),
    find: compileQuestion(config, preset, ask),
    lives: {
      signedInMs: preset.identity.signedInLifeMs ?? identityLifeMs,
      anonymousMs: preset.identity.anonymousLifeMs ?? anonymousLifeMs,
    },
  };
}
