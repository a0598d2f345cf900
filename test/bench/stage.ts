/** All that a measurement needs: the Workers, the CRM before which they stand, and load. */

import { join } from "node:path";
import { HOUR_MS, MINUTE_MS } from "../../shared/durations.ts";
import { firstLine, startChild } from "./child.ts";
import type { Credentials } from "./credentials.ts";
import { type Ask, findLoadTool, type LoadTool } from "./load.ts";
import { alternate } from "./rounds.ts";
import { type Runtime, readCpuMs, type Service, startRuntime } from "./runtime.ts";

/** A pass of the stage is renewed when it lasts no longer than this. */
export const RENEW_AHEAD_MS = MINUTE_MS;
const PASS_LIFE_MS = 10 * MINUTE_MS;
/** Live for the whole benchmark, and due for renewal from the start but live for all of a measurement. */
export const FRESH_MS = PASS_LIFE_MS - 5_000;
export const DUE_MS = RENEW_AHEAD_MS - 5_000;

const WARM_REQUESTS = 20_000;
const WARM_MOST_MS = MINUTE_MS;

/** One side of a comparison, measured once. */
export interface Speed {
  /** Requests a second. */
  rate: number;
  /** CPU time of workerd for one request, in ms: what the side costs, whatever else the machine does. */
  cpuMs: number;
  /** Instructions of workerd for one request, which change least with what else the machine does; null: not counted. */
  instructions: number | null;
}

export interface Stage {
  runtime: Runtime;
  tool: LoadTool;
  crmOrigin: string;
  /** A first look: fewer and shorter rounds. */
  quick: boolean;
  /** The answer of the probe's door, as JSON. */
  probe<T>(service: string, path: string): Promise<T>;
  people(service: string, first: number, count: number, passMs: number): Promise<Credentials[]>;
  /** Both services with the same load in turn; what is only told is raced in fewer rounds. */
  race(first: string, second: string, asks: readonly Ask[], told?: "told"): Promise<[Speed, Speed][]>;
  clear: () => void;
}

function services(crmOrigin: string): Service[] {
  const hotseat = (name: string, preset: string): Service => ({
    name,
    entry: "test/bench/workers/probe.ts",
    objects: { SEATS: "ProbedSeats" },
    records: "records",
    text: {
      HOTSEAT_SECRET: "a secret for benchmarks and of no worth elsewhere",
      TENANT: "acme",
      CRM_ORIGIN: crmOrigin,
      PRESET: preset,
      SEAT_LIMIT: "999",
      IDLE_TIMEOUT_MINUTES: "60",
      TIMING_OVERRIDES: JSON.stringify({
        passLifeMs: PASS_LIFE_MS,
        passRenewAheadMs: RENEW_AHEAD_MS,
        lostAfterMs: HOUR_MS,
        identityLifeMs: HOUR_MS,
        waitLostAfterMs: HOUR_MS,
        // A hundred people ask as often here as a firm of a hundred thousand.
        callEveryMs: 0,
      }),
    },
  });
  const plain = (name: string): Service => ({
    name,
    entry: `test/bench/workers/${name}.ts`,
    text: { CRM_ORIGIN: crmOrigin },
  });
  return [
    { name: "records", entry: "test/bench/workers/records.ts", text: {} },
    hotseat("hotseat", "demo"),
    hotseat("hotseat-injecting", "tryton"),
    plain("bare-proxy"),
    plain("private-proxy"),
    plain("faithful-proxy"),
    plain("injecting-proxy"),
    { ...plain("echo"), objects: { ECHO: "Echo" } },
  ];
}

async function startCrm(): Promise<string> {
  const child = startChild(process.execPath, [join(import.meta.dirname, "origin.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (child.stdout === null) throw new Error("the CRM of the benchmark has no output");
  const port = await firstLine(child, child.stdout, (text) => (text.includes("\n") ? Number(text) : null));
  return `http://127.0.0.1:${port}`;
}

export async function setStage(quick: boolean): Promise<Stage> {
  const crmOrigin = await startCrm();
  const { clear, ...runtime } = await startRuntime(services(crmOrigin));
  const tool = findLoadTool();
  const seconds = quick ? 1 : 2;
  const probe = async <T>(service: string, path: string): Promise<T> => {
    const answer = await fetch(`${runtime.url(service)}/probe/${path}`);
    if (!answer.ok) throw new Error(`the probe answered ${answer.status} to ${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  /** V8 goes on compiling for thousands of requests; on a busy machine these take longer than a round. */
  const warm = async (service: string, asks: readonly Ask[]): Promise<void> => {
    let sent = 0;
    for (const until = Date.now() + WARM_MOST_MS; sent < WARM_REQUESTS && Date.now() < until; ) {
      sent += (await tool.run(runtime.url(service), asks, seconds)).requests;
    }
  };
  return {
    quick,
    runtime,
    tool,
    crmOrigin,
    probe,
    clear,
    people: (service, first, count, passMs) =>
      probe<Credentials[]>(service, `people?first=${first}&count=${count}&passMs=${passMs}`),
    race: async (first, second, asks, told) => {
      const side = (service: string) => async (): Promise<Speed> => {
        const before = readCpuMs(runtime.pid);
        const { requests, rate, instructions } = await tool.run(runtime.url(service), asks, seconds, runtime.pid);
        const cpuMs = (readCpuMs(runtime.pid) - before) / requests;
        return { rate, cpuMs, instructions: instructions === null ? null : instructions / requests };
      };
      if (!quick) for (const service of [first, second]) await warm(service, asks);
      return alternate(quick ? 3 : told === undefined ? 15 : 4, side(first), side(second));
    },
  };
}
