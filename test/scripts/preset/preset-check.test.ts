/** [I] `npm run preset:check`: against the demo CRM, against fakes of the measured products, and with mistakes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SecretMask } from "../../../scripts/cli/secret-mask.ts";
import { findFaults } from "../../../scripts/preset/preset-faults.ts";
import { readPresetOption } from "../../../scripts/preset/preset-file.ts";
import { tryPreset } from "../../../scripts/preset/preset-trial.ts";
import type { Preset } from "../../../worker/identity/preset/preset-schema.ts";
import { loadPreset, PRESET_NAMES } from "../../../worker/identity/preset/presets.ts";
import type { Role } from "../../../worker/tenant/tenant-calls.ts";
import { type DemoCrm, startDemoCrm } from "../../fixtures/demo-crm/demo-crm.ts";
import { FakeDolibarr } from "../../fixtures/fake-crms/dolibarr.ts";
import { FakeEspo } from "../../fixtures/fake-crms/espocrm.ts";
import { FAKE_PEOPLE, type FakeCrm } from "../../fixtures/fake-crms/fake-crm.ts";
import { FakeOdoo } from "../../fixtures/fake-crms/odoo.ts";
import { FakeRememberingCrm } from "../../fixtures/fake-crms/remembering.ts";
import { serveFake } from "../../fixtures/fake-crms/serve.ts";
import { FakeSuite } from "../../fixtures/fake-crms/suitecrm.ts";
import { startScript } from "../child.ts";

const [ANNA, FRANK, CARL] = FAKE_PEOPLE as [(typeof FAKE_PEOPLE)[0], (typeof FAKE_PEOPLE)[0], (typeof FAKE_PEOPLE)[0]];

async function tryOn(crm: FakeCrm, preset: Preset, who = ANNA, expectRole: Role | null = null) {
  const served = await serveFake(crm);
  const lines: string[] = [];
  try {
    const { missing, warnings } = await tryPreset({
      preset,
      origin: served.origin,
      user: who.login,
      password: who.password,
      known: {},
      cookie: null,
      expectRole,
      mask: new SecretMask(),
      say: (line) => lines.push(line),
    });
    return { missing, warnings, text: lines.join("\n") };
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
      "A stranger's session must be anonymous, but is unknown: complete anonymousWhen, by a text or a field that only " +
        "such an answer has.",
    ],
    [
      "a rule that fits everything",
      odoo((preset) => {
        for (const step of preset.identity.steps) step.anonymousWhen = [{ status: 200 }];
      }),
      "The person who signed in must be recognised as signed in, but is anonymous.",
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

/** What the stand-in of a product lets through, when its preset is broken in one way. */
describe("a preset by which the gate would stand open", () => {
  const broken = (name: string, change: (preset: Preset) => void): Preset => {
    const preset = structuredClone(loadPreset(name));
    change(preset);
    return preset;
  };
  test.each<[string, string, (preset: Preset) => void, string]>([
    [
      "everything is public",
      "odoo",
      (preset) => void preset.paths.public.push("/*"),
      "/web is public to the preset (paths.public or publicCalls), so people would work there without a seat.",
    ],
    [
      "everything is for programs",
      "odoo",
      (preset) => {
        preset.machine = { paths: ["/*"], policy: "pass" };
      },
      "/web is an address for programs to the preset (machine.paths), so people would work there without a seat.",
    ],
    [
      "everything is closed",
      "odoo",
      (preset) => {
        preset.machine = { paths: ["/*"], policy: "refuse" };
      },
      "/web is machine to the preset, and must be protected: people work there.",
    ],
    [
      "everything is a poll",
      "dolibarr",
      (preset) => void preset.paths.background.push("/*"),
      "/index.php is background to the preset, so what people do there would count as nobody's work",
    ],
    [
      "everything that is sent is public",
      "odoo",
      (preset) => void preset.paths.public.push("POST /*"),
      "POST /web is public to the preset (paths.public or publicCalls), so people would work there without a seat.",
    ],
    [
      "everything that is sent is a login",
      "odoo",
      (preset) => {
        preset.login = [{ method: "POST", path: "/*" }];
      },
      "POST /web is login to the preset, and must be protected: people work there.",
    ],
    [
      "the CRM's data is public",
      "odoo",
      (preset) => void preset.paths.public.push("POST /web/dataset/*"),
      "POST /web/dataset/call_kw/res.partner/search_count, by which the CRM's records are counted, is public to the preset",
    ],
    [
      "the CRM's data is for programs, whoever is signed in",
      "odoo",
      (preset) => void preset.machine?.paths.push("/web/dataset/*"),
      "POST /web/dataset/call_kw/res.partner/search_count, by which the CRM's records are counted, is an address for programs",
    ],
    [
      "no login",
      "odoo",
      (preset) => {
        preset.login = [];
      },
      "None of the requests that signed in (GET /web/login, POST /web/login) is a login to the preset: see login.",
    ],
    [
      "another login",
      "suitecrm",
      (preset) => {
        preset.login = [{ method: "POST", path: "/login" }];
      },
      "None of the requests that signed in (POST /index.php) is a login to the preset: see login.",
    ],
    [
      "a login whose success is not the CRM's",
      "odoo",
      (preset) => {
        preset.login = [{ method: "POST", path: "/web/login", success: [{ status: 200 }] }];
      },
      "The CRM took the login, but success of the preset's login does not hold of its answer.",
    ],
    [
      "no word of anonymous, where strangers have no session",
      "espocrm",
      (preset) => {
        for (const step of preset.identity.steps) step.anonymousWhen = [];
      },
      'A forged session must be anonymous, but is unknown: complete anonymousWhen, such as { "status": 401 }.',
    ],
    [
      "lists by a name that the CRM does not tell",
      "odoo",
      (preset) => {
        preset.identity.person.login = { step: 0, pointer: "/result/login" };
      },
      "The preset's lists name people by login, but the CRM's answer has none: see listedBy.",
    ],
  ])("%s", async (_, name, change, words) => {
    const makers: Record<string, () => FakeCrm> = {
      odoo: () => new FakeOdoo(),
      espocrm: () => new FakeEspo(),
      dolibarr: () => new FakeDolibarr(),
      suitecrm: () => new FakeSuite(),
    };
    const crm = makers[name]?.() ?? new FakeOdoo();
    expect((await tryOn(crm, broken(name, change))).missing.join("\n")).toContain(words);
  });

  test("wide patterns and open addresses for programs are shown to the operator", async () => {
    const { warnings, missing } = await tryOn(
      new FakeOdoo(),
      broken("odoo", (preset) => {
        preset.paths.public.push("/:any/*");
        preset.paths.background.push("/*");
      }),
    );
    expect(missing).not.toEqual([]);
    expect(warnings.join("\n")).toContain("paths.public has /:any/*, which holds a large part of all addresses");
    expect(warnings.join("\n")).toContain("paths.background has /*, which holds a large part of all addresses");
    expect(warnings.join("\n")).toContain("Programs pass uncounted at /jsonrpc, /xmlrpc/2/*");
  });

  test.each<[string, string, (preset: Preset) => void]>([
    ["paths.public", "/:one/:two?*", (preset) => void preset.paths.public.push("/:one/:two?*")],
    ["paths.streaming", "/*", (preset) => Object.assign(preset.paths, { streaming: ["/*"] })],
    ["paths.workSockets", "/*", (preset) => Object.assign(preset.paths, { workSockets: ["/*"] })],
    ["strangerCalls.0", "/*", (preset) => Object.assign(preset, { strangerCalls: [{ path: "/*" }] })],
    ["login.0", "/*", (preset) => Object.assign(preset, { login: [{ method: "POST", path: "/*" }] })],
    ["logout.0", "/:any", (preset) => Object.assign(preset, { logout: [{ method: "GET", path: "/:any" }] })],
  ])("a wide pattern in %s is shown", async (field, pattern, change) => {
    const { warnings } = await tryOn(new FakeOdoo(), broken("odoo", change));
    expect(warnings).toContain(
      `${field} has ${pattern}, which holds a large part of all addresses: name what is meant.`,
    );
  });

  test.each<[string, string, (preset: Preset) => void]>([
    [
      "public",
      "is public to the preset (paths.public or publicCalls), so people would work there without a seat.",
      (preset) => void preset.paths.public.push("GET /api/*"),
    ],
    [
      "background",
      "is background to the preset: see that its pattern holds polls alone, and nothing that people do.",
      (preset) => void preset.paths.background.push("/api/*"),
    ],
  ])(
    "a pattern that makes the question who somebody is %s is shown: it holds more than was meant",
    (_, said, change) => {
      const asked = "GET /api/v1/App/user, at which the CRM says who somebody is,";
      expect(findFaults(broken("espocrm", change), "/").warnings).toContain(`${asked} ${said}`);
    },
  );

  test("where a body or a query tells the request beside the pattern, none is wide", async () => {
    const preset = broken("odoo", (changed) => {
      changed.login.push({ method: "POST", path: "/*", form: { act: ["sign-in"] } });
      changed.strangerCalls = [{ path: "/*", query: { link: ["unsubscribe"] } }];
    });
    expect((await tryOn(new FakeOdoo(), preset)).warnings.join("\n")).not.toContain("large part of all addresses");
  });

  test("an exemption that holds of the person is shown: whoever it holds of works uncounted", async () => {
    const preset = broken("odoo", (changed) => {
      changed.identity.exemptWhen = [{ step: 0, pointer: "/result/uid" }];
    });
    expect((await tryOn(new FakeOdoo(), preset)).warnings.join("\n")).toContain(
      "needs no licence by identity.exemptWhen",
    );
  });

  test.each(PRESET_NAMES)("%s has no such fault", (name) => {
    const preset = loadPreset(name);
    const { faults, warnings } = findFaults(preset, preset.trial?.page ?? "/");
    expect([faults, warnings.filter((said) => said.includes("who somebody is"))]).toEqual([[], []]);
  });
});

