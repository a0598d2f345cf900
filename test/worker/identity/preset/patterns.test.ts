import { describe, expect, it } from "vitest";
import { fieldsFit } from "../../../../worker/identity/preset/field-match.ts";
import { extractHtml, type TextPattern } from "../../../../worker/identity/preset/html-extract.ts";
import { isSafeRegex, matchSafely } from "../../../../worker/identity/preset/safe-regex.ts";
import { boundGroups } from "../../../../worker/pass/person-bounds.ts";

describe("regular expressions of presets", () => {
  it.each([
    "^DOLSESSID_[0-9a-f]{40}$",
    "^[^:]*:(?<uid>[0-9]{1,15}):[^:]+$",
    "^/(?<database>[^/]+)/.*$",
    "^\\.(?:ASPXAUTH|SLXAUTH)$",
    "^a(?:b)?\\$$",
    "^[)(*+|]{1,3}$",
  ])("%s is taken", (source) => expect(isSafeRegex(source)).toBe(true));

  it.each([
    ["not anchored at its start", "a$"],
    ["not anchored at its end", "^a"],
    ["ending in an escaped dollar", "^a\\$"],
    ["two alternatives, each anchored once", "^a|b$"],
    ["a repeated group", "^(a|aa)+$"],
    ["a group repeated a number of times", "^(a+){9}$"],
    ["three repetitions without end", "^a*b*c*$"],
    ["a repetition that is as good as without end, three times", "^a{0,999}a{0,999}a{0,999}$"],
    ["a back reference", "^(a*)\\1$"],
    ["a named back reference", "^(?<x>a)\\k<x>$"],
    ["look-ahead", "^(?=a)a$"],
    ["look-behind", "^a(?<!b)$"],
    ["no expression at all", "^($"],
    ["nothing", ""],
  ])("%s is refused: %s", (_, source) => expect(isSafeRegex(source)).toBe(false));

  it("the worst that is taken ends soon on the worst text", () => {
    const worst = /^a*a*b$/u;
    expect(isSafeRegex(worst.source)).toBe(true);
    const begun = performance.now();
    expect(matchSafely(worst, "a".repeat(4_096))).toBeNull();
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(matchSafely(/^(?<a>a+)$/u, "a".repeat(5_000))).toBeNull();
  });
});

describe("values in HTML", () => {
  const id: TextPattern = { before: 'href="/user/card.php?id=', chars: "digits", after: '"' };
  const link = (value: string) => `<a href="/user/card.php?id=${value}">x</a>`;

  it.each<[string, TextPattern, string, string | null]>([
    ["a value", id, link("12"), "12"],
    ["the same value twice", id, link("12") + link("12"), "12"],
    ["two values, of which nobody knows which", id, link("12") + link("13"), null],
    ["no digits", id, link("1x2"), null],
    ["too many digits", id, link("1".repeat(21)), null],
    ["nothing", id, "", null],
    ["an empty value", id, link(""), null],
    ["the end of the page", id, '<a href="/user/card.php?id=12', null],
    [
      "only after a place",
      { from: 'id="me"', to: "</", before: ">", chars: "text", after: "<" },
      '<b>Ann</b><b id="me">Zoë &amp; Co &#39;x&#x27;</b>',
      "Zoë & Co 'x'",
    ],
    ["a place that is not there", { from: "nowhere", to: "<", chars: "text", after: "<" }, "a<", null],
    ["a place without its end", { from: "a", to: "</p>", chars: "text", after: "<" }, "<p>a b<", null],
    ["only before the end", { from: "a:", to: "<br>", before: "(", chars: "word", after: ")" }, "a: x<br>(y)", null],
    [
      "the end itself is part of it",
      { from: "a:", to: "<br>", before: "(", chars: "word", after: ")<br>" },
      "(z) a: Bob (y) (x)<br>",
      "x",
    ],
    ["the first in its place", { from: "a:", to: "<br>", before: "(", chars: "word", after: ")" }, "a:(x)(y)<br>", "x"],
    [
      "the first place alone",
      { from: "a:", to: "<br>", before: "(", chars: "word", after: ")" },
      "a: none<br> a:(forged)<br>",
      null,
    ],
    ["back to the tag before", { chars: "text", after: " (" }, "<p>\n  Anna Berg (anna)", "Anna Berg"],
    ["what a person typed is escaped, so it cannot stand for the id", id, link("7") + link("&quot;8&quot;"), "7"],
  ])("%s", (_, pattern, html, value) => expect(extractHtml(html, pattern)).toBe(value));

  it("hostile pages take one pass", () => {
    const begun = performance.now();
    const page = 'href="/user/card.php?id='.repeat(10_000) + "1".repeat(200_000);
    expect(extractHtml(page, id)).toBeNull();
    expect(extractHtml("(".repeat(250_000), { before: "(", chars: "text", after: ")" })).toBeNull();
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe("fields of queries and forms", () => {
  const wanted = { module: ["Users"], action: ["Logout", "Login"] };
  it.each([
    ["module=Users&action=Logout", true],
    ["action=Login&x=1&module=Users", true],
    ["module=Us%65rs&action=Login", true],
    ["module=Users", false],
    ["module=Users&action=Delete", false],
    ["module=users&action=Login", false],
    ["module=Users&action=Login&module=Contacts", false],
    ["module=Users&action=Login&m%6fdule=Contacts", false],
    ["module=Users&action=Login&module[]=Contacts", false],
    ["module=Users&action=Login&+module=Contacts", false],
    ["module=Users&action=Login&MODULE=Contacts", false],
    ["module=Users&action=Login&module%00x=Contacts", false],
    ["Module=Users&action=Login", false],
    ["", false],
  ])("%s: %s", (query, fits) => expect(fieldsFit(wanted, new URLSearchParams(query))).toBe(fits));
});

describe("[L17] groups of a person", () => {
  it("are as many of the first as fit into the identity cookie, each once, none too long or empty", () => {
    expect(boundGroups(["a", "", "b", "a", "x".repeat(101)])).toEqual(["a", "b"]);
    expect(boundGroups(Array.from({ length: 40 }, (_, index) => `g${index}`))).toHaveLength(32);
    const long = boundGroups(Array.from({ length: 30 }, (_, index) => `${index}`.padEnd(100, "日")));
    expect(new TextEncoder().encode(JSON.stringify(long)).length).toBeLessThanOrEqual(1_200);
    expect(long.length).toBeGreaterThan(2);
  });
});
