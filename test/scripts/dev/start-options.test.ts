/** What `npm start` takes, and how it refuses the rest. */
import { describe, expect, test } from "vitest";
import { Refusal } from "../../../scripts/cli/command-refusal.ts";
import { HELP, presetNames, readStartOptions } from "../../../scripts/dev/start-options.ts";

const read = (...args: string[]) => readStartOptions(args, {});

describe("the options of npm start", () => {
  test("without any, stand before the demo and leave the limit as it is", () => {
    expect(read()).toEqual({
      port: 8787,
      seats: null,
      crm: null,
      managers: "",
      support: "",
      registry: false,
      timing: null,
      browser: null,
      fresh: false,
    });
  });

  test("take every option at once", () => {
    const options = read(
      ...["--port", "9000", "--seats", "5", "--crm", "https://crm.acme.com", "--preset", "tryton", "--fresh"],
      ...["--browser", "firefox", "--managers", "ann,bo@acme.com", "--support=sam"],
      ...["--timing", "idleTimeoutMs=20000, idleWarningMs=5000"],
    );
    expect(options).toEqual({
      port: 9000,
      seats: 5,
      crm: { origin: "https://crm.acme.com", preset: "tryton" },
      managers: "ann,bo@acme.com",
      support: "sam",
      registry: false,
      timing: { idleTimeoutMs: 20_000, idleWarningMs: 5_000 },
      browser: "firefox",
      fresh: true,
    });
  });

  test("[T1] take the registry in place of one CRM", () => {
    expect(read("--registry", "--port", "9000")).toMatchObject({ registry: true, crm: null, port: 9000 });
  });

  test("take a preset from a file", () => {
    const crm = ["--crm", "https://crm.acme.com"];
    expect(read(...crm, "--preset", "./ours.json")).toMatchObject({ crm: { preset: "./ours.json" } });
  });

  test("leave a new demo without its past", () => {
    expect(read("--no-history")).toMatchObject({ noHistory: true, crm: null });
  });

  test("give help alone, whatever else is asked", () => {
    expect(read("--help")).toBe("help");
    expect(read("-h", "--port", "nonsense")).toBe("help");
    for (const option of ["--port", "--seats", "--crm", "--preset", "--timing", "--browser", "--fresh", "--help"]) {
      expect(HELP).toContain(option);
    }
  });

  test("know the presets by their files", () => {
    expect(presetNames()).toEqual(expect.arrayContaining(["demo", "tryton"]));
  });

  test.each([
    [["--port", "x"], '--port takes a whole number from 1 to 65535, not "x".'],
    [["--port", "0"], '--port takes a whole number from 1 to 65535, not "0".'],
    [["--port", "65536"], '--port takes a whole number from 1 to 65535, not "65536".'],
    [["--seats", "0"], '--seats takes a whole number from 1 to 100000, not "0".'],
    [["--seats", "100001"], '--seats takes a whole number from 1 to 100000, not "100001".'],
    [["--seats", "1e2"], '--seats takes a whole number from 1 to 100000, not "1e2".'],
    [["--seats"], "Option '--seats <value>' argument missing; npm start -- --help lists the options."],
    [["--sets", "3"], "Unknown option '--sets', did you mean --seats? npm start -- --help lists the options."],
    [["3000"], "Unexpected argument '3000'; npm start -- --help lists the options."],
    [
      ["--timing", "fast"],
      /^--timing takes NAME=MS pairs .*, not "fast"; the names are heartbeatEveryMs, .*idleTimeoutMs/,
    ],
    [["--timing", "idleMs=5"], /not "idleMs=5"/],
    [["--timing", "idleTimeoutMs=20s"], '--timing takes a whole number of milliseconds for idleTimeoutMs, not "20s".'],
    [["--timing", "lostAfterMs=1000"], /^--timing cannot work so: lostAfterMs must be at least 3 heartbeatEveryMs/],
    [["--registry", "--timing", "idleTimeoutMs=5"], /^--registry serves each tenant as it was added/],
    [["--browser", "opera"], '--browser takes chrome or firefox, not "opera".'],
    [["--registry", "--seats", "3"], /^--registry serves each tenant as it was added/],
    [["--registry", "--support", "sam"], /^--registry serves each tenant as it was added/],
    [["--registry", "--fresh"], /^--fresh forgets the registry, too/],
    [["--registry", "--browser", "chrome"], /^--registry opens no browser/],
    [["--preset", "demo"], "--preset says which CRM --crm URL is; without --crm the demo CRM is started."],
    [["--crm", "https://crm.acme.com"], /^--crm needs --preset NAME, which says what CRM it is: .*\btryton\b/],
    [["--crm", "https://a.b", "--preset", "../demo"], /^There is no preset "\.\.\/demo"; there are .*\btryton\b/],
    [
      ["--crm", "https://a.b", "--preset", `"title": "${"long ".repeat(500)}"`],
      /^There is no preset ".{0,70}…"; there are .{0,300}$/,
    ],
    [
      ["--crm", "crm.acme.com", "--preset", "tryton"],
      /^--crm takes the CRM's origin, such as https:.*not "crm.acme.com"/,
    ],
    [["--crm", "https://crm.acme.com/app", "--preset", "tryton"], /without a path, not "https:\/\/crm.acme.com\/app"/],
    [["--crm", "ftp://crm.acme.com", "--preset", "tryton"], /^--crm takes the CRM's origin/],
    [["--crm", "https://me:secret@crm.acme.com", "--preset", "tryton"], /^--crm takes the CRM's origin/],
  ])("refuse %j with one sentence", (args, sentence) => {
    expect(() => read(...args)).toThrow(Refusal);
    expect(() => read(...args)).toThrow(sentence);
    try {
      read(...args);
    } catch (refusal) {
      expect((refusal as Error).message).not.toContain("\n");
    }
  });

  test("report an option that npm kept to itself", () => {
    expect(() => readStartOptions([], { npm_config_port: "9000" })).toThrow(
      "npm kept the option --port 9000 to itself; write two dashes before it: npm start -- --port 9000",
    );
    expect(() => readStartOptions([], { npm_config_fresh: "true" })).toThrow("npm start -- --fresh");
  });
});
