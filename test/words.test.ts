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
