/** `npm run tenant`: two tenants added by the command, then served by the Worker in workerd; and every mistake. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { Refusal } from "../../../scripts/cli/command-refusal.ts";
import { runWrangler } from "../../../scripts/deploy/wrangler.ts";
import { openHomeFolder } from "../../../scripts/dev/home-folder.ts";
import { bundleWorker, type LocalWorker, startWorker } from "../../../scripts/dev/local-worker.ts";
import { withPresetFile } from "../../../scripts/preset/preset-file.ts";
import { openWranglerStore } from "../../../scripts/tenant/registry-store.ts";
import { tenantCommand } from "../../../scripts/tenant/tenant.ts";
import { checkRow, newRow } from "../../../scripts/tenant/tenant-change.ts";
import { readTenantOptions } from "../../../scripts/tenant/tenant-options.ts";
import { insertTenant } from "../../../worker/registry/registry-write.ts";
import { ROOT, startScript } from "../child.ts";
import { freePort } from "../free-port.ts";
import { runInProcess } from "../in-process.ts";

const code = bundleWorker();
let home: string;
const serving: LocalWorker[] = [];
const crms: Server[] = [];
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "hotseat-tenant-"));
});
const stop = async () => {
  for (const worker of serving.splice(0)) await worker.close();
};
afterEach(stop);
afterAll(async () => {
  for (const crm of crms) crm.close();
  rmSync(home, { recursive: true, force: true });
});

/** A CRM of one firm: says its name on every page, and who a session belongs to. */
async function startCrm(firm: string): Promise<{ origin: string; asked: IncomingHttpHeaders[] }> {
  const asked: IncomingHttpHeaders[] = [];
  const crm = createServer((request, response) => {
    asked.push(request.headers);
    const login = /larch_session=(\w+)/.exec(request.headers.cookie ?? "")?.[1];
    if (request.url !== "/api/me") return response.end(`${firm}: ${request.url}`);
    if (login === undefined) return response.writeHead(401).end();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ id: login, login, name: login, email: null, role: "accounts", active: true }));
  });
  crms.push(crm);
  await new Promise<void>((ready) => crm.listen(0, "127.0.0.1", ready));
  return { origin: `http://127.0.0.1:${(crm.address() as AddressInfo).port}`, asked };
}

/** In this process, where nothing is said of processes. */
const run = (args: string[], environment: NodeJS.ProcessEnv = {}) =>
  runInProcess(tenantCommand, args, { HOTSEAT_HOME: home, ...environment });

/** As a person's shell does. */
async function runAlone(args: string[], environment: NodeJS.ProcessEnv = {}) {
  const child = startScript("scripts/tenant/tenant.ts", args, { HOTSEAT_HOME: home, ...environment });
  const { status } = await child.ended;
  expect(child.strays()).toEqual([]);
  return { status, out: child.stdout(), err: child.stderr() };
}
const printed = ({ status, out, err }: { status: number | null; out: string; err: string }) => {
  expect([status, err]).toEqual([0, ""]);
  return out;
};
const ok = async (...args: Parameters<typeof run>) => printed(await run(...args));

async function serve(): Promise<LocalWorker> {
  const folder = openHomeFolder({ HOTSEAT_HOME: home });
  const bindings = { HOTSEAT_SECRET: folder.secret() };
  const opened = await startWorker({ port: 0, persistDir: folder.state, code, bindings, log: () => {} });
  const worker = { ...opened, close: () => opened.close().finally(() => folder.release()) };
  serving.push(worker);
  return worker;
}

/** As a browser would ask for a page of the host, whose name leads to this machine. */
function visit(host: string, path: string, cookie = "larch_session=anna", at = serving[0]?.url ?? "") {
  return new Promise<{ status: number; text: string; cookie: string }>((settle, reject) => {
    const { port } = new URL(at);
    const headers = {
      host: `${host}:${port}`,
      cookie,
      "sec-fetch-mode": "navigate",
      "sec-fetch-user": "?1",
      accept: "text/html",
    };
    const asked = httpRequest({ host: "127.0.0.1", port, path, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => {
        const given = (response.headers["set-cookie"] ?? []).map((line) => line.split(";")[0]);
        settle({ status: response.statusCode ?? 0, text, cookie: [cookie, ...given].join("; ") });
      });
    });
    asked.once("error", reject);
    asked.end();
  });
}

