/**
 * Finds what a test run has left behind. Every process of a run carries the run's mark in its environment, also
 * those (browsers) that put themselves into a process group of their own. Linux only: elsewhere nothing is found.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** The environment variable that carries the mark. */
export const RUN_MARK = "HOTSEAT_TEST_RUN";

export interface Stray {
  pid: number;
  command: string;
}

/** The running processes that carry this mark, ourselves left out. */
export function findStrays(mark: string): Stray[] {
  const strays: Stray[] = [];
  for (const name of readdirSafely("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${name}/environ`, "latin1").split("\0").includes(`${RUN_MARK}=${mark}`)) continue;
      const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      if (command !== "") strays.push({ pid, command: command.slice(0, 120) });
    } catch {
      // It ended while we looked, or belongs to somebody else.
    }
  }
  return strays;
}

/** Gives what is just ending `graceMs` to end, kills the rest, and returns what had to be killed. */
export async function endStrays(mark: string, graceMs: number): Promise<Stray[]> {
  const deadline = Date.now() + graceMs;
  let strays = findStrays(mark);
  while (strays.length > 0 && Date.now() < deadline) {
    await delay(50);
    strays = findStrays(mark);
  }
  for (const { pid } of strays) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone in the meantime.
    }
  }
  return strays;
}

function readdirSafely(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
