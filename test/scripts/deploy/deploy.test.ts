/** `npm run deploy`: what it refuses, what it does without an account, and that wrangler can bundle the Worker. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type DeploymentConfig,
  findFaults,
  findLostTenants,
  findSecretFaults,
  recordsOf,
} from "../../../scripts/deploy/deployment-faults.ts";
import { ROOT, startScript } from "../child.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "hotseat-deploy-test-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Nothing listens there: whoever wants the network fails. And a home without anybody's account. */
const offline = () => ({
  HTTPS_PROXY: "http://127.0.0.1:9",
  HTTP_PROXY: "http://127.0.0.1:9",
  HOME: folder,
  XDG_CONFIG_HOME: folder,
  CLOUDFLARE_API_TOKEN: "",
});

/** The project's own wrangler.toml, as an operator would fill it in. */
function writeConfig(change: (text: string) => string = (text) => text): string {
  const filled = readFileSync(join(ROOT, "wrangler.toml"), "utf8")
    .replace('main = "worker', `main = "${ROOT}/worker`)
    .replace('migrations_dir = "worker', `migrations_dir = "${ROOT}/worker`)
    .replace("00000000-0000-0000-0000-000000000000", "1a2b3c4d-0000-4000-8000-5e6f7a8b9c0d")
    .replace('# routes = [{ pattern = "crm.acme.example"', 'routes = [{ pattern = "crm.acme.com"')
    .replace("it@acme.example", "it@acme.com")
    .replace("crm-origin.acme.example", "crm-origin.acme.com");
  const file = join(folder, "wrangler.toml");
  writeFileSync(file, change(filled));
  return file;
}

async function run(...args: string[]) {
  const child = startScript("scripts/deploy/deploy.ts", args, offline());
  const { status } = await child.ended;
  return { status, out: child.stdout(), err: child.stderr() };
}

