/**
 * A11, T5: whether the CRM answers somebody who goes around the gate: asked without the secret, and without anybody's
 * session. Only where a secret is set: without one the CRM cannot tell the gate from others.
 */
import { MINUTE_MS } from "../../shared/durations.ts";
import { within } from "../async/timeout.ts";
import type { Config } from "../config/config.ts";
import { readMeta, writeMeta } from "./schema.ts";

const PATIENCE_MS = 3_000;
/** So long the last answer is good. */
const FRESH_MS = 10 * MINUTE_MS;

const PROBED = "origin_probe";

interface Probed {
  at: number;
  answers: boolean | null;
}

export interface OriginCheckPorts {
  now(): number;
  fetch: typeof globalThis.fetch;
}

/** Asks at most once in ten minutes, and keeps the answer over restarts. */
export class OriginCheck {
  readonly #sql: SqlStorage;
  readonly #ports: OriginCheckPorts;
  #probed: Probed | null = null;

  constructor(sql: SqlStorage, ports: OriginCheckPorts) {
    this.#sql = sql;
    this.#ports = ports;
  }

  open(): void {
    this.#probed = JSON.parse(readMeta(this.#sql, PROBED) ?? "null") as Probed | null;
  }

  /** Whether the CRM answered somebody without the secret; null: not known. */
  get answers(): boolean | null {
    return this.#probed?.answers ?? null;
  }

  async ask({ crmSecret, crmOrigin }: Pick<Config, "crmSecret" | "crmOrigin">): Promise<void> {
    const { now, fetch } = this.#ports;
    const at = now();
    if (crmSecret === null || (this.#probed !== null && at - this.#probed.at < FRESH_MS)) return;
    // Before the answer, so that many who ask at once are one question.
    this.#keep({ at, answers: this.answers });
    this.#keep({ at, answers: await probeOrigin(crmOrigin, fetch) });
  }

  #keep(probed: Probed): void {
    this.#probed = probed;
    writeMeta(this.#sql, PROBED, JSON.stringify(probed));
  }
}

/** null: nothing can be said: the CRM did not answer at all. */
async function probeOrigin(crmOrigin: string, fetch: typeof globalThis.fetch): Promise<boolean | null> {
  const ask = async (): Promise<boolean> => {
    const answer = await fetch(`${crmOrigin}/`, { redirect: "manual", headers: { accept: "text/html" } });
    await answer.body?.cancel();
    // 403 and the like are what a CRM, or what stands before it, says to whoever does not show the secret.
    return answer.status < 400;
  };
  return (
    (
      await within(
        PATIENCE_MS,
        ask().catch(() => null),
      )
    )?.value ?? null
  );
}
