import { nearestName } from "./nearest.ts";

/** What a person typed, or what this machine lacks, makes the command impossible: one sentence, exit status 2. */
export class Refusal extends Error {
  override name = "Refusal";
}

/**
 * What `parseArgs` refused, for the command as people type it, with the nearest of its `options` where one is near. Node
 * goes on with advice that fits no option of ours.
 */
export function refusedOption(error: unknown, command: string, options: object = {}): Refusal {
  const [sentence = ""] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/);
  const unknown = /^Unknown option '--([^']+)'/.exec(sentence)?.[1];
  const near = unknown === undefined ? null : nearestName(unknown, Object.keys(options));
  const hint = near === null ? "" : `, did you mean --${near}?`;
  return new Refusal(`${sentence}${hint === "" ? ";" : hint} ${command} -- --help lists the options.`);
}

/** esbuild's message has file, line and fault of each; the rest of it is its own machinery. */
const isBuildFailure = (error: unknown): error is Error =>
  error instanceof Error && "errors" in error && error.message.startsWith("Build failed");

/** Prints the sentence of a `Refusal` (or the whole of a fault of our own) to stderr and returns the exit status. */
export function explain(error: unknown): 1 | 2 {
  if (error instanceof Refusal) {
    console.error(`hotseat: ${error.message}`);
    return 2;
  }
  console.error(isBuildFailure(error) ? error.message : error);
  return 1;
}
