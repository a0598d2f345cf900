/** `npm start` as a process: what it refuses, what it keeps between starts, and that it leaves nothing behind. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { verifyAudit } from "../../../scripts/audit/verify-audit.mjs";
import { buildExtensionOnce } from "../../../scripts/build/extension-build.ts";
import { startDemoCrm } from "../../fixtures/demo-crm/demo-crm.ts";
import { type Child, ROOT, startScript } from "../child.ts";
import { freePort, listen } from "../free-port.ts";

const READY = "Ctrl-C stops everything";
let home: string;
const children: Child[] = [];

/** The demo without a past: it takes time, and one test looks at it. */
const startPlain = (...args: string[]): Child => start("--no-history", ...args);

const startIn = (folder: string, args: string[]): Child =>
  startScript("scripts/dev/start.ts", args, { HOTSEAT_HOME: folder, DISPLAY: "", WAYLAND_DISPLAY: "" });

function start(...args: string[]): Child {
  const child = startIn(home, args);
  children.push(child);
  return child;
}

const refusalOf = (...args: string[]): Promise<string> => refusalOfChild(start(...args));

async function refusalOfChild(child: Child): Promise<string> {
  const { status } = await child.ended;
  expect(child.strays()).toEqual([]);
  expect(status).toBe(2);
  return child.stderr();
}

const bySigint = (pid: number) => process.kill(pid, "SIGINT");
const bySigterm = (pid: number) => process.kill(pid, "SIGTERM");
/** Reaches the whole group. */
const byClosedTerminal = (pid: number) => process.kill(-pid, "SIGHUP");

/** Starts, waits until it is ready, and stops it: everything ends, with 0. Returns what it told. */
async function startAndStop(args: string[], stop: (pid: number) => void = bySigint) {
  const child = startPlain(...args);
  await child.says(READY);
  stop(child.process.pid ?? 0);
  await endsCleanly(child);
  return child.stdout();
}

async function endsCleanly(child: Child): Promise<void> {
  expect(await child.ended).toEqual({ status: 0, signal: null });
  expect(child.strays()).toEqual([]);
  expect(child.stderr()).toBe("");
}

// The first build takes longer than a test should wait for it.
beforeAll(() => buildExtensionOnce(), 60_000);
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "hotseat-home-"));
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.process.kill("SIGTERM");
    await child.ended;
  }
  rmSync(home, { recursive: true, force: true });
});

describe("npm start refuses", { timeout: 60_000 }, () => {
  test("a bad option, with one sentence on stderr and exit status 2", async () => {
    expect(await refusalOf("--seats", "none")).toBe(
      'hotseat: --seats takes a whole number from 1 to 100000, not "none".\n',
    );
  });

  test.each(["127.0.0.1", "::1"])("a port that somebody has on %s", async (host) => {
    const server = await listen(0, host).catch(() => null);
    // A machine without IPv6 has nobody there.
    if (server === null) return;
    const { port } = server.address() as AddressInfo;
    expect(await refusalOf("--port", String(port))).toBe(
      `hotseat: Port ${port} is in use on this machine; take another with npm start -- --port 8787\n`,
    );
    server.close();
  });

  test("a CRM that does not answer", async () => {
    const nobody = await freePort();
    const port = await freePort();
    const sentence = await refusalOf("--port", `${port}`, "--crm", `http://127.0.0.1:${nobody}`, "--preset", "tryton");
    expect(sentence).toMatch(/^hotseat: The CRM at http:\/\/127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED.*\.\n$/);
  });

  test("a browser where there is no display", async () => {
    expect(await refusalOf("--browser", "chrome")).toMatch(
      /^hotseat: --browser chrome opens a window, and there is no display/,
    );
  });
});

