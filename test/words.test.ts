/** [A6] What the core says in English is what the administration's tables translate, no more and no less. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import en from "../worker/admin/words/en.json" with { type: "json" };
import { readSource } from "./house/source-text.ts";

const WORKER = join(import.meta.dirname, "../worker");

/** What these say goes to the extension and to programs: the asking for a seat, the note that it leaves, API and socket. */
const ELSEWHERE = new Set(["ledger/decide/nudge.ts", "ledger/expiry.ts", "ledger/explain.ts", "admin/live-route.ts"]);

/** An alert in a channel: who reads it, and in which language, nobody knows. */
const isAlert = (text: string): boolean => text.startsWith("{}: ");

/** Text of each string and template, its holes as `{}`, and of what stands in the holes. */
function literalsOf(source: string): string[] {
  const { uncommented, strings } = readSource(source);
  const found = uncommented.matchAll(/"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g);
  return [
    ...strings,
    ...[...found].map(([, string, template]) => (string ?? template ?? "").replace(/\$\{[^}]*\}/g, "{}")),
  ];
}

const literals = new Map<string, string>();
for (const room of ["ledger", "tenant", "records", "admin"]) {
  for (const file of readdirSync(join(WORKER, room), { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(file)) continue;
    for (const text of literalsOf(readFileSync(join(WORKER, room, file), "utf8")))
      literals.set(text, `${room}/${file}`);
  }
}
const known = new Set(Object.values(en.problems).map((text) => text.replace(/\{\w+\}/g, "{}")));

test("[A6] every sentence of the tables is one that the code says", () => {
  expect([...known].filter((text) => !literals.has(text))).toEqual([]);
});

test("[A6] every sentence that the code says to a manager is in the tables", () => {
  const sentences = [...literals].filter(([text, file]) => /^[A-Z{].* .*[.]$/s.test(text) && !ELSEWHERE.has(file));
  expect(sentences.length).toBeGreaterThan(50);
  expect(sentences.filter(([text]) => !known.has(text) && !isAlert(text))).toEqual([]);
});
