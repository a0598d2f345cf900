/**
 * [A6] The core names its sentences and writes none; and the English of comments
 * and docs is free of the worst habits (docs/STYLE.md).
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ENGLISH } from "../shared/sentences.ts";
import { readSource } from "./house/source-text.ts";

const WORKER = join(import.meta.dirname, "../worker");

/** A note that the leaving of a seat keeps, which the extension shows. */
const KEPT = new Set(["ledger/time/expiry.ts"]);

/** Written at the door of programs, in English. */
const ELSEWHERE = new Set(["ledger/read/explain.ts", "tenant/live/live-socket.ts"]);

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

test("[A6] every sentence of the tables is one that the code says", () => {
  expect(literals.size).toBeGreaterThan(1_000);
  expect(Object.keys(ENGLISH).filter((key) => !literals.has(key))).toEqual([]);
});

test("[A6] the core, the records and the pages write no sentence of their own", () => {
  const sentences = [...literals].filter(([text]) => /^[A-Z{].* .*[.]$/s.test(text) && !isAlert(text));
  expect(sentences.filter(([, file]) => !KEPT.has(file) && !ELSEWHERE.has(file))).toEqual([]);
});

/** What is wrong, and what to write. */
const TICS: readonly [RegExp, string][] = [
  [/\banew\b/, "again"],
  [/\bonce an? (?:isolate|restart|step|episode|session|browser|page|claim)\b/, "once per …"],
  [
    /\b(?:one (?:object|row|cookie|database|heartbeat|adapter|folder|spelling|call|message)|minutes|rows) an? (?:tenant|isolate|person|episode|browser|file|target|value|step|line)\b/i,
    "one … per …",
  ],
  [/, save (?:that|for|the|what|where|a|another)\b/, "except"],
  [/\bby who\b/, "by anyone who, by people who"],
  [/\b(?:for|of|to|from) who (?:is|was|has|had|gave|waits|asks|works|signs)\b/, "… anyone who, … people who"],
  [/\bthat (?:is|are) none\b/, "that is not one"],
  [/\b(?:counts|is tried|is told) no more\b/, "no longer"],
  [/\bthat there (?:is|are) not\b/, "that does not exist"],
  [/\bthe own (?:seat|licence|page|origin|drain|user)\b/, "their own, the same"],
  [/(?:^|[.:;] )Who (?:is \w+|shows|asks|has|holds) (?:reads|may|gets|goes|waits|comes)\b/, "Anyone who …"],
];

/** What the name of a test may not begin with. In a comment it can be a question. */
const NAMELESS: readonly [RegExp, string] = [
  /(?:^|\] )who (?:is|was|has|had|waits|asks|gives|keeps|claims|leaves|signs|knows|holds|would|goes|comes|works)\b/i,
  "anyone who …, a person …",
];

const PROSE = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "docs/SPEC.md"];

/** A sentence in the code: in a comment, or in the strings of what people run and read. */
interface Line {
  at: string;
  text: string;
}

const filesIn = (folder: string): string[] =>
  readdirSync(join(WORKER, "..", folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`);

const linesOf = (file: string): string[] => readFileSync(join(WORKER, "..", file), "utf8").split("\n");

/** Strings of more than one word. */
const readSentences = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)* (?:[^"\\]|\\.)*)"|`([^`]* [^`]*)`/g)].map(([, a, b]) => a ?? b ?? "");

/** Each line of English that people who work on the project read: docs, comments, and what commands and pages say. */
function* linesOfEnglish(): Generator<Line> {
  for (const file of [...PROSE, ...filesIn("docs").filter((name) => name.endsWith(".md") && name !== "docs/STYLE.md")])
    for (const [index, text] of linesOf(file).entries()) yield { at: `${file}:${index + 1}`, text };
  const code = ["worker", "shared", "extension", "scripts", "test"].flatMap(filesIn);
  for (const file of code.filter((name) => /\.(?:tsx?|mjs|css)$/.test(name) && name !== "test/words.test.ts")) {
    const saysSo = file.startsWith("extension/") || file.startsWith("scripts/");
    for (const [index, line] of linesOf(file).entries()) {
      const at = `${file}:${index + 1}`;
      if (/^\s*(?:\/\*|\*|\/\/)/.test(line)) yield { at, text: line };
      else if (saysSo) for (const text of readSentences(line)) yield { at, text };
    }
  }
  for (const [index, line] of linesOf("extension/_locales/en/messages.json").entries())
    yield { at: `extension/_locales/en/messages.json:${index + 1}`, text: line };
}

/** The names of all tests. */
function* namesOfTests(): Generator<Line> {
  for (const file of filesIn("test").filter((name) => /\.test\.tsx?$/.test(name))) {
    for (const [index, line] of linesOf(file).entries()) {
      const name = /^\s*(?:test|it|describe)\b[^"`]*["`](.*)["`], /.exec(line)?.[1];
      if (name !== undefined) yield { at: `${file}:${index + 1}`, text: name };
    }
  }
}

const findTics = (lines: readonly Line[], tics: readonly (readonly [RegExp, string])[]): string[] =>
  lines.flatMap(({ at, text }) =>
    tics.filter(([tic]) => tic.test(text)).map(([tic, better]) => `${at}: ${tic.exec(text)?.[0]}: write ${better}`),
  );

test("comments, docs, and what commands and the extension say are in plain English", () => {
  const lines = [...linesOfEnglish()];
  expect(lines.length).toBeGreaterThan(6_000);
  expect(findTics(lines, TICS)).toEqual([]);
});

test("the names of tests are in plain English", () => {
  const names = [...namesOfTests()];
  expect(names.length).toBeGreaterThan(1_000);
  expect(findTics(names, [...TICS, NAMELESS])).toEqual([]);
});

test("the check of the English finds what it is for", () => {
  const wrong = [
    "Read anew.",
    "Made once an isolate.",
    "Everything passes, save the list.",
    "lost by who gave up",
    "Who is refused reads why.",
    "a seat for who waits",
    "numbers that are none are refused",
    "a revoked token counts no more",
    "no words for a field that there is not",
    "taken from the own origin",
  ];
  for (const sentence of wrong)
    expect(
      TICS.filter(([tic]) => tic.test(sentence)),
      sentence,
    ).toHaveLength(1);
});
