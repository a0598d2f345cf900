/** [G10] Where the script goes: first in the head as browsers see it, or nowhere. */
import { describe, expect, it } from "vitest";
import { findHeadStart } from "../../../../worker/gate/proxy/head-start.ts";

/** The place is marked in the text by |. */
const placed: [string, string][] = [
  ["a head", "<!doctype html><html><head>|<title>x</title></head><body></body></html>"],
  ["a head with attributes that hold >", `<HTML lang="a>b" class='<head>'><HEAD data-x=">">|<title>x</title>`],
  [
    "a doctype of HTML 4 over lines",
    `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"\n "x.dtd">\n<html>\n<head>|\n<title>`,
  ],
  ["XHTML that is sent as HTML", `<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html xmlns="x">\n<head>|`],
  ["no head: what belongs there follows", "<!doctype html>\n|<title>x</title><p>y"],
  ["no head but a body", "<html>\n |<body class=x>y</body></html>"],
  ["only a body", "|<body>y</body>"],
  ["bare content after a doctype", "<!doctype html>|Hello"],
  ["a head in a comment before", "<!-- <head> --><!doctype html><!--<head>--><html><!--<head>-->|<p>"],
  ["comments that end early", "<!--><!---><!-- a --!><html><head>|"],
  ["a conditional comment", "<!--[if gt IE 8]><!--><html class=x><!--<![endif]--><head>|"],
  ["a head in a script before", `|<script>"<head>"</script><html><head>`],
  ["a tag that only begins like a head", "<html>|<header>x</header>"],
  ["a byte order mark", "\u00ef\u00bb\u00bf<html><head>|"],
  ["a doctype as minifiers write it", "<!doctypehtml>|<title>x</title>"],
  ["a head that closes itself", "<html><head/>|<title>"],
];
const untouched: [string, string][] = [
  ["JSON", '{"head":"<head>"}'],
  ["a list", "[1]"],
  ["plain text", "Fatal error: <head> of the family"],
  ["a fragment", "<div><head></div>"],
  ["a fragment after a comment", "<!-- <html><head> --><li>x</li>"],
  ["a text field", "<textarea><head></textarea>"],
  ["SVG", '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x"><svg></svg>'],
  ["frames", "<html><frameset><frame></frameset></html>"],
  ["UTF-16", "\u00ff\u00fe<\0h\0t\0m\0l\0>\0"],
  ["UTF-16 without its mark", "<\0h\0t\0m\0l\0>\0"],
  ["nothing", ""],
  ["a comment without end", "<!-- <html><head>"],
  ["a quoted value without end", `<html class="><head>`],
];

/** Where the browser says that it makes a document of it. */
const shown: [string, string][] = [
  ["a fragment", "|<div><head></div>"],
  ["old HTML", "\n |<center><h1>Contacts</h1></center>"],
  ["plain text", "|Fatal error: <head> of the family"],
  ["a fragment after a comment", "<!-- <html><head> -->|<li>x</li>"],
  ["a head all the same", "<html><head>|<title>"],
];
const neverShown = ["JSON", "a list", "SVG", "frames", "UTF-16", "nothing", "a comment without end"];

describe("[G10] where a script goes", () => {
  it.each(shown)("%s that is shown as a page", (_, marked) => {
    expect(findHeadStart(marked.replace("|", ""), true, true)).toBe(marked.indexOf("|"));
  });

  it.each(untouched.filter(([what]) => neverShown.includes(what)))("%s: nowhere, though it is shown", (_, text) => {
    expect(findHeadStart(text, true, true)).toBeNull();
  });

  it.each(placed)("%s", (_, marked) => {
    const at = marked.indexOf("|");
    expect(findHeadStart(marked.replace("|", ""), true)).toBe(at);
  });

  it.each(untouched)("%s: nowhere", (_, text) => expect(findHeadStart(text, true)).toBeNull());

  it.each(placed)("%s, in pieces: no other place is found before all is there", (_, marked) => {
    const text = marked.replace("|", "");
    for (let length = 0; length < text.length; length++) {
      const found = findHeadStart(text.slice(0, length), false);
      if (found !== "more") expect([length, found]).toEqual([length, marked.indexOf("|")]);
    }
  });
});