test("[T1] [T2] [T4] two tenants are added, served, changed, suspended and resumed", { timeout: 120_000 }, async () => {
  const acme = await startCrm("Acme");
  const umbra = await startCrm("Umbra");
  const hostile = `O'Neill "&" Sons'); DROP TABLE tenants;-- $(x)`;
  const secret = "a_word_between_gate_and_crm_of_umbra_0123456789";
  expect(await ok(["list"])).toContain("There are no tenants yet");
  const addAcme = ["add", "acme", "--host", "ACME.localhost", "--crm", acme.origin, "--preset", "demo"];
  const added = printed(await runAlone([...addAcme, "--name", hostile]));
  expect(added).toContain("Added acme.");
  const umbraArgs = [
    "--host",
    "umbra.localhost",
    "--host",
    "crm.umbra.localhost",
    "--crm",
    umbra.origin,
    "--preset",
    "demo",
  ];
  const placed = [
    "--jurisdiction",
    "eu",
    "--near",
    "weur",
    "--seats",
    "1",
    "--enforce",
    "yes",
    "--secret",
    "CRM_SECRET",
  ];
  const told = await ok(["add", "umbra", ...umbraArgs, ...placed], { CRM_SECRET: secret });
  expect(told).toContain("set (encrypted)");
  expect(told).not.toContain(secret);
  const list = await ok(["list"]);
  expect(list).toMatch(/acme +acme\.localhost +http:\S+ +demo +anywhere +RECORDS +serving/);
  expect(list).toMatch(
    /umbra +umbra\.localhost, crm\.umbra\.localhost +http:\S+ +demo +eu, near weur +RECORDS +serving/,
  );

  const worker = await serve();
  // While a Worker runs on the state, what only reads works, and what writes says why not.
  expect(printed(await runAlone(["list"]))).toBe(list);
  expect(await ok(["show", "umbra"])).toContain("umbra.localhost, crm.umbra.localhost");
  expect((await runAlone(["suspend", "acme"])).err).toContain("Another Hotseat runs with the state");
  expect(await visit("acme.localhost", "/contacts")).toMatchObject({ status: 200, text: "Acme: /contacts" });
  const anna = await visit("crm.umbra.localhost", "/contacts");
  expect(anna).toMatchObject({ status: 200, text: "Umbra: /contacts" });
  expect(await visit("stranger.localhost", "/contacts")).toMatchObject({ status: 404 });
  expect(acme.asked.every((headers) => headers["x-hotseat-secret"] === undefined)).toBe(true);
  expect(umbra.asked.every((headers) => headers["x-hotseat-secret"] === secret)).toBe(true);
  // One seat, by the registry's limit; the manager's page names the firm and its own people alone.
  const bert = await visit("umbra.localhost", "/", "larch_session=bert");
  expect(bert.status).toBe(503);
  expect((await visit("acme.localhost", "/", "larch_session=bert")).status).toBe(200);
  // The object in a jurisdiction has it written down who it is, as its alarm needs it; the page is the gate's and its.
  await visit("acme.localhost", "/.hotseat/admin", (await visit("acme.localhost", "/")).cookie);
  expect(
    (await visit("acme.localhost", "/.hotseat/admin", (await visit("acme.localhost", "/")).cookie)).text,
  ).toContain("O&#39;Neill");
  await worker.runCron();
  await stop();

  const change = ["change", "umbra", "--contact", "IT of Umbra, ext. 5", "--forget-secret", "CRM_SECRET"];
  const changed = printed(await runAlone(change));
  expect(changed).toContain("contact: (by default) -> IT of Umbra, ext. 5");
  expect(changed).toContain("CRM_SECRET: taken away");
  expect(await ok(["change", "umbra", "--contact", "IT of Umbra, ext. 5"])).toContain("Nothing of umbra is changed");
  expect(await ok(["suspend", "acme"])).toContain("state: serving -> suspended since");
  await serve();
  const page = async () => (await visit("acme.localhost", "/contacts")).text;
  await expect.poll(page, { timeout: 60_000 }).toContain("This CRM is suspended for now");
  const refused = async () => (await visit("umbra.localhost", "/", "larch_session=bert")).text;
  await expect.poll(refused, { timeout: 60_000 }).toContain("IT of Umbra, ext. 5");
  const shown = async () => {
    umbra.asked.length = 0;
    await visit("umbra.localhost", "/contacts");
    return umbra.asked.map((headers) => headers["x-hotseat-secret"]).filter((value) => value !== undefined);
  };
  await expect.poll(shown, { timeout: 60_000 }).toEqual([]);
  expect(umbra.asked.length).toBeGreaterThan(0);
  // [T3] The object started with its copy of before, and learns of the change beside the calls.
  const status = async () => (await visit("umbra.localhost", "/.hotseat/api/status", anna.cookie)).text;
  await expect.poll(status, { timeout: 60_000 }).toContain("IT of Umbra, ext. 5");
  await stop();
  expect(await ok(["resume", "acme"])).toContain("-> serving");
  expect(await ok(["show", "umbra"])).toMatch(/contact +IT of Umbra, ext\. 5\n/);
});