describe("what is said of a person", () => {
  test("each field, where it was taken from, and by what lists name the person", async () => {
    const { text } = await tryOn(new FakeSuite(), loadPreset("suitecrm"), FRANK);
    expect(text).toContain(`login: frank, from the text after >, between id="user_name" and </span>, of the answer to`);
    expect(text).toContain("role: Administrator, from the text after value=', between id='UserType' and >");
    expect(text).toContain("people can edit it, so no right comes from it");
    expect(text).toContain("LICENCE_MANAGERS, ADMINS and SUPPORT name this person by login: frank");
  });

  test("a role that is not the expected one", async () => {
    expect((await tryOn(new FakeEspo(), loadPreset("espocrm"), FRANK, "licence_manager")).missing).toEqual([]);
    const { missing } = await tryOn(new FakeEspo(), loadPreset("espocrm"), ANNA, "licence_manager");
    expect(missing).toEqual(["The person must be licence_manager, but is user: see roles and identity.person.roles."]);
    const exempt = await tryOn(new FakeOdoo(), loadPreset("odoo"), CARL, "user");
    expect(exempt.missing).toEqual(["The person must be user, but needs no seat: see exemptWhen."]);
  });

  test.each<[string, () => FakeCrm]>([
    ["espocrm", () => new FakeEspo()],
    ["odoo", () => new FakeOdoo()],
    ["dolibarr", () => new FakeDolibarr()],
    ["suitecrm", () => new FakeSuite()],
  ])("%s: a wrong password is told in plain words", async (name, make) => {
    const { missing, text } = await tryOn(make(), loadPreset(name), { ...ANNA, password: "pw" });
    expect(missing.join("\n")).toContain("Most often the CRM did not take the name anna and the password");
    expect(text).not.toMatch(/[^a-z]pw[^a-z]/);
  });

  test("how the CRM answered the login is told: a second factor leads elsewhere", async () => {
    const { missing } = await tryOn(new FakeOdoo(), loadPreset("odoo"), { ...ANNA, password: "wrong" });
    expect(missing.join("\n")).toContain("It answered GET /web/login by 200, POST /web/login by 200.");
  });

  test("a page that is no login page is not taken for a wrong password", async () => {
    const preset = structuredClone(loadPreset("odoo"));
    const [first] = preset.trial?.steps ?? [];
    if (first !== undefined) first.path = "/web/health?none";
    const crm = new FakeOdoo();
    const answers = crm.fetch.bind(crm);
    crm.fetch = async (request) => (request.url.includes("?none") ? new Response("OK") : answers(request));
    const { missing } = await tryOn(crm, preset);
    expect(missing).toEqual([
      "The login's answer to GET /web/health?none has nothing to capture as csrf. Is this the CRM's login page? See " +
        "trial.steps.0.captures.csrf.",
    ]);
  });

  test("each credential alone: one of a pair, and what the preset does not know", async () => {
    const { text, warnings } = await tryOn(new FakeEspo(), loadPreset("espocrm"));
    expect(text).toContain("✓ cookie auth-token alone lets nobody in");
    expect(text).toContain("✓ cookie auth-token-secret alone lets nobody in");
    expect(warnings.join("\n")).toContain("header espo-authorization alone signs in to the CRM");
  });

  describe("a CRM made after a wiki", () => {
    const wiki = (more: Partial<Preset>): Preset => ({
      ...structuredClone(loadPreset("html-only")),
      login: [{ method: "POST", path: "/login", success: [{ status: 302 }] }],
      logout: [{ method: "POST", path: "/out", form: { action: ["logout"] } }],
      trial: {
        steps: [
          { method: "POST", path: "/login", form: { user: "{user}", password: "{password}" } },
          {
            method: "GET",
            path: "/contacts",
            captures: { token: { text: { before: 'data-token="', chars: "word", after: '"' } } },
          },
        ],
        page: "/contacts",
        logoutBody: { token: "{token}" },
      },
      ...more,
    });

    test("a cookie that counts only beside another is no carrier by itself, and what remembers people is known", async () => {
      const { missing, warnings, text } = await tryOn(new FakeRememberingCrm(), wiki({}));
      expect(missing, text).toEqual([]);
      expect(warnings.join("\n")).toContain(
        "cookie SESSION is all that carriers names, and does not sign anybody in by itself",
      );
      expect(text).toContain("✓ every cookie but the session's alone is a remembered sign-in");
      const carriers = [[{ cookie: "SESSION" }, { cookie: "uid" }]];
      const right = await tryOn(new FakeRememberingCrm(), wiki({ carriers }));
      expect(right.warnings.join("\n")).not.toContain("all that carriers names");
    });

    test("an answer to nobody that the preset does not know is told as the rule that would fit", async () => {
      const preset = wiki({});
      for (const step of preset.identity.steps) step.anonymousWhen = [];
      const { missing } = await tryOn(new FakeRememberingCrm(), preset);
      expect(missing.join("\n")).toContain('complete anonymousWhen, such as { "status": 302, "location": "/login" }.');
    });

    test("a logout that a form tells is sent as one, with the fields that the trial names", async () => {
      const { text } = await tryOn(new FakeRememberingCrm(), wiki({}));
      expect(text).toContain("POST /out action=logout&token=•••");
      expect(text).toContain("✓ the CRM took the session back");
    });
  });

  test("a session that renews itself", async () => {
    let time = 0;
    const crm = new FakeOdoo({ afterMs: 1, overlapMs: 1_000, now: () => ++time });
    const { missing, text } = await tryOn(crm, loadPreset("odoo"));
    expect(missing, text).toEqual([]);
    expect(text).toContain("✓ the CRM renews the session in its answers, and the new value is the same person's");
  });

  test("a form, as from the CRM's own page and from another host's", async () => {
    const preset = structuredClone(loadPreset("dolibarr"));
    expect((await tryOn(new FakeDolibarr(), preset)).text).toContain("✓ the CRM compares Origin and Referer");
    const { warnings } = await tryOn(new FakeDolibarr(), { ...preset, host: "keep" });
    expect(warnings.join("\n")).toContain('the preset says "host": "keep"');
  });
});