/** One demo for these tests, which the last of them ends. */
describe("a new demo", { timeout: 120_000 }, () => {
  let child: Child;
  let port: number;
  let state: string;
  beforeAll(async () => {
    state = mkdtempSync(join(tmpdir(), "hotseat-demo-"));
    port = await freePort();
    child = startIn(state, ["--port", `${port}`]);
    await child.says(READY);
  }, 60_000);
  afterAll(async () => {
    child.process.kill("SIGKILL");
    await child.ended;
    rmSync(state, { recursive: true, force: true });
  });

  test("says where to go, as whom, and where the extension lies; the gate and the CRM answer there", async () => {
    const told = child.stdout();
    expect(told).toContain(`http://localhost:${port}`);
    expect(told).toMatch(/Limit +2 seats/);
    expect(told).toMatch(/anna +anna-larch .*one seat/);
    expect(told).toMatch(/frank .*licence manager/);
    expect(told).toMatch(/sam .*support: never counted/);
    expect(told).toContain("dist/extension/chrome");
    expect(told).toContain("dist/extension/firefox/manifest.json");
    const login = await fetch(`http://127.0.0.1:${port}/login`);
    expect(login.status).toBe(200);
    expect(await login.text()).toContain("Larch");
    const health = await fetch(`http://127.0.0.1:${port}/.hotseat/health`);
    expect(await health.json()).toMatchObject({ health: "healthy" });
  });

  test("shows a new demo with a past that says it is made up, in the records as in the audit's chain", async () => {
    expect(child.stdout()).toContain("ninety days of made-up use");
    const site = `http://127.0.0.1:${port}`;
    const frank = new URLSearchParams({ login: "frank", password: "frank-larch" });
    const answer = await fetch(`${site}/login`, { method: "POST", body: frank, redirect: "manual" });
    const cookie = answer.headers.getSetCookie().map((one) => one.split(";")[0]);
    const read = async (path: string) => (await fetch(site + path, { headers: { cookie: cookie.join("; ") } })).text();
    expect(await read("/.hotseat/admin")).toContain("Larch Trading (demo data)");
    expect(
      (await read("/.hotseat/admin/refusals")).match(/Anna Lindström|Ben Okafor|Elif Şahin/g)?.length,
    ).toBeGreaterThan(3);
    const exported = await read("/.hotseat/admin/audit/export?format=jsonl");
    const found = await verifyAudit([Buffer.from(exported)]);
    expect(found.count).toBeGreaterThan(1_000);
    expect(Date.now() - (found.from ?? 0)).toBeGreaterThan(80 * 86_400_000);
    for (const kind of ["limit_changed", "change_refused", "denial_opened", "lease_ended", "settings_changed"])
      expect(exported).toContain(`"kind":"${kind}"`);
    // Nobody of the past is still there.
    const rows = exported.split("\n").filter((line) => line.includes('"in_use":'));
    expect(rows.at(-1)).toContain('"in_use":0');
  });

  test("keeps a second Hotseat off its state", async () => {
    const second = startIn(state, ["--port", `${await freePort()}`]);
    expect(await refusalOfChild(second)).toMatch(/^hotseat: Another Hotseat runs with the state in /);
  });

  test("stops everything on Ctrl-C, which reaches the whole group, and exits with 0", async () => {
    process.kill(-(child.process.pid ?? 0), "SIGINT");
    await endsCleanly(child);
  });
});

