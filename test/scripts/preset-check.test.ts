/** [I] `npm run preset:check`: against the demo CRM, against fakes of the measured products, and with mistakes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tryPreset } from "../../scripts/preset-trial.ts";
import { SecretMask } from "../../scripts/secret-mask.ts";
import type { Preset } from "../../worker/identity/preset-schema.ts";
import { loadPreset } from "../../worker/identity/presets.ts";
import { type DemoCrm, startDemoCrm } from "../fixtures/demo-crm/demo-crm.ts";
import { FakeDolibarr } from "../fixtures/fake-crms/dolibarr.ts";
import { FakeEspo } from "../fixtures/fake-crms/espocrm.ts";
import { FAKE_PEOPLE, type FakeCrm } from "../fixtures/fake-crms/fake-crm.ts";
import { FakeOdoo } from "../fixtures/fake-crms/odoo.ts";
import { serveFake } from "../fixtures/fake-crms/serve.ts";
import { FakeSuite } from "../fixtures/fake-crms/suitecrm.ts";
import { startScript } from "./child.ts";

const [ANNA, FRANK, CARL] = FAKE_PEOPLE as [(typeof FAKE_PEOPLE)[0], (typeof FAKE_PEOPLE)[0], (typeof FAKE_PEOPLE)[0]];

async function tryOn(crm: FakeCrm, preset: Preset, who = ANNA) {
  const served = await serveFake(crm);
  const lines: string[] = [];
  try {
    const missing = await tryPreset({
      preset,
      origin: served.origin,
      user: who.login,
      password: who.password,
      known: {},
      cookie: null,
      mask: new SecretMask(),
      say: (line) => lines.push(line),
    });
    return { missing, text: lines.join("\n") };
  } finally {
    await served.close();
  }
}

describe("a preset that fits", () => {
  test.each<[string, () => FakeCrm]>([
    ["espocrm", () => new FakeEspo()],
    ["odoo", () => new FakeOdoo()],
    ["dolibarr", () => new FakeDolibarr()],
    ["suitecrm", () => new FakeSuite()],
  ])("%s: every step is told, no secret is", async (name, make) => {
    const { missing, text } = await tryOn(make(), loadPreset(name), FRANK);
    expect(missing, text).toEqual([]);
    expect(text).toContain("✓ signed in: id ");
    expect(text).toMatch(/role (licence_manager|user)/);
    expect(text).toMatch(/decided by: signedInWhen\.0/);
    expect(text).toContain("✓ a forged session is");
    expect(text).toMatch(/✓ (after the logout the session is anonymous|the CRM took the session back)/);
    expect(text).not.toContain(FRANK.password);
    expect(text).not.toContain(Buffer.from(`${FRANK.login}:${FRANK.password}`).toString("base64"));
    expect(text).not.toMatch(/\b[0-9a-f]{26}\b|\b[0-9a-f]{32}\b/);
  });

  test("somebody who needs no licence is told as such", async () => {
    const { missing, text } = await tryOn(new FakeOdoo(), loadPreset("odoo"), CARL);
    expect([missing, text.includes("exempt: this person passes without a seat")]).toEqual([[], true]);
  });
});

describe("a preset that does not fit", () => {
  const odoo = (change: (preset: Preset) => void): Preset => {
    const preset = structuredClone(loadPreset("odoo"));
    change(preset);
    return preset;
  };
  test.each<[string, Preset, string]>([
    [
      "another cookie",
      odoo((preset) => {
        preset.carriers = [[{ cookie: "sid" }]];
      }),
      "After the login no carrier of the preset is there. Cookies that the CRM set: session_id.",
    ],
    [
      "no word of anonymous",
      odoo((preset) => {
        for (const step of preset.identity.steps) step.anonymousWhen = [];
      }),
      "A stranger's session must be anonymous, but is unknown: complete anonymousWhen.",
    ],
    [
      "a rule that fits everything",
      odoo((preset) => {
        for (const step of preset.identity.steps) step.anonymousWhen = [{ status: 200 }];
      }),
      "Who signed in must be known as signed in, but is anonymous.",
    ],
    [
      "an id that is elsewhere",
      odoo((preset) => {
        preset.identity.person.id = { step: 0, pointer: "/result/user_id" };
      }),
      "but is unknown (the CRM's answer has no usable id of the person)",
    ],
    [
      "a logout that does nothing",
      odoo((preset) => {
        preset.logout = [{ method: "GET", path: "/web/health" }];
      }),
      "After the logout the session must be anonymous, but is signed in: see logout.",
    ],
    [
      "no logout",
      odoo((preset) => {
        preset.logout = [];
      }),
      "The preset names no logout",
    ],
  ])("%s", async (_, preset, words) =>
    expect((await tryOn(new FakeOdoo(), preset)).missing.join("\n")).toContain(words),
  );

  test("a carrier that signs nobody in: a forged one would", async () => {
    const crm = new FakeSuite();
    const credulous: FakeCrm = {
      asked: crm.asked,
      endSessions: crm.endSessions,
      fetch: async (request) =>
        new URL(request.url).search === "?module=Home&action=index"
          ? new Response("current_user_id = '7'", { headers: { "content-type": "text/html" } })
          : crm.fetch(request),
    };
    const preset = structuredClone(loadPreset("suitecrm"));
    preset.identity.steps = preset.identity.steps.slice(0, 1).map(({ captures, ...step }) => step);
    preset.identity.person = { id: preset.identity.person.id };
    Object.assign(preset, { roles: {}, listedBy: [] });
    const { missing } = await tryOn(credulous, preset);
    expect(missing.join("\n")).toContain("A forged session must be nobody's, but is signed in");
  });
});

describe("the command", () => {
  let crm: DemoCrm;
  let folder: string;
  beforeAll(async () => {
    crm = await startDemoCrm();
    folder = mkdtempSync(join(tmpdir(), "hotseat-preset-"));
  });
  afterAll(async () => {
    await crm.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const check = async (...args: string[]) => {
    const child = startScript("scripts/preset-check.ts", args);
    const { status } = await child.ended;
    return { status, output: child.stdout() + child.stderr() };
  };

  test("0: the demo's preset fits the demo", async () => {
    const frank = crm.users.find(({ login }) => login === "frank");
    const { status, output } = await check(
      ...["--crm", crm.origin, "--preset", "demo", "--user", "frank", "--password", frank?.password ?? ""],
    );
    expect(output).toContain("signed in: id u6, name Frank Weiß, email frank@larch.example, role licence_manager");
    expect(output).toContain("The preset fits this CRM.");
    expect(output).not.toContain(frank?.password);
    expect(status).toBe(0);
  });

  test("1: a wrong password, and a preset of another CRM, with what is missing", async () => {
    const wrong = await check(
      "--crm",
      crm.origin,
      "--preset",
      "demo",
      "--user",
      "frank",
      "--password",
      "not it at all",
    );
    expect([wrong.status, wrong.output]).toEqual([1, expect.stringContaining("After the login no carrier")]);
    expect(wrong.output).not.toContain("not it at all");
    const other = await check("--crm", crm.origin, "--preset", "odoo", "--user", "frank", "--password", "whatever");
    expect([other.status, other.output]).toEqual([1, expect.stringContaining("The preset does not fit this CRM yet")]);
  });

  test("2: what cannot be tried, with what would be right", async () => {
    const file = join(folder, "mine.json");
    writeFileSync(file, JSON.stringify({ ...loadPreset("odoo"), colour: "red" }));
    const person = ["--user", "anna", "--password", "wordword"];
    for (const [args, words] of [
      [["--preset", "demo", ...person], "--crm needs the CRM's origin"],
      [["--crm", crm.origin, ...person], "--preset needs a file or a name"],
      [["--crm", crm.origin, "--preset", "zoho", ...person], "but there are: demo, tryton"],
      [["--crm", crm.origin, "--preset", file, ...person], "colour is not a field of a preset"],
      [["--crm", crm.origin, "--preset", join(folder, "none.json"), ...person], "There is no file"],
      [["--crm", crm.origin, "--preset", "demo"], "--user and --password are needed"],
      [["--crm", crm.origin, "--preset", "tryton", ...person], "The preset needs --set database=…"],
      [["--crm", "http://127.0.0.1:9", "--preset", "demo", ...person], "does not answer GET /contacts"],
      [["--colour", "red"], "npm run preset:check -- --help"],
    ] as [string[], string][]) {
      const { status, output } = await check(...args);
      expect([args.join(" "), status, output]).toEqual([args.join(" "), 2, expect.stringContaining(words)]);
    }
  }, 60_000);
});
