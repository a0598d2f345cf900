/**
 * [A6] What the core says in English is what the administration's tables translate, no more and no less; and the English
 * of comments and docs is free of the worst habits (docs/STYLE.md).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import en from "../worker/admin/words/en.json" with { type: "json" };
import { readSource } from "./house/source-text.ts";

const WORKER = join(import.meta.dirname, "../worker");

/** What these say goes to the extension and to programs: the asking for a seat, the note that it leaves, and the API. */
const ELSEWHERE = new Set([
  "ledger/decide/nudge.ts",
  "ledger/time/expiry.ts",
  "ledger/read/explain.ts",
  "tenant/live/live-socket.ts",
]);

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
for (const room of ["ledger", "tenant", "audit", "admin"]) {
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

/** What is wrong, and what to write. */
const TICS: readonly [RegExp, string][] = [
  [/\banew\b/, "again"],
  [/\bonce an? (?:isolate|restart|step|episode)\b/, "once per …"],
  [
    /\bone (?:object|row|cookie|database|heartbeat|adapter|folder) an? (?:tenant|isolate|person|episode|browser|file|target)\b/i,
    "one … per …",
  ],
  [/, save (?:that|for|the|what|where|a|another)\b/, "except"],
  [/\bby who\b/, "by anyone who, by people who"],
  [/(?:^|[.:;] )Who (?:is \w+|shows|asks|has|holds) (?:reads|may|gets|goes|waits|comes)\b/, "Anyone who …"],
];

const PROSE = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/SPEC.md"];

/** Each line of English that people who work on the project read: docs, and comments of the code. */
function* linesOfEnglish(): Generator<{ at: string; text: string }> {
  const root = join(WORKER, "..");
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((name) => `docs/${name}`);
  const pages = [...PROSE, ...docs.filter((name) => name.endsWith(".md") && name !== "docs/STYLE.md")];
  const code = ["worker", "shared", "extension", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );
  for (const file of [...pages, ...code.filter((name) => /\.(?:tsx?|mjs|css)$/.test(name))]) {
    const isPage = file.endsWith(".md");
    for (const [index, line] of readFileSync(join(root, file), "utf8").split("\n").entries()) {
      if (isPage || /^\s*(?:\/\*|\*|\/\/)/.test(line)) yield { at: `${file}:${index + 1}`, text: line };
    }
  }
}

test("comments and docs are in plain English", () => {
  const lines = [...linesOfEnglish()];
  expect(lines.length).toBeGreaterThan(3_000);
  const found = lines.flatMap(({ at, text }) =>
    TICS.filter(([tic]) => tic.test(text)).map(([tic, better]) => `${at}: ${tic.exec(text)?.[0]}: write ${better}`),
  );
  expect(found).toEqual([]);
});

test("the check of the English finds what it is for", () => {
  const wrong = [
    "Read anew.",
    "Made once an isolate.",
    "Everything passes, save the list.",
    "lost by who gave up",
    "Who is refused reads why.",
  ];
  for (const sentence of wrong)
    expect(
      TICS.filter(([tic]) => tic.test(sentence)),
      sentence,
    ).toHaveLength(1);
});
