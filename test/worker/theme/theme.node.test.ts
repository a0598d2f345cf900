/** One house: what the Worker serves wears the colours of the extension, and all of it can be read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BLUE, COLOURS } from "../../../worker/theme/theme.ts";

const read = (path: string) => readFileSync(join(import.meta.dirname, "../../..", path), "utf8");

test("the pages' blue, ink, card and ground are the extension's", () => {
  expect(read("extension/icons/seat.svg")).toContain(`fill="${BLUE}"`);
  const look = read("extension/look.css");
  const [light = "", dark = ""] = look.split("@media (prefers-color-scheme: dark)");
  const same = { ink: "ink", soft: "quiet", paper: "card", link: "accent", blue: "fill" } as const;
  for (const [theirs, ours] of Object.entries(same) as [string, keyof typeof COLOURS][]) {
    expect(light, ours).toContain(`--${theirs}: ${COLOURS[ours][0]};`);
    expect(dark, ours).toContain(`--${theirs}: ${COLOURS[ours][1]};`);
  }
  expect(light).toContain(`--wash: ${COLOURS.ground[0]};`);
});

test("the pages' mark is the icon", () => {
  const icon = [...read("extension/icons/seat.svg").matchAll(/ d="([^"]+)"/g)].map(([, d]) => d);
  expect(icon).toHaveLength(3);
  for (const d of icon) expect(read("worker/theme/logo.tsx")).toContain(`"${d}"`);
});

test("no style names a colour that there is not", () => {
  for (const path of ["worker/admin/ui/stylesheet.ts", "worker/gate/refusal/page-style.ts"]) {
    const named = [...read(path).matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name ?? "");
    expect(named.length).toBeGreaterThan(10);
    expect(
      named.filter((name) => !Object.hasOwn(COLOURS, name)),
      path,
    ).toEqual([]);
  }
});

/** WCAG 2.2, relative luminance of `#rrggbb`. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
const contrast = (a: string, b: string): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

test.each<[keyof typeof COLOURS, keyof typeof COLOURS, number]>([
  ["ink", "ground", 7],
  ["ink", "card", 7],
  ["quiet", "ground", 4.5],
  ["quiet", "card", 4.5],
  ["quiet", "track", 4.5],
  ["accent", "ground", 4.5],
  ["accent", "card", 4.5],
  ["accent", "accent-soft", 4.5],
  ["accent-ink", "accent", 4.5],
  ["fill-ink", "fill", 4.5],
  ["good", "good-soft", 4.5],
  ["warn", "warn-soft", 4.5],
  ["bad", "bad-soft", 4.5],
  ["bad", "card", 4.5],
  ["field", "card", 3],
  ["accent", "track", 3],
])("%s on %s has a contrast of %d at least, in light and in dark", (text, ground, least) => {
  for (const scheme of [0, 1] as const) {
    expect(contrast(COLOURS[text][scheme], COLOURS[ground][scheme]), String(scheme)).toBeGreaterThanOrEqual(least);
  }
});
