/** Keeps the house: floors, pure floors, names, and that every rule of SPEC.md has a test. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findCycles } from "./house/cycles.ts";
import { findFloorFaults, findImpurities, findNameFaults } from "./house/floors.ts";
import { findBrokenLinks, findLostPaths } from "./house/links.ts";
import { findCitations, findNumberFaults, findRules, findSentences, ruleOf } from "./house/rules.ts";
import { readImports, readSource } from "./house/source-text.ts";
import { REMEMBERING } from "./worker/support/new-modules.ts";

const ROOT = join(import.meta.dirname, "..");

function readTree(...folders: string[]): Map<string, string> {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const file = join(entry.parentPath, entry.name);
      sources.set(file.slice(ROOT.length + 1), readFileSync(file, "utf8"));
    }
  }
  return sources;
}

/** Markdown by path: what lies at the root, and everything below the other folders. */
function readPages(...folders: string[]): Map<string, string> {
  const pages = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: folder !== ".", withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return new Map(pages.map((file) => [file.slice(ROOT.length + 1), readFileSync(file, "utf8")]));
}

const product = readTree("shared", "worker", "extension");
/** Of the Worker: what it keeps follows from what it is asked, whoever asks. */
const NOTES_OF_PURE_ANSWERS = [
  "worker/api/openapi.ts",
  "worker/i18n/fill.ts",
  "worker/i18n/formats.ts",
  "worker/ledger/time/schedule.ts",
  "worker/ledger/time/windows.ts",
  "worker/pass/signature.ts",
  "worker/registry/encryption.ts",
];
const IN_BROWSERS = /\.client\.|\/client\/|^worker\/gate\/agent\/|^shared\/page\/|^extension\//;
const KEEPS = /^(?:export )?(?:let \w|const \w+(?:: (?!Readonly)[^=]+)? = new (?:Map|Set)(?:<[^()]*>)?\(\))/m;
const tests = new Map([...readTree("test")].filter(([path]) => /\.test\.tsx?$/.test(path)));

describe("the project", () => {
  test("imports downward only", () => {
    expect(product.size).toBeGreaterThan(20);
    expect(findFloorFaults(product)).toEqual([]);
  });

  test("has no circles of imports, those of types counted", () => {
    expect(findCycles(new Map([...product, ...readTree("scripts", "test")]))).toEqual([]);
  });

  test("keeps clocks, chance, networks and promises off the pure floors", () => {
    expect(findImpurities(product)).toEqual([]);
  });

  test("names every file for what it owns", () => {
    expect(findNameFaults([...product.keys(), ...readTree("scripts", "test").keys()])).toEqual([]);
  });

  test("knows which modules of the Worker remember something: each test file begins without their memory", () => {
    const keeping = [...product].filter(([path, text]) => !IN_BROWSERS.test(path) && KEEPS.test(text));
    expect(keeping.map(([path]) => path).sort()).toEqual([...REMEMBERING, ...NOTES_OF_PURE_ANSWERS].sort());
  });

  const spec = readFileSync(join(ROOT, "docs/SPEC.md"), "utf8");
  const rules = findRules(spec);
  const sentences = findSentences(spec);
  const cited = new Set([...tests.values()].flatMap(findCitations));

  test("leads from its docs to files and headings that are there, and names only such files", () => {
    const pages = readPages(".", "docs", ".github");
    expect(pages.size).toBeGreaterThan(20);
    const isThere = (path: string) => existsSync(join(ROOT, path));
    expect([...findBrokenLinks(pages, isThere), ...findLostPaths(pages, isThere)]).toEqual([]);
  });

  test("cites every rule of SPEC.md in the name of a test", () => {
    expect(rules).toContain("L1");
    const citedRules = new Set([...cited].map(ruleOf));
    expect(rules.filter((rule) => !citedRules.has(rule))).toEqual([]);
  });

  test("cites no rule and no sentence that SPEC.md does not have", () => {
    const defined = new Set([...rules, ...sentences]);
    expect([...cited].filter((citation) => !defined.has(citation))).toEqual([]);
  });

  test("numbers the sentences of each rule in order", () => {
    expect(sentences.length).toBeGreaterThan(300);
    expect(findNumberFaults(spec)).toEqual([]);
    expect(new Set(rules).size).toBe(rules.length);
  });
});

