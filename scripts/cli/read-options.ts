import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { explain, refusedOption } from "./command-refusal.ts";

type Options = ParseArgsOptionsConfig;
type WithHelp<O extends Options> = O & { help: { type: "boolean"; short: "h" } };

/**
 * The options that `command` was given. `--help` prints `help` and ends with 0; an option that it does not know is told
 * with the nearest one and ends with 2.
 */
export function readOptions<const O extends Options>(command: string, help: string, options: O) {
  try {
    const { values } = parseArgs({ options: withHelp(options) });
    endWithHelp(values, help);
    return values;
  } catch (error) {
    process.exit(explain(refusedOption(error, command, options)));
  }
}

/** The same of a command that takes words beside its options. */
export function readArguments<const O extends Options>(command: string, help: string, options: O) {
  try {
    const { values, positionals } = parseArgs({ options: withHelp(options), allowPositionals: true });
    endWithHelp(values, help);
    return { values, positionals };
  } catch (error) {
    process.exit(explain(refusedOption(error, command, options)));
  }
}

const withHelp = <O extends Options>(options: O) =>
  ({ ...options, help: { type: "boolean", short: "h" } }) as WithHelp<O>;

function endWithHelp(values: { help?: unknown }, help: string): void {
  if (values.help !== true) return;
  console.log(help);
  process.exit(0);
}
