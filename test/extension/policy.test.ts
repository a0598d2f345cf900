/** What a firm's policy may say, and what becomes of a wrong one; the documented examples are such policies. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { GECKO_ID } from "../../extension/manifest.config.ts";
import { parsePolicy, sayPolicyFault } from "../../extension/policy.ts";
import { wordsIn } from "./support/words.ts";

const LANGUAGES = ["en", "de", "fr", "es"].map(wordsIn);

describe("a policy", () => {
  test("[X7] may name sites, the firm, leave the welcome page away, and say whether there are notifications", () => {
    const policy = { sites: ["https://crm.acme.com"], firm: "Acme", welcome: false, notices: false };
    expect(parsePolicy(policy)).toEqual({ policy, wrong: null });
    expect(parsePolicy({})).toEqual({ policy: {}, wrong: null });
  });

  test.each([
    [{ sites: "https://crm.acme.com" }, / sites takes addresses such as https:\/\/crm\.acme\.com, at most 50\.$/],
    [{ sites: ["crm dot acme"] }, / sites\.0 takes addresses such as https:\/\/crm\.acme\.com/],
    [{ sites: ["<all_urls>"] }, / sites\.0 takes/],
    [{ hosts: ["https://crm.acme.com"] }, / There is no setting hosts\.$/],
    [{ firm: "" }, / firm must be a name/],
    [{ welcome: "no" }, / welcome must be true or false\.$/],
    [{ notices: "loud" }, / notices must be true or false\.$/],
    [null, / must be names with values\.$/],
  ])("with a mistake is not used, and the mistake is said, in the reader's language: %j", (raw, sentence) => {
    const { policy, wrong } = parsePolicy(raw);
    expect(policy).toEqual({});
    const [english, ...others] = LANGUAGES.map((words) => (wrong === null ? "" : sayPolicyFault(words, wrong)));
    expect(english).toMatch(sentence);
    for (const other of others) expect(other).not.toMatch(/must be|There is no/);
  });
});

describe("the documented examples", () => {
  const folder = join(import.meta.dirname, "../../docs/extension");
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));

  test("are taken as they stand", () => {
    expect(readdirSync(folder).filter((name) => name.endsWith(".json")).length).toBe(3);
    const firefox = read("policies-firefox.json").policies;
    expect(parsePolicy(firefox["3rdparty"].Extensions[GECKO_ID]).wrong).toBeNull();
    expect(firefox.ExtensionSettings[GECKO_ID].installation_mode).toBe("force_installed");
    for (const name of ["policy-chrome.json", "policy-edge.json"]) {
      const [id, settings] = Object.entries(read(name)["3rdparty"].extensions)[0] as [string, unknown];
      expect(parsePolicy(settings).wrong).toBeNull();
      expect(read(name).ExtensionSettings[id].installation_mode).toBe("force_installed");
    }
  });
});
