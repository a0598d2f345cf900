/** Processes of the benchmark: started, waited for, and ended whatever happens. */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

const running = new Set<ChildProcess>();

/** Starts a process that `endChildren` ends, if it has not gone by then. */
export function startChild(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(program, args, options);
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}

/** All that a process wrote to stdout, once it has ended well. Rejects with what it wrote to stderr. */
export function runChild(program: string, args: readonly string[], input = ""): Promise<string> {
  const child = startChild(program, args, { stdio: ["pipe", "pipe", "pipe"] });
  child.stdin?.end(input);
  return new Promise((resolve, reject) => {
    let output = "";
    let faults = "";
    child.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    child.stderr?.on("data", (chunk: Buffer) => (faults += chunk.toString("utf8")));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ended with status ${code}: ${faults.trim() || output.trim()}`));
    });
  });
}

/** The first line that a stream of the process carries and `read` makes something of; rejects when it ends before. */
export function firstLine<T>(
  child: ChildProcess,
  stream: NodeJS.ReadableStream,
  read: (text: string) => T | null,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      const value = read(text);
      if (value !== null) resolve(value);
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${child.spawnfile} ended with status ${code}: ${text.trim()}`)));
  });
}

/** Ends every process that is still there, and waits until it is gone. */
export async function endChildren(): Promise<void> {
  const gone = [...running].map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of running) child.kill("SIGKILL");
  await Promise.all(gone);
}