describe("npm start", { timeout: 120_000 }, () => {
  test("prints help and starts nothing", async () => {
    const child = start("--help");
    expect((await child.ended).status).toBe(0);
    expect(child.stdout()).toContain("--crm URL --preset NAME");
  });

  test("takes a preset in a file, and other durations", async () => {
    const crm = await startDemoCrm({ port: 0, dataDir: join(home, "crm") });
    const file = join(home, "ours.json");
    writeFileSync(file, readFileSync(join(ROOT, "worker/identity/presets/demo.json")));
    const port = await freePort();
    const timing = ["--timing", "idleTimeoutMs=7000,idleWarningMs=2000"];
    const child = start("--port", `${port}`, "--crm", crm.origin, "--preset", file, ...timing);
    await child.says(READY);
    expect(child.stdout()).toContain(`${crm.origin}, asked as ${file}`);
    const login = { method: "POST", body: new URLSearchParams({ login: "anna", password: "anna-larch" }) };
    const answer = await fetch(`http://127.0.0.1:${port}/login`, { ...login, redirect: "manual" });
    const cookie = answer.headers.getSetCookie().map((one) => one.split(";")[0]);
    const page = await fetch(`http://127.0.0.1:${port}/`, {
      headers: {
        cookie: cookie.join("; "),
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
        "sec-fetch-user": "?1",
        accept: "text/html",
      },
    });
    expect(page.status).toBe(200);
    const own = [...cookie, ...page.headers.getSetCookie().map((one) => one.split(";")[0])].join("; ");
    const status = await fetch(`http://127.0.0.1:${port}/.hotseat/api/status`, { headers: { cookie: own } });
    expect(await status.json()).toMatchObject({
      state: "seated",
      timing: { idleTimeoutMs: 7_000, idleWarningMs: 2_000 },
    });
    await crm.close();
  });

  test("takes a preset as JSON, and does not repeat it where it cannot work", async () => {
    const text = JSON.stringify({ title: "Ours", about: "long ".repeat(400), carriers: 7 });
    const crm = ["--port", `${await freePort()}`, "--crm", "http://127.0.0.1:9"];
    const sentence = await refusalOf(...crm, "--preset", text);
    expect(sentence).toMatch(/^hotseat: The preset given as JSON cannot work: .*carriers/);
    expect(sentence).not.toContain("long long");
    expect(await refusalOf(...crm, "--preset", "{ title: 1 }")).toContain("--preset begins with { but is not JSON");
    const demo = readFileSync(join(ROOT, "worker/identity/presets/demo.json"), "utf8");
    expect(await refusalOf(...crm, "--preset", demo)).toContain("The CRM at http://127.0.0.1:9 cannot be reached");
  });

  test("refuses a preset file that cannot work, with its faults", async () => {
    const file = join(home, "ours.json");
    writeFileSync(file, '{ "title": "Ours" }');
    expect(await refusalOf("--port", `${await freePort()}`, "--crm", "http://127.0.0.1:9", "--preset", file)).toMatch(
      /^hotseat: The preset .*ours\.json cannot work: .*carriers/,
    );
  });

  test("stopped before it is ready leaves nothing behind either", async () => {
    const child = start("--port", `${await freePort()}`);
    await child.says("demo CRM");
    child.process.kill("SIGINT");
    expect((await child.ended).status).toBe(0);
    expect(child.strays()).toEqual([]);
  });

  test("leaves no runtime behind when it is killed outright", async () => {
    const child = startPlain("--port", `${await freePort()}`);
    await child.says(READY);
    for (const { pid, command } of child.strays()) {
      if (command.includes("start.ts")) process.kill(pid, "SIGKILL");
    }
    await child.ended;
    await expect.poll(() => child.strays(), { timeout: 5_000 }).toEqual([]);
  });

  // Each start takes seconds, so these are stopped in the ways in which no other demo of this file is, and the last one
  // finds the port beside its own taken.
  test("keeps limit and secret between starts; --seats sets the limit again; --fresh forgets both", async () => {
    const number = await freePort();
    const port = `${number}`;
    const readSecret = () => readFileSync(join(home, "secret"), "utf8").trim();
    expect(await startAndStop(["--port", port, "--seats", "3"], bySigterm)).toMatch(/Limit +3 seats/);
    const secret = readSecret();
    expect(secret.length).toBeGreaterThanOrEqual(32);
    expect(statSync(join(home, "secret")).mode & 0o777).toBe(0o600);
    expect(await startAndStop(["--port", port], byClosedTerminal)).toMatch(/Limit +3 seats/);
    expect(await startAndStop(["--port", port, "--seats", "1"])).toMatch(/Limit +1 seat;/);
    expect(readSecret()).toBe(secret);
    const beside = await listen(number + 1, "127.0.0.1");
    const fresh = await startAndStop(["--port", port, "--fresh"]);
    beside.close();
    expect(fresh).toMatch(/Limit +2 seats/);
    expect(readSecret()).not.toBe(secret);
    expect(fresh).toContain("Larch CRM, a demo, at http://127.0.0.1:");
    expect(fresh).not.toContain(`http://127.0.0.1:${number + 1} `);
  });
});