test("[L10] [T1] a limit and an idle time-out changed by the command are in force", { timeout: 60_000 }, async () => {
  const own = { HOTSEAT_HOME: join(home, "limits") };
  const { origin } = await startCrm("Acme");
  await ok(["add", "acme", "--host", "acme.localhost", "--crm", origin, "--preset", "demo", "--seats", "1"], own);
  const zone = ["--time-zone", "Europe/Berlin", "--contact", "IT, extension 5"];
  const change = ["change", "acme", "--seats", "5", "--idle-minutes", "15", ...zone];
  const told = await ok(change, own);
  expect(told).toContain("seats: 1 -> 5");
  expect(told).toContain("limit in force: 5");
  expect(told).toContain("idle time-out in force: 15 minutes");
  expect(told).toContain("time zone in force: Europe/Berlin");
  // What the firm itself set since is what changes, also where the registry has the number already.
  const folder = openHomeFolder(own);
  const bindings = { HOTSEAT_SECRET: folder.secret() };
  const start = () => startWorker({ port: 0, persistDir: folder.state, code, bindings, log: () => {} });
  const sue = { id: "sue", name: "Sue", email: null, role: "support" } as never;
  const worker = await start();
  const view = await worker.tenant("acme").adminView(sue);
  const settings = { timeZone: "Europe/Berlin" };
  expect(view).toMatchObject({ ok: true, value: { limit: 5, idleTimeoutMs: 900_000, settings } });
  const { version } = (view as unknown as { value: { version: number } }).value;
  await worker.tenant("acme").setLimit(sue, 9, version);
  await worker.tenant("acme").changeSettings(sue, { what: "contact", contact: "Sue" }, version + 1);
  await worker.close();
  folder.release();
  expect(await ok(change, own)).toMatch(/Nothing of acme is changed[\s\S]*limit in force: 5/);
  const again = await start();
  const tenant = { contact: "IT, extension 5" };
  expect(await again.tenant("acme").adminView(sue)).toMatchObject({ ok: true, value: { limit: 5, tenant } });
  await again.close();
});

test("[T1] npm start -- --registry serves them, and without any says how to add one", { timeout: 60_000 }, async () => {
  const port = String(await freePort());
  const empty = startScript("scripts/dev/start.ts", ["--registry", "--port", port], {
    HOTSEAT_HOME: join(home, "empty"),
  });
  expect((await empty.ended).status).toBe(2);
  expect(empty.stderr()).toContain("There are no tenants to serve; npm run tenant -- add");
  const { origin } = await startCrm("Acme");
  const own = { HOTSEAT_HOME: join(home, "one") };
  await ok(["add", "acme", "--host", "acme.localhost", "--crm", origin, "--preset", "demo"], own);
  const started = startScript("scripts/dev/start.ts", ["--registry", "--port", port], own);
  await started.says("Ctrl-C stops everything");
  expect(started.stdout()).toMatch(new RegExp(`http://acme\\.localhost:${port} +in front of http://127\\.0\\.0\\.1`));
  const page = await visit("acme.localhost", "/contacts", "larch_session=anna", `http://localhost:${port}`);
  expect(page).toMatchObject({ status: 200, text: "Acme: /contacts" });
  started.process.kill("SIGINT");
  expect(await started.ended).toEqual({ status: 0, signal: null });
  expect(started.strays()).toEqual([]);
});