describe("the keeper of the house", () => {
  const floors = (path: string, text: string) => findFloorFaults(new Map([[path, text]]));

  test.each([
    ["shared/ids.ts", 'import { x } from "../worker/config/config.ts";', "worker/config/config.ts"],
    ["worker/ledger/step.ts", 'import type { Env } from "../config/config.ts";', "worker/config/config.ts"],
    ["worker/ledger/step.ts", 'export * from "../audit/event-log.ts";', "worker/audit/event-log.ts"],
    ["worker/ledger/step.ts", 'import { x } from "../async/timeout.ts";', "worker/async/timeout.ts"],
    ["worker/pass/pass.ts", 'import { x } from "../audit/csv.ts";', "worker/audit/csv.ts"],
    ["worker/tenant/audit/outbox.ts", 'import "../../gate/gate.ts";', "worker/gate/gate.ts"],
    ["worker/gate/gate.ts", 'import {\n  a,\n  b,\n} from "../api/answer.ts";', "worker/api/answer.ts"],
    ["worker/api/api.ts", 'const page = await import("../admin/ui/layout.tsx");', "worker/admin/ui/layout.tsx"],
    ["worker/api/api.ts", 'import { site } from "../site/tenant-site.ts";', "worker/site/tenant-site.ts"],
    ["worker/gate/gate.ts", 'import app from "../index.ts";', "worker/index.ts"],
    ["worker/config/env.ts", 'import { P } from "../../extension/popup/popup.tsx";', "extension/popup/popup.tsx"],
    ["extension/seat/seat.ts", 'import { x } from "../ports/network.ts";', "extension/ports/network.ts"],
    ["extension/popup/popup.tsx", "import { x } from '../background/ask.ts';", "extension/background/ask.ts"],
    ["extension/messages.ts", 'import { x } from "./seat/seat.ts";', "extension/seat/seat.ts"],
    ["extension/ports/network.ts", 'import { x } from "../../worker/config/env.ts";', "worker/config/env.ts"],
    ["worker/index.ts", 'import { x } from "../scripts/dev/start.ts";', "scripts/dev/start.ts"],
  ])("refuses that %s imports upward or across", (path, text, target) => {
    expect(floors(path, text)).toEqual([`${path} must not import ${target}`]);
  });

  test("lets a file import from its own room and from below", () => {
    expect(
      floors("worker/gate/gate.ts", 'import { a } from "./classify.ts";\nimport { b } from "../pass/pass.ts";'),
    ).toEqual([]);
    expect(floors("worker/tenant/tenant-seats.ts", 'import { a } from "../audit/event-log.ts";')).toEqual([]);
    expect(floors("worker/index.ts", 'import { a } from "./site/tenant-site.ts";\nimport { b } from "hono";')).toEqual(
      [],
    );
    expect(floors("extension/popup/popup.tsx", 'import { a } from "../../shared/ids.ts";')).toEqual([]);
    expect(floors("extension/background/tabs.ts", 'import file from "../content/content.ts?script&iife";')).toEqual([]);
  });

  test("takes a file of the extension itself that imports a door for the roof, which nothing below may import", () => {
    const extension = new Map([
      ["extension/words-of-all.ts", 'import { popup } from "./popup/popup.tsx";'],
      ["extension/ports/network.ts", 'import { words } from "../words-of-all.ts";'],
    ]);
    expect(findFloorFaults(extension)).toEqual([
      "extension/ports/network.ts must not import extension/words-of-all.ts",
    ]);
  });

  test("refuses a room that the house does not have, and loose files of the Worker", () => {
    for (const path of ["worker/attic/box.ts", "worker/loose.ts"])
      expect(floors(path, "")).toEqual([`${path} lies in a room that the house does not have`]);
  });

  test("does not take words in comments and strings for imports", () => {
    expect(
      floors("worker/ledger/step.ts", '// import { x } from "../gate/gate.ts";\nconst s = `import "../gate/gate.ts"`;'),
    ).toEqual([
      // A string that looks like an import is taken for one: the safe side.
      "worker/ledger/step.ts must not import worker/gate/gate.ts",
    ]);
    expect(readImports(readSource('/* from "../gate/gate.ts" */ const from = 1;'))).toEqual([]);
  });

  test.each([
    ["const now = Date.now();", "Date"],
    ["const dice = Math.random();", "Math.random"],
    ["export async function f() {}", "async"],
    [`console.log(\`\${await x}\`);`, "await"],
    ["setTimeout(f, 5);", "setTimeout"],
    ["fetch(address);", "fetch"],
  ])("refuses %s on a pure floor", (text, word) => {
    for (const path of ["worker/ledger/step.ts", "extension/seat/seat.ts"]) {
      expect(findImpurities(new Map([[path, text]]))).toContain(`${path} is on a pure floor and uses ${word}`);
    }
    expect(findImpurities(new Map([["worker/gate/gate.ts", text]]))).toEqual([]);
  });

  test("lets a pure floor speak of clocks in comments, strings and names of fields", () => {
    const text =
      '// await fetch()\nconst told = "async"; const rule = /Date/; const since = lastUpdate; type T = { browser: string };';
    expect(findImpurities(new Map([["worker/ledger/step.ts", text]]))).toEqual([]);
  });

  test("finds circles of imports, also of types, and files that import themselves", () => {
    const house = new Map([
      ["worker/gate/a.ts", 'import type { B } from "./b.ts";'],
      ["worker/gate/b.ts", 'import { c } from "./c.ts"; import { d } from "./d.ts";'],
      ["worker/gate/c.ts", 'const a = await import("./a.ts");'],
      ["worker/gate/d.ts", 'import { d } from "./d.ts";'],
      ["worker/gate/e.ts", 'import "./a.ts"; import "./d.ts";'],
    ]);
    expect(findCycles(house)).toEqual([
      "these import each other: worker/gate/d.ts",
      "these import each other: worker/gate/a.ts, worker/gate/b.ts, worker/gate/c.ts",
    ]);
  });

  test("refuses names that say nothing", () => {
    const wrong = ["worker/utils.ts", "shared/types/pass.ts", "extension/seat/SeatState.ts", "test/helpers.test.ts"];
    expect(findNameFaults(wrong)).toHaveLength(4);
    expect(
      findNameFaults(["worker/gate/pass-cache.ts", "test/unit.vitest.config.ts", "worker/admin/page.tsx"]),
    ).toEqual([]);
  });

  test("reads rules and sentences from the text, and citations from strings alone", () => {
    const spec = "### L1 One\n\n- **L1.1** See **G2**.\n- **L1.2** x\n\n- **L12 Two.** x\n  **X3**";
    expect(findRules(spec)).toEqual(["L1", "L12"]);
    expect(findSentences(spec)).toEqual(["L1.1", "L1.2"]);
    expect(findCitations(`test("[L1] a", f); test(\`[L4, L8.2] \${x} [G2]\`, f); // [P1]\n list[X1]`)).toEqual([
      "L1",
      "L4",
      "L8.2",
      "G2",
    ]);
    expect(ruleOf("L8.12")).toBe("L8");
  });

  test("finds links and names in the docs that lead nowhere", () => {
    const isThere = (path: string) => ["README.md", "docs/a.md", "worker/index.ts"].includes(path);
    const pages = new Map([
      [
        "README.md",
        "[a](docs/a.md#two-words) [b](#here) [c](https://x.example) `[d](e.md)` `worker/index.ts`\n\n# Here",
      ],
      ["docs/a.md", '## Two words\n\n[up](../README.md) [b](b.md) [c](#three) <img src="c.webp"> `worker/gone.ts`'],
    ]);
    expect(findBrokenLinks(pages, isThere)).toEqual(["docs/a.md: b.md", "docs/a.md: #three", "docs/a.md: c.webp"]);
    expect(findLostPaths(pages, isThere)).toEqual(["docs/a.md: worker/gone.ts"]);
  });

  test("finds a sentence that is out of order, doubled, missing or under another rule", () => {
    const faults = (...numbers: string[]) =>
      findNumberFaults(["### L1 One", ...numbers.map((number) => `- **${number}** It holds.`)].join("\n"));
    expect(faults("L1.1", "L1.2")).toEqual([]);
    expect(faults("L1.2")).toEqual(["L1.2 stands where L1.1 is due"]);
    expect(faults("L1.1", "L1.1")).toEqual(["L1.1 stands where L1.2 is due"]);
    expect(faults("L1.1", "L1.3")).toEqual(["L1.3 stands where L1.2 is due"]);
    expect(faults("L1.1", "G1.2")).toEqual(["G1.2 stands where L1.2 is due"]);
  });
});
