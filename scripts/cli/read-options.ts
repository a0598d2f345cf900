import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { explain, refusedOption } from "./command-refusal.ts";

/**
 * The options that `command` was given. `--help` prints `help` and ends with 0; an option that it does not know is told
 * with the nearest one and ends with 2.
 */
export function readOptions<const O extends ParseArgsOptionsConfig>(command: string, help: string, options: O) {
  try {
    const { values } = parseArgs({
      options: { ...options, help: { type: "boolean" } } as O & { help: { type: "boolean" } },
    });
    if (!process.argv.includes("--help")) return values;
    console.log(help);
    process.exit(0);
  } catch (error) {
    process.exit(explain(refusedOption(error, command, options)));
  }
}
