/**
 * What every npm script of a fresh clone runs first: checks Node, installs the packages when they are absent or
 * are not those of package-lock.json, then runs a TypeScript script with the pinned Node of node_modules.
 * Plain JavaScript for whatever Node the machine has; nothing from node_modules may be imported here.
 *
 *   node scripts/first.mjs SCRIPT.ts [ARGUMENT...]
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const BIN = join(ROOT, "node_modules", ".bin");
const PINNED_NODE = join(BIN, "node");

/** The tools neither report home nor look for newer versions of themselves, so that nothing needs a network. */
const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  DO_NOT_TRACK: "1",
  NO_UPDATE_NOTIFIER: "1",
  npm_config_update_notifier: "false",
};

const environment = {
  // A command starts several Nodes with the same large packages, the tests some hundred.
  NODE_COMPILE_CACHE: join(ROOT, "node_modules", ".cache", "node"),
  ...process.env,
  ...QUIET,
  PATH: `${BIN}${delimiter}${process.env.PATH ?? ""}`,
};

function refuse(sentence) {
  process.stderr.write(`hotseat: ${sentence}\n`);
  process.exit(2);
}

function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8")).packages;
  } catch {
    return null;
  }
}

/** npm writes its own record of what it installed, last of all; an interrupted install leaves none. */
function isInstalled() {
  const wanted = readLock(join(ROOT, "package-lock.json"));
  const present = readLock(join(ROOT, "node_modules", ".package-lock.json"));
  if (wanted === null)
    refuse("package-lock.json is missing or damaged; `git checkout package-lock.json` brings it back.");
  if (present === null || !existsSync(PINNED_NODE)) return false;
  return Object.entries(wanted).every(
    ([path, { version, integrity, optional }]) =>
      path === "" || optional || (present[path]?.version === version && present[path]?.integrity === integrity),
  );
}

/** npm itself, run with the Node that runs us: `npm start` says where it lies, otherwise it is on the PATH. */
function npm(args) {
  const script = process.env.npm_execpath;
  const known = script !== undefined && /npm-cli\.c?js$/.test(script) && existsSync(script);
  return known ? [process.execPath, [script, ...args]] : ["npm", args];
}

/** Ends with exit status 2 when the packages cannot be installed. */
async function install() {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const { isTTY } = process.stderr;
  const say = (text) => process.stderr.write(isTTY ? `\r\x1b[K${text}` : `${text}\n`);
  say("Installing the packages of package-lock.json, once ...");
  const ticking = setInterval(
    () => say(`Installing the packages of package-lock.json, once ... ${seconds()} s`),
    isTTY ? 1_000 : 15_000,
  );
  // Errors only: the warnings speak of Node versions that run nothing here, since the pinned one does.
  const args = ["ci", "--include=dev", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"];
  const { code, output } = await new Promise((settle) => {
    const [command, commandArgs] = npm(args);
    const child = spawn(command, commandArgs, { cwd: ROOT, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.once("error", (error) => settle({ code: 1, output: `${output}${error.message}\n` }));
    child.once("close", (code) => settle({ code: code ?? 1, output }));
  });
  clearInterval(ticking);
  if (code !== 0) {
    say("");
    process.stderr.write(`${output.trim().split("\n").slice(-15).join("\n")}\n`);
    refuse("npm could not install the packages, for the reason above; check the network, then type the command again.");
  }
  if (!existsSync(PINNED_NODE)) {
    say("");
    refuse(
      "npm installed the packages but ran no install scripts, and one of them brings the pinned Node; " +
        "allow them (npm config delete ignore-scripts) and type the command again.",
    );
  }
  say(`Installed the packages in ${seconds()} s.`);
  if (isTTY) process.stderr.write("\n");
}

/** Runs the script in our place: same streams, signals handed on, its exit status ours. */
function run(script, args) {
  const child = spawn(PINNED_NODE, [resolve(ROOT, script), ...args], { cwd: ROOT, env: environment, stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event !== undefined) endWithParent(child);
  child.once("error", (error) =>
    refuse(
      `the pinned Node in node_modules does not run here (${error.message}); delete node_modules and type the command again.`,
    ),
  );
  child.once("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

/** An npm that is killed outright tells nobody; then we are given another parent. */
function endWithParent(child) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  }, 500);
}

const [script, ...args] = process.argv.slice(2);
const major = Number(process.versions.node.split(".")[0]);
if (major < OLDEST_NODE) {
  refuse(`Node ${OLDEST_NODE} or later is needed, and this is ${process.version}; Debian's package is nodejs.`);
}
if (script === undefined) refuse("say which script to run: node scripts/first.mjs scripts/dev/start.ts");
if (!isInstalled()) await install();
run(script, args);
