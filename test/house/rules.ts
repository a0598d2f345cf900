/** Which rules SPEC.md defines, and which of them the names of tests cite, as in `[L3] a full house …`. */
import { readSource } from "./source-text.ts";

/** Rules are defined in bold at the start of a list item: `- **L3 Expire first.** …` */
export function findRules(spec: string): string[] {
  return [...spec.matchAll(/^- \*\*([A-Z]\d+)\b/gm)].map((match) => match[1] ?? "");
}

/** Citations in the strings of a test's source; several may share brackets: `[L4, L8]`. */
export function findCitations(text: string): string[] {
  return readSource(text).strings.flatMap((string) =>
    [...string.matchAll(/\[([A-Z]\d+(?:[, ]+[A-Z]\d+)*)\]/g)].flatMap((match) => (match[1] ?? "").split(/[, ]+/)),
  );
}