describe("what is printed", () => {
  const secret = `p/w "ü&' 1`;
  test.each([
    ["as it is", secret],
    ["in an address", encodeURIComponent(secret)],
    ["in an address in lower case", encodeURIComponent(secret).toLowerCase()],
    ["in a form", new URLSearchParams({ s: secret }).toString().slice(2)],
    ["in JSON", JSON.stringify({ s: secret })],
    ["in JSON of ASCII alone", JSON.stringify({ s: secret }).replace("ü", "\\u00fc")],
    ["in HTML", secret.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("'", "&#39;")],
    ["in base64", Buffer.from(secret).toString("base64")],
    ["in base64 for addresses", Buffer.from(secret).toString("base64url")],
  ])("never a secret %s", (_, written) => {
    const mask = new SecretMask();
    mask.learnPassword(secret);
    expect(mask.hide(`before ${written} after`)).toMatch(/^before (\{"s":")?•••("\})? after$/);
  });

  test.each(["a:", "ab:", "abc:"])("never a secret in base64 after %s", (user) => {
    const mask = new SecretMask();
    mask.learnPassword("a long pass word");
    const hidden = mask.hide(Buffer.from(`${user}a long pass word`).toString("base64"));
    expect(Buffer.from(hidden.replace(/•••.*/, ""), "base64").toString()).not.toContain("long");
    expect(hidden).toContain("•••");
  });

  test("never a short password, and nothing else for its sake", () => {
    const mask = new SecretMask();
    mask.learnPassword("pw");
    mask.learn("x", "");
    expect(mask.hide("username=u&password=pw&pwd=1 and p=pw x pw.")).toBe(
      "username=u&password=•••&pwd=1 and p=••• x •••.",
    );
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
    const child = startScript("scripts/preset/preset-check.ts", args);
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
  }, 60_000);

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
  }, 60_000);

  test("a preset that an editor begins with a byte order mark is read", () => {
    const file = join(folder, "marked.json");
    writeFileSync(file, `\ufeff${JSON.stringify(loadPreset("demo"))}`);
    expect(JSON.parse(readPresetOption(file))).toEqual(loadPreset("demo"));
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
      [
        ["--crm", crm.origin, "--preset", "demo", "--expect-role", "boss", ...person],
        "--expect-role takes one of user",
      ],
      [["--crm", crm.origin, "--preset", "tryton", ...person], "The preset needs --set database=…"],
      [["--crm", "http://127.0.0.1:9", "--preset", "demo", ...person], "does not answer GET /contacts"],
      [["--colour", "red"], "npm run preset:check -- --help"],
    ] as [string[], string][]) {
      const { status, output } = await check(...args);
      expect([args.join(" "), status, output]).toEqual([args.join(" "), 2, expect.stringContaining(words)]);
    }
  }, 60_000);
});
