/**
 * `npm run prove:past -- --worlds N --seed S`: test/simulation/time-machine.test.ts with many firms, each a seed of its
 * own from S on; `npm test` takes a few of them.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { readOptions } from "../../scripts/cli/read-options.ts";

const ROOT = join(import.meta.dirname, "../..");
const HELP = `npm run prove:past -- [--worlds N] [--seed S]

Rebuilds every refusal of random firms from the audit alone, and holds it against what was.
  --worlds N   how many firms; 10,000 unless it says another number
  --seed S     the first firm's seed; 1 unless it says another`;

const values = readOptions("npm run prove:past", HELP, {
  worlds: { type: "string", default: "10000" },
  seed: { type: "string", default: "1" },
});
for (const [name, value] of Object.entries({ worlds: values.worlds, seed: values.seed })) {
  if (/^[1-9]\d{0,8}$/.test(value)) continue;
  console.error(`--${name} is a whole number from 1 on, such as --${name} 500; "${value}" is none.`);
  process.exit(2);
}
const { status } = spawnSync(process.execPath, ["scripts/suite/test-one.ts", "test/simulation/time-machine.test.ts"], {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, HOTSEAT_WORLDS: values.worlds, HOTSEAT_SEED: values.seed },
});
process.exitCode = status ?? 1;
