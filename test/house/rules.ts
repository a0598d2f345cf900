/** What SPEC.md defines, and which of it the names of tests cite, as in `[L3] a full house …` or `[L9.10] a browser …`. */
import { readSource } from "./source-text.ts";

/** Rules are headings, `### L3 Expire first`; one that is still a single paragraph is a list item, `- **L3 Expire first.**`. */
export function findRules(spec: string): string[] {
  return [...spec.matchAll(/^(?:### |- \*\*)([A-Z]\d+)(?![.\d])/gm)].map((match) => match[1] ?? "");
}

/** Sentences of rules are list items that begin with their number: `- **L3.2** A late alarm …` */
export function findSentences(spec: string): string[] {
  return [...spec.matchAll(/^- \*\*([A-Z]\d+\.\d+)\*\* /gm)].map((match) => match[1] ?? "");
}

/** The rule of a citation: `L9` of `L9.10`. */
export function ruleOf(citation: string): string {
  return citation.replace(/\..*$/, "");
}

/** One line for each sentence that does not stand under its rule, in order, from 1 and without a gap. */
export function findNumberFaults(spec: string): string[] {
  const faults: string[] = [];
  let rule = "";
  let count = 0;
  for (const line of spec.split("\n")) {
    const heading = findRules(line)[0];
    if (heading !== undefined) {
      rule = heading;
      count = 0;
    }
    const sentence = findSentences(line)[0];
    if (sentence === undefined) continue;
    count += 1;
    if (sentence !== `${rule}.${count}`) faults.push(`${sentence} stands where ${rule}.${count} is due`);
  }
  return faults;
}

/** Citations in the strings of a test's source; several may share brackets: `[L4, L8.2]`. */
export function findCitations(text: string): string[] {
  return readSource(text).strings.flatMap((string) =>
    [...string.matchAll(/\[([A-Z]\d+(?:\.\d+)?(?:[, ]+[A-Z]\d+(?:\.\d+)?)*)\]/g)].flatMap((match) =>
      (match[1] ?? "").split(/[, ]+/),
    ),
  );
}