describe("[T1] deploying", { timeout: 90_000 }, () => {
  test("--dry-run with a filled configuration checks and bundles, and changes nothing", async () => {
    const { status, out, err } = await run("--dry-run", "--config", writeConfig());
    expect([status, err]).toEqual([0, ""]);
    // Cloudflare's free plan takes 3 MB after compression.
    expect(Number(/Total Upload: .* gzip: ([\d.]+) KiB/.exec(out)?.[1])).toBeLessThan(1_000_000 / 1_024);
    expect(out).toContain("Nothing was changed");
  });

  test("the configuration as it comes is refused with all that is to be set", async () => {
    const { status, out, err } = await run("--dry-run");
    expect([status, out]).toEqual([2, "Checking the configuration\n"]);
    expect(err).toContain("database_id of RECORDS in wrangler.toml is the placeholder");
    expect(err).toContain("routes are missing in wrangler.toml");
    expect(err).toContain("CRM_ORIGIN in wrangler.toml is the example's");
  });

  test("without an account it says what wrangler needs, and nothing is deployed", async () => {
    const { status, out, err } = await run("--config", writeConfig());
    expect(status).toBe(1);
    expect(err).toMatch(/^hotseat: wrangler could not list the Worker's secrets: .*CLOUDFLARE_API_TOKEN/);
    expect(out).not.toContain("Applying");
  });

  test.each<[string[], number, string]>([
    [
      ["--dry-rum"],
      2,
      "Unknown option '--dry-rum', did you mean --dry-run? npm run deploy -- --help lists the options.",
    ],
    [["--config", "/nowhere/wrangler.toml"], 2, "cannot be read"],
  ])("%j is one clear sentence", async (args, status, sentence) => {
    const done = await run(...args);
    expect([done.status, done.err]).toEqual([status, expect.stringContaining(sentence)]);
    expect(done.err.trim().split("\n")).toHaveLength(1);
  });
});

describe("[T1] a configuration that wrangler does not take", { timeout: 60_000 }, () => {
  test("is refused with all that wrangler finds wrong in it, in one line", async () => {
    const file = writeConfig((text) => text.replace("workers_dev = false", 'route = [1]\nworkers_dev = "no"'));
    const { status, err } = await run("--dry-run", "--config", file);
    expect(status).toBe(2);
    expect(err).toMatch(/cannot be read: .*"route".*"workers_dev"/);
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});

describe("[T1] what a deployment needs", () => {
  const ID = "1a2b3c4d-0000-4000-8000-5e6f7a8b9c0d";
  const databases = [{ binding: "RECORDS", database_id: ID }];
  const more = (change: Partial<(typeof databases)[number] & { migrations_dir: string | undefined }>) => ({
    binding: "RECORDS_1",
    database_id: "2a2b3c4d-0000-4000-8000-5e6f7a8b9c0d",
    migrations_dir: "worker/audit/migrations",
    ...change,
  });
  const good: DeploymentConfig = {
    vars: { TENANT: "acme", CONTACT: "IT", CRM_ORIGIN: "https://crm-origin.acme.com", PRESET: "tryton" },
    routes: [{ pattern: "crm.acme.com", custom_domain: true }],
    workers_dev: false,
    preview_urls: false,
    d1_databases: databases,
    durable_objects: { bindings: [{ name: "SEATS", class_name: "TenantSeats" }] },
    triggers: { crons: ["*/10 * * * *"] },
  };
  const faultsOf = (change: Partial<DeploymentConfig>) => findFaults({ ...good, ...change }, "wrangler.toml");
  const vars = (more: Record<string, unknown>) => ({ vars: { ...good.vars, ...more } });

  test("is there; for one tenant, and for those of the registry", () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ vars: {} })).toEqual([]);
    const route = { pattern: "crm.acme.com/*", zone_name: "acme.com" };
    expect(faultsOf({ routes: [route], ...vars({ CRM_ORIGIN: "https://crm.acme.com" }) })).toEqual([]);
    expect(faultsOf({ routes: [], route: "crm.acme.com/*" })).toEqual([]);
    expect(faultsOf({ d1_databases: [...databases, more({})] })).toEqual([]);
    expect(recordsOf({ d1_databases: [more({ binding: "RECORDS_10" }), more({}), ...databases] })).toEqual([
      "RECORDS",
      "RECORDS_1",
      "RECORDS_10",
    ]);
    expect(
      faultsOf(vars({ IDENTITY: "oidc", IDENTITY_ISSUER: "https://login.acme.com", OIDC_CLIENT_ID: "x" })),
    ).toEqual([]);
  });

  test("[R10] has a way for e-mail that works, or none; one firm or all of the registry", () => {
    const relay = { MAIL_FROM: "hotseat@acme.com", MAIL_RELAY: "smtps://hotseat@mail.acme.com" };
    expect(faultsOf(vars(relay))).toEqual([]);
    expect(faultsOf({ vars: relay })).toEqual([]);
    expect(faultsOf({ vars: { ...relay, MAIL_SERVICE: "resend" } })).toEqual([
      "set one of MAIL_RELAY and MAIL_SERVICE: how e-mail leaves (wrangler.toml)",
    ]);
    expect(faultsOf(vars({ ...relay, MAIL_RELY: "x" }))).toEqual([
      "MAIL_RELY in wrangler.toml is no variable of Hotseat: did you mean MAIL_RELAY?",
    ]);
    expect(faultsOf(vars({ ...relay, MAIL_PASSWORD: "x" }))).toEqual([
      expect.stringMatching(/^MAIL_PASSWORD must not stand in wrangler.toml/),
    ]);
    const missing = (mail: Record<string, string>) => findSecretFaults({ ...good, ...vars(mail) }, ["HOTSEAT_SECRET"]);
    expect(missing(relay)).toEqual([expect.stringMatching(/^the secret MAIL_PASSWORD is missing, the password of/)]);
    expect(missing({ MAIL_FROM: "h@acme.com", MAIL_SERVICE: "resend" })).toEqual([
      expect.stringMatching(/^the secret MAIL_KEY is missing/),
    ]);
    expect(missing({ MAIL_FROM: "h@acme.com", MAIL_RELAY: "smtps://mail.acme.com" })).toEqual([]);
  });

  test.each<[Partial<DeploymentConfig>, string]>([
    [{ d1_databases: [] }, "no D1 database with the binding RECORDS"],
    [{ d1_databases: [{ binding: "RECORDS" }] }, "is the placeholder"],
    [{ d1_databases: [...databases, more({ database_id: "0000-0000" })] }, "database_id of RECORDS_1"],
    [{ d1_databases: [...databases, more({ database_id: "0000-0000" })] }, "d1 create hotseat-records-1"],
    [
      { d1_databases: [...databases, more({ database_id: ID })] },
      "RECORDS_1 and RECORDS in wrangler.toml are the same",
    ],
    [{ d1_databases: [...databases, more({ binding: "RECORDS_A" })] }, "RECORDS_A in wrangler.toml is none that"],
    [{ d1_databases: [...databases, more({ migrations_dir: "migrations" })] }, "migrations_dir of RECORDS_1"],
    [{ d1_databases: [...databases, more({ migrations_dir: undefined })] }, "migrations_dir of RECORDS_1"],
    [{ durable_objects: { bindings: [] } }, "no Durable Object binding SEATS"],
    [{ triggers: { crons: [] } }, "an object whose alarm was lost sleeps on"],
    [{ routes: [] }, "routes are missing"],
    [{ routes: [{ pattern: "crm.acme.com", zone_name: "acme.com" }] }, 'write "crm.acme.com/*"'],
    [{ routes: ["crm.acme.com/"] }, "covers the first page alone"],
    [{ routes: ["crm.acme.com/app/*"] }, "covers /app/* alone, and everything else would go round the gate"],
    [{ routes: ["https://crm.acme.com/*"] }, "is for https alone"],
    [{ routes: [], route: "crm.acme.com" }, 'write "crm.acme.com/*"'],
    [{ routes: [{ pattern: "crm.acme.com/*", custom_domain: true }] }, 'only a hostname: write "crm.acme.com"'],
    [vars({ CRM_ORIGIN: "https://CRM.acme.com" }), "which would ask itself"],
    [vars({ CRM_ORIGIN: "https://crm.acme.com." }), "which would ask itself"],
    [vars({ SEAT_LIMT: "5" }), "SEAT_LIMT in wrangler.toml is no variable of Hotseat: did you mean SEAT_LIMIT?"],
    [vars({ seat_limit: "5" }), "did you mean SEAT_LIMIT?"],
    [vars({ LICENSE_MANAGERS: "mia" }), "did you mean LICENCE_MANAGERS?"],
    [vars({ COLOUR: "red" }), "COLOUR in wrangler.toml is no variable of Hotseat: take it out"],
    [{ vars: { ...good.vars, TENANT: undefined, TENNANT: "acme" } }, "did you mean TENANT?"],
    [{ vars: { PRESET: "tryton" } }, "PRESET in wrangler.toml counts only beside TENANT"],
    [{ workers_dev: true }, "workers_dev in wrangler.toml must be false"],
    [{ preview_urls: true }, "preview_urls in wrangler.toml must be false"],
    [vars({ HOTSEAT_SECRET: "x".repeat(40) }), "HOTSEAT_SECRET must not stand in wrangler.toml"],
    [vars({ CRM_SECRET: "x".repeat(40) }), "CRM_SECRET must not stand in wrangler.toml"],
    [vars({ TIMING_OVERRIDES: "{}" }), "TIMING_OVERRIDES in wrangler.toml is for tests alone"],
    [vars({ SEAT_LIMIT: 10 }), "SEAT_LIMIT in wrangler.toml must be a text in quotes"],
    [vars({ SEAT_LIMIT: "0" }), "SEAT_LIMIT must be a whole number from 1 to 100000"],
    [vars({ PRESET: "sap" }), 'PRESET is "sap", but there are: demo, tryton'],
    [vars({ PRESET: '{"title":"x"}' }), "Preset in PRESET: "],
    [vars({ TENANT: "Acme Ltd" }), "TENANT must be a short name"],
    [vars({ CONTACT: "it@acme.example" }), "CONTACT in wrangler.toml is the example's"],
    [vars({ IDENTITY: "access" }), "IDENTITY_ISSUER must be the team's address"],
  ])("%j is refused", (change, sentence) => {
    expect(faultsOf(change).join("\n")).toContain(sentence);
    expect(faultsOf(change).join("\n")).not.toContain("x".repeat(40));
  });

  test("[T6] tenants whose records are where there is no database are named", () => {
    const row = { tenant: "acme", records: "RECORDS_2", movingTo: null } as const;
    expect(findLostTenants([row], ["RECORDS", "RECORDS_1"])).toEqual([
      "the records of the tenant acme are in RECORDS_2, which wrangler.toml has not",
    ]);
    expect(findLostTenants([{ ...row, records: "RECORDS", movingTo: "RECORDS_2" }], ["RECORDS"])).toHaveLength(1);
    expect(findLostTenants([row], ["RECORDS", "RECORDS_2"])).toEqual([]);
  });

  test("secrets that are missing are named with the command that sets them", () => {
    expect(findSecretFaults(good, ["HOTSEAT_SECRET"])).toEqual([]);
    expect(findSecretFaults(good, []).join()).toContain("npx wrangler secret put HOTSEAT_SECRET");
    const token = { ...good, ...vars({ IDENTITY: "token" }) };
    expect(findSecretFaults(token, ["HOTSEAT_SECRET"]).join()).toContain("IDENTITY_SECRET is missing");
    expect(
      findSecretFaults({ ...good, ...vars({ IDENTITY: "token", IDENTITY_JWKS: "https://a.b" }) }, ["HOTSEAT_SECRET"]),
    ).toEqual([]);
  });
});
