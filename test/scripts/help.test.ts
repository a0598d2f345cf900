/** Every command of package.json that is a script of ours says what it does, and refuses what it does not know. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, startScript } from "./child.ts";

const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: Record<string, string> };

/** By what people type: the script and what comes before their own arguments. */
const OURS = Object.entries(scripts).flatMap(([name, line]) => {
  const [, script, rest = ""] = /scripts\/first\.mjs (\S+)(.*)$/.exec(line) ?? [];
  const typed = name === "start" || name === "test" ? `npm ${name}` : `npm run ${name}`;
  // Those that only choose steps of npm test are npm test.
  return script === undefined || rest.includes("--only") ? [] : [{ typed, script, before: rest.split(" ").slice(1) }];
});

test("no command does anything when it is asked for help, or given an option it does not know", {
  timeout: 120_000,
}, async () => {
  const answers = await Promise.all(
    OURS.map(async ({ typed, script, before }) => {
      const help = startScript(script, [...before, "--help"]);
      const wrong = startScript(script, [...before, "--nonsense"]);
      const [helped, refused] = await Promise.all([help.ended, wrong.ended]);
      return {
        typed,
        help: { status: helped.status, names: help.stdout().includes(typed) },
        wrong: { status: refused.status, says: wrong.stderr().trim() },
      };
    }),
  );
  expect(answers.length).toBeGreaterThan(15);
  expect(answers).toEqual(
    answers.map(({ typed }) => ({
      typed,
      help: { status: 0, names: true },
      wrong: { status: 2, says: `hotseat: Unknown option '--nonsense'; ${typed} -- --help lists the options.` },
    })),
  );
});