/** The project's own wrangler.toml, kept elsewhere and changed. */
function writeWranglerConfig(file: string, change: (text: string) => string): string {
  const main = readFileSync(join(ROOT, "wrangler.toml"), "utf8");
  writeFileSync(file, change(main.replace('main = "worker', `main = "${ROOT}/worker`)));
  return file;
}

/** Wrangler starts a runtime for each migration, so it is given all of them as one. */
async function migrateByWrangler(at: string): Promise<void> {
  const migrations = join(home, "migrations");
  mkdirSync(migrations);
  const folder = /^migrations_dir = "(.+)"/m.exec(readFileSync(join(ROOT, "wrangler.toml"), "utf8"))?.[1] ?? "none";
  const files = readdirSync(join(ROOT, folder)).sort();
  writeFileSync(
    join(migrations, "0001_all.sql"),
    files.map((name) => readFileSync(join(ROOT, folder, name), "utf8")).join("\n"),
  );
  const config = writeWranglerConfig(join(home, "migrating.toml"), (text) =>
    text.replace(`migrations_dir = "${folder}"`, `migrations_dir = "${migrations}"`),
  );
  const args = ["d1", "migrations", "apply", "RECORDS", "--config", config, "--local", "--persist-to", at];
  const { status, output } = await runWrangler(args);
  expect(status, output).toBe(0);
  expect(output).toContain("0001_all.sql");
}

/** Migrated once; a deployment's commands follow in order. */
describe("[T1] by wrangler, as on a deployment", { timeout: 120_000 }, () => {
  const remote = () => ({
    HOTSEAT_REGISTRY_AT: join(home, "wrangler"),
    HOTSEAT_SECRET: "the deployment's own secret of enough characters",
  });

  test("hostile texts come through as they are", async () => {
    const at = join(home, "wrangler");
    await migrateByWrangler(at);
    const name = `x'); DROP TABLE tenants;--\n"\\$(touch ${at}/x) \`y\` %s ?1`;
    const args = [
      "--host",
      "crm.acme.example",
      "--crm",
      "https://crm-origin.acme.example",
      "--preset",
      "tryton",
      "--name",
      name,
    ];
    await ok(["--remote", "add", "acme", ...args, "--secret", "CRM_SECRET"], {
      ...remote(),
      CRM_SECRET: "s".repeat(32),
    });
    const store = openWranglerStore(["--local", "--persist-to", at]);
    const [row] = (await store.run({ sql: "SELECT variables FROM tenants", values: [] })) as { variables: string }[];
    expect(JSON.parse(row?.variables ?? "").TENANT_NAME).toBe(name);
    const again = {
      tenant: "other" as never,
      hosts: ["crm.acme.example"],
      variables: {},
      sealed: {},
      suspendedAt: null,
      version: 1,
      records: "RECORDS" as const,
      movingTo: null,
    };
    const place = { jurisdiction: null, locationHint: null };
    await expect(store.run(insertTenant({ ...again, place }, 1))).rejects.toThrow(
      "UNIQUE constraint failed: hosts.host",
    );
    // A key that opens nothing there would make secrets that the deployment cannot read.
    const foreign = await run(["--remote", "change", "acme", "--secret", "IDENTITY_SECRET"], {
      ...remote(),
      HOTSEAT_SECRET: "another secret than that of the deployment",
      IDENTITY_SECRET: "t".repeat(32),
    });
    expect([foreign.status, foreign.err]).toEqual([
      2,
      expect.stringContaining("is not the one that the registry's secrets were encrypted with"),
    ]);
    const rotated = {
      ...remote(),
      HOTSEAT_SECRET: `a new secret and as long as it has to be,${remote().HOTSEAT_SECRET}`,
    };
    expect(await ok(["--remote", "reseal"], rotated)).toContain("Encrypted 1 secret again");
  });

  test("it says what counts, and --config names another one", async () => {
    // The deployment's object is out of reach from here: the command says what counts and where to change it.
    const seats = await ok(["--remote", "change", "acme", "--seats", "5", "--idle-minutes", "15"], remote());
    expect(seats).toContain("--seats, --idle-minutes: for a firm that is new.");
    expect(seats).toContain("https://crm.acme.example/.hotseat/admin/licensing");
    // Another file of wrangler's, for a staging deployment, which has no registry yet.
    const staging = writeWranglerConfig(join(home, "staging.toml"), (text) =>
      text.replace('database_id = "00000000', 'database_id = "11111111'),
    );
    const list = async (config: string) => (await run(["--remote", "--config", config, "list"], remote())).err;
    expect(await list(staging)).toContain("The deployment's database has no registry yet: npm run deploy applies");
    expect(await list(join(home, "none.toml"))).toContain("none.toml");
  });
});

