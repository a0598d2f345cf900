/** Load on one address: wrk where the machine has it, else autocannon, which takes more of the CPU itself. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChild } from "./child.ts";

export const CONNECTIONS = 32;

/** One request of many that are sent in turn. */
export interface Ask {
  method: "GET" | "POST";
  path: string;
  headers: Record<string, string>;
  /** May hold `GROWING` once: a number that grows with every turn. */
  body?: string;
}

/** Stands for a number of as many digits. */
export const GROWING = "@@@@@@@@@@@@@";

export interface Load {
  requests: number;
  rate: number;
  /** Of the process that was watched, outside of the kernel; null: none was, or the machine does not count them. */
  instructions: number | null;
}

export interface LoadTool {
  name: string;
  /**
   * Sends `asks` in turn on all connections for so long, and counts the instructions of the process `watched`. Throws
   * unless every answer is a good one.
   */
  run(origin: string, asks: readonly Ask[], seconds: number, watched?: number): Promise<Load>;
}

export function findLoadTool(): LoadTool {
  try {
    // wrk prints its version and its usage, with a status that says nothing.
    execFileSync("wrk", ["-v"], { stdio: "ignore" });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return AUTOCANNON;
  }
  return WRK;
}

/** ASCII without control characters: there Lua's strings are JSON's. */
function lua(text: string): string {
  if (!/^[ -~]*$/.test(text)) throw new Error("the requests of the benchmark are plain ASCII");
  return JSON.stringify(text);
}

function luaScript(asks: readonly Ask[]): string {
  const table = asks.map(({ method, path, headers, body }) => {
    const fields = Object.entries(headers).map(([name, value]) => `[${lua(name)}]=${lua(value)}`);
    const end = body === undefined ? "nil" : lua(body);
    return `  { ${lua(method)}, ${lua(path)}, { ${fields.join(", ")} }, ${end} },`;
  });
  return `local asks = {
${table.join("\n")}
}
local growing = ${lua(GROWING)}
local number = ${Date.now()}
local heads, tails, at = {}, {}, 0
function init()
  for index, ask in ipairs(asks) do
    local text = wrk.format(ask[1], ask[2], ask[3], ask[4])
    local first, last = text:find(growing, 1, true)
    heads[index] = first and text:sub(1, first - 1) or text
    tails[index] = first and text:sub(last + 1) or nil
  end
end
function request()
  at = at + 1
  if at > #heads then at = 1; number = number + 1 end
  local tail = tails[at]
  if tail then return heads[at] .. string.format("%.0f", number) .. tail end
  return heads[at]
end
function done(summary)
  local e = summary.errors
  io.write(string.format("SUMMARY %.0f %.0f %.0f\\n", summary.requests, summary.duration, e.connect + e.read + e.write + e.timeout + e.status))
end
`;
}

/** perf of Linux counts another process for as long as a program runs. */
const COUNT = ["stat", "-x,", "-e", "instructions:u"];
const readCount = (text: string): number | null => {
  const count = /^(\d+),/m.exec(text)?.[1];
  return count === undefined ? null : Number(count);
};

let counters: boolean | null = null;
/** Virtual machines often have no counters. */
function hasCounters(): boolean {
  if (counters === null) {
    const tried = spawnSync("perf", [...COUNT, "--", "true"], { encoding: "utf8" });
    counters = tried.status === 0 && readCount(tried.stderr) !== null;
  }
  return counters;
}

const WRK: LoadTool = {
  name: "wrk",
  async run(origin, asks, seconds, watched) {
    const folder = mkdtempSync(join(tmpdir(), "hotseat-load-"));
    try {
      const script = join(folder, "asks.lua");
      writeFileSync(script, luaScript(asks));
      const args = ["-t1", `-c${CONNECTIONS}`, `-d${seconds}s`, "--timeout", "10s", "-s", script, origin];
      const counts = watched === undefined || !hasCounters() ? null : join(folder, "counts");
      const output = await (counts === null
        ? runChild("wrk", args)
        : runChild("perf", [...COUNT, "-o", counts, "-p", String(watched), "--", "wrk", ...args]));
      const [, requests, duration, errors] = /^SUMMARY (\d+) (\d+) (\d+)$/m.exec(output) ?? [];
      const load = checkLoad(origin, Number(requests), Number(errors), Number(duration) / 1e6);
      return { ...load, instructions: counts === null ? null : readCount(readFileSync(counts, "utf8")) };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const AUTOCANNON: LoadTool = {
  name: "autocannon",
  async run(origin, asks, seconds) {
    const order = { origin, asks, seconds, connections: CONNECTIONS, growing: GROWING };
    const output = await runChild(
      process.execPath,
      [join(import.meta.dirname, "autocannon-load.mjs")],
      JSON.stringify(order),
    );
    const { requests, errors, duration } = JSON.parse(output) as Record<string, number>;
    return checkLoad(origin, requests, errors, duration);
  },
};

function checkLoad(origin: string, requests = Number.NaN, errors = 0, seconds = 0): Load {
  if (!(requests > 0)) throw new Error(`nothing was answered at ${origin}`);
  if (errors > 0) throw new Error(`${errors} of ${requests} requests to ${origin} were answered with an error`);
  return { requests, rate: requests / seconds, instructions: null };
}
