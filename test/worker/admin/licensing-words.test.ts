import { expect, test } from "vitest";
import de from "../../../worker/admin/words/licensing.de.json" with { type: "json" };
import en from "../../../worker/admin/words/licensing.en.json" with { type: "json" };
import es from "../../../worker/admin/words/licensing.es.json" with { type: "json" };
import fr from "../../../worker/admin/words/licensing.fr.json" with { type: "json" };

type Tree = { [name: string]: string | Tree };
const leaves = (tree: Tree, path = ""): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[`${path}${name}`, value]] : leaves(value, `${path}${name}.`),
  );
const placesOf = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

/** Words that are the same in two languages. */
const SAME = new Set([
  "de now.live",
  "de now.namedTag",
  "de integrations.kinds.mail",
  "fr now.page",
  "fr licensing.nudges.no",
  "es licensing.nudges.no",
  "es integrations.list",
]);

test.each<[string, Tree]>([
  ["fr", fr],
  ["de", de],
  ["es", es],
])("[A6] %s says all that English says of the seats, licensing and integrations, in words of its own", (tag, tree) => {
  const [english, other] = [new Map(leaves(en)), new Map(leaves(tree))];
  expect([...other.keys()].sort()).toEqual([...english.keys()].sort());
  for (const [name, text] of other) {
    expect([name, placesOf(text)]).toEqual([name, placesOf(english.get(name) ?? "")]);
    expect([name, text.trim()]).not.toEqual([name, ""]);
    if (!SAME.has(`${tag} ${name}`)) expect([name, text]).not.toEqual([name, english.get(name)]);
  }
});