/** Why the command refuses, found out without a process. */
function refusalOf(args: string[]): string {
  try {
    const options = readTenantOptions(args);
    if (options === "help") return "help";
    if (options.command === "add") checkRow(newRow(withPresetFile(options)), {});
    return "nothing is wrong";
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

test("[T1] a mistake is one line and status 2 for the shell, too", async () => {
  const { status, out, err } = await runAlone(["show", "nobody"], { HOTSEAT_HOME: join(home, "nobody") });
  expect([status, out, err]).toEqual([2, "", 'hotseat: There is no tenant "nobody"; there are none yet.\n']);
});

describe("[T1] a mistake", { timeout: 60_000 }, () => {
  const crm = ["--crm", "https://crm.acme.example"];
  const own = () => ({ HOTSEAT_HOME: join(home, "mistakes") });
  beforeAll(async () => {
    for (const name of ["acme", "umbra"]) {
      await ok(["add", name, "--host", `${name}.localhost`, ...crm, "--preset", "demo"], own());
    }
  }, 60_000);

  const add = ["add", "acme", "--host", "a.example"];

  test.each<[string[], string]>([
    [[], "Say what to do: add, change, list"],
    [["delete", "acme"], 'There is no command "delete": add, change'],
    [["add"], "add needs the tenant's short name"],
    [["list", "acme"], 'list takes no "acme"'],
    [
      ["add", "Acme!", "--host", "a.example", ...crm, "--preset", "demo"],
      'The tenant\'s name "Acme!" must be of lower-case letters',
    ],
    [["add", "acme", ...crm, "--preset", "demo"], "add needs --host"],
    [[...add, "--preset", "demo"], "add needs --crm"],
    [[...add, ...crm], "add needs --preset"],
    [
      ["add", "acme", "--host", "https://a.example/x", ...crm, "--preset", "demo"],
      "--host takes a host name such as crm.acme.com",
    ],
    [["add", "acme", "--host", "10.0.0.1", ...crm, "--preset", "demo"], "--host takes a host name"],
    [
      [...add, "--crm", "crm.acme.example", "--preset", "demo"],
      "--crm must be an origin such as https://crm-origin.acme.com, without a path",
    ],
    [[...add, ...crm, "--preset", "sap"], '--preset is "sap", but there are: demo, tryton'],
    [[...add, ...crm, "--preset", "none.json"], "There is no file none.json"],
    [[...add, ...crm, "--preset", "demo", "--seats", "0"], '--seats must be a whole number from 1 to 100000, not "0"'],
    [
      [...add, ...crm, "--preset", "demo", "--idle-minutes", "4"],
      '--idle-minutes must be a whole number from 5 to 60, not "4"',
    ],
    [[...add, ...crm, "--preset", "demo", "--time-zone", "Mars/Olympus"], "--time-zone must name a time zone"],
    [[...add, ...crm, "--preset", "demo", "--identity", "access"], "--issuer must be the team's address"],
    [
      [...add, ...crm, "--preset", "demo", "--jurisdiction", "mars"],
      "--jurisdiction takes one of eu, us, fedramp, fedramp-high, not",
    ],
    [[...add, ...crm, "--preset", "demo", "--near", "here"], "--near takes one of wnam"],
    [["change", "umbra", "--jurisdiction", "us"], "A tenant keeps its jurisdiction and its location"],
    [["change", "umbra"], "change needs at least one option"],
    [["suspend", "umbra", "--contact", "x"], "suspend changes nothing else: use change"],
    [["list", "--colour"], "Unknown option '--colour'; npm run tenant -- --help"],
    [["change", "acme", "--seat", "3"], "Unknown option '--seat', did you mean --seats? npm run tenant -- --help"],
    [["move", "umbra"], "move needs --records, the database"],
    [["change", "umbra", "--records", "RECORDS_1"], "A tenant's records change their database by a move"],
    [["list", "--no-wait"], "--no-wait is for move alone"],
  ])("%j is one clear sentence", (args, sentence) => {
    const refusal = refusalOf(args);
    expect(refusal.startsWith(sentence), refusal).toBe(true);
    expect(refusal).toMatch(/^[^\n]+[.;a-z]$/i);
  });

  test.each<[string[], string]>([
    [["show", "nobody"], 'There is no tenant "nobody"; there are acme, umbra.'],
    [[...add, ...crm, "--preset", "demo"], "There is a tenant acme already"],
    [
      ["add", "other", "--host", "umbra.localhost", ...crm, "--preset", "demo"],
      "The host umbra.localhost is the tenant umbra's",
    ],
    [["change", "acme", "--seats", "many"], '--seats must be a whole number from 1 to 100000, not "many"'],
    [["move", "umbra", "--records", "RECORDS_7"], 'There is no database "RECORDS_7"; wrangler.toml has RECORDS.'],
    [[...add.with(1, "third"), ...crm, "--preset", "demo", "--records", "R2"], 'There is no database "R2"'],
    [["suspend", "acme", "--remote"], "wrangler could not ask the registry: "],
  ])("%j ends with status 2 and one line", async (args, sentence) => {
    const { status, out, err } = await run(args, {
      ...own(),
      CLOUDFLARE_API_TOKEN: "",
      HOME: home,
      XDG_CONFIG_HOME: home,
    });
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain(`hotseat: ${sentence}`);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  test("a secret in an argument is not taken and not repeated; one that is too short is a fault", async () => {
    const given = await run([...add, ...crm, "--preset", "demo", "--secret", "CRM_SECRET=hunter2"]);
    expect(given.err).toContain("--secret takes the name of a secret alone");
    expect(given.err).not.toContain("hunter2");
    const short = await run([...add, ...crm, "--preset", "demo", "--secret", "CRM_SECRET"], { CRM_SECRET: "hunter2" });
    expect([short.status, short.err]).toEqual([
      2,
      expect.stringContaining("CRM_SECRET must be 32 to 500 visible ASCII"),
    ]);
    expect(short.err).not.toContain("hunter2");
    const none = await runAlone([...add, ...crm, "--preset", "demo", "--secret", "CRM_SECRET"]);
    expect(none.err).toContain("There is no text for CRM_SECRET");
  });

  test("a custom preset is checked, and a fault names the path of the field", async () => {
    const file = join(home, "own.json");
    writeFileSync(file, JSON.stringify({ title: "Own", carriers: 7 }));
    const { status, err } = await run([...add, ...crm, "--preset", file]);
    expect([status, err]).toEqual([2, expect.stringContaining("carriers must be of type array")]);
    writeFileSync(file, "{ not json");
    expect((await run([...add, ...crm, "--preset", file])).err).toContain("own.json is not JSON");
  });

  test("show --preset gives the preset back whole, a custom one and a built-in one", async () => {
    const file = join(home, "whole.json");
    const preset = { ...(JSON.parse(readFileSync(join(ROOT, "worker/identity/presets/odoo.json"), "utf8")) as object) };
    writeFileSync(file, JSON.stringify({ ...preset, title: "Odoo of ours" }));
    await ok(["change", "umbra", "--preset", file], own());
    expect(await ok(["show", "umbra"], own())).toMatch(/preset +its own; npm run tenant -- show umbra --preset/);
    expect(JSON.parse(await ok(["show", "umbra", "--preset"], own()))).toEqual({ ...preset, title: "Odoo of ours" });
    const named = await run(["show", "acme", "--preset"], own());
    expect(JSON.parse(named.out)).toMatchObject({ title: "Larch CRM" });
    expect(named.err).toContain("acme has the preset demo, which comes with Hotseat");
  });

  test("--help says all", async () => {
    const help = printed(await runAlone(["--help"]));
    for (const word of ["--jurisdiction", "--remote", "--secret", "suspend NAME", "HOTSEAT_SECRET"])
      expect(help).toContain(word);
  });
});
