/**
 * `npm run dev [-- OPTION...]`: `npm start` that starts again whenever the Worker, the extension or the demo CRM change,
 * with what was kept before. With --browser each start opens the browser with the extension as it is now, so its pages
 * are new, too; in a browser that you opened yourself, reload it by hand. Options are those of `npm start`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { explain } from "../cli/command-refusal.ts";
import { HELP, readStartOptions } from "./start-options.ts";
import { AGAIN } from "./welcome.ts";

const COMMAND = "npm run dev";
const ROOT = join(import.meta.dirname, "../..");
/** Editors write a file in several steps. */
const QUIET_MS = 150;
const STARTED = ["worker", "shared", "extension", "test/fixtures/demo-crm"];
/** Made from others by the build itself. */
const MADE = /\.(?:script|style)\.js|\.draft$|~$/;

/** Whether a change of this file asks for a new start. */
export const isSource = (file: string): boolean => /\.(?:tsx?|json|css|sql|html)$/.test(file) && !MADE.test(file);

/** `again`: where to go and as whom has been said, and is not repeated. */
function start(args: readonly string[], again: boolean): ChildProcess {
  const env = again ? { ...process.env, [AGAIN]: "yes" } : process.env;
  return spawn(process.execPath, [join(ROOT, "scripts/dev/start.ts"), ...args], { cwd: ROOT, env, stdio: "inherit" });
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((settle) => {
    if (child.exitCode !== null || child.signalCode !== null) settle();
    else child.once("exit", () => settle());
  });

/** Runs until a signal comes. A start that fails waits for the next change. */
async function develop(args: readonly string[]): Promise<void> {
  let wake: () => void = () => undefined;
  let changed = "";
  let timer: NodeJS.Timeout | null = null;
  const watchers: FSWatcher[] = STARTED.map((folder) =>
    watch(join(ROOT, folder), { recursive: true }, (_, file) => {
      if (file === null || !isSource(file)) return;
      changed = join(folder, file);
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(() => wake(), QUIET_MS);
    }),
  );
  let isOver = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      isOver = true;
      wake();
    });
  }
  // What is only for a first start must not be done at each.
  let now = [...args];
  let isAgain = false;
  while (!isOver) {
    const child = start(now, isAgain);
    child.once("exit", (code) => {
      if (code) console.log("\nStarts again with the next change.");
    });
    await new Promise<void>((settle) => {
      wake = settle;
    });
    isAgain ||= child.exitCode === null;
    child.kill("SIGTERM");
    await ended(child);
    if (!isOver) console.log(`\n${changed} changed; starting again\n`);
    now = args.filter((arg) => arg !== "--fresh");
  }
  for (const watcher of watchers) watcher.close();
}

if (import.meta.main) {
  try {
    const args = process.argv.slice(2);
    // A mistake in an option is said at once: no change of a file makes it good.
    if (readStartOptions(args, process.env, COMMAND) === "help") console.log(HELP.replaceAll("npm start", COMMAND));
    else await develop(args);
  } catch (error) {
    process.exitCode = explain(error);
  }
}
