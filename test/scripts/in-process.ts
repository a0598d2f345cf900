/**
 * Runs a command of the project in this process: what it prints and its exit status, without a Node of its own, which
 * takes longer to start than most commands to do their work. child.ts runs one as a person's shell does.
 */
import { format } from "node:util";
import { vi } from "vitest";

export interface CommandRun {
  status: number;
  out: string;
  err: string;
}

export async function runInProcess(
  command: (args: string[]) => Promise<number>,
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<CommandRun> {
  const printed = { out: "", err: "" };
  const collect =
    (stream: keyof typeof printed) =>
    (...line: unknown[]) => {
      printed[stream] += `${format(...line)}\n`;
    };
  const spies = [
    vi.spyOn(console, "log").mockImplementation(collect("out")),
    vi.spyOn(console, "error").mockImplementation(collect("err")),
  ];
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  try {
    return { status: await command(args), ...printed };
  } finally {
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}
