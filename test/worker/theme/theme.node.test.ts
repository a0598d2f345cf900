/** One house: what the Worker serves wears the colours of the extension, and all of it can be read. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundleClientFile } from "../../../scripts/build/client-files.ts";

const ROOT = join(import.meta.dirname, "../../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Name of a custom property to its colour in light and in dark. */
const COLOURS: Readonly<Record<string, readonly [light: string, dark: string]>> = (() => {
  const [light = [], dark = []] = read("worker/theme/theme.css")
    .split("@media (prefers-color-scheme: dark)")
    .map((scheme) =>
      [...scheme.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = "", colour = ""]) => [name, colour]),
    );
  const inDark = new Map(dark as [string, string][]);
  return Object.fromEntries(
    (light as [string, string][]).map(([name, colour]) => [name, [colour, inDark.get(name) ?? ""]]),
  );
})();
const colourOf = (name: string, scheme: 0 | 1): string => {
  const colour = COLOURS[name]?.[scheme];
  if (colour === undefined || colour === "")
    throw new Error(`the palette has no ${name} in ${scheme === 0 ? "light" : "dark"}`);
  return colour;
};

test("every colour of the palette is there in light and in dark", () => {
  expect(Object.keys(COLOURS).length).toBeGreaterThan(15);
  expect(Object.entries(COLOURS).filter(([, [, dark]]) => dark === "")).toEqual([]);
});

test("the pages' blue, ink, card and ground are the extension's", () => {
  expect(read("extension/icons/seat.svg")).toContain(`fill="${colourOf("accent", 0)}"`);
  const look = read("extension/look.css");
  const [light = "", dark = ""] = look.split("@media (prefers-color-scheme: dark)");
  const same = { ink: "ink", soft: "quiet", paper: "card", link: "accent", blue: "fill" } as const;
  for (const [theirs, ours] of Object.entries(same)) {
    expect(light, ours).toContain(`--${theirs}: ${colourOf(ours, 0)};`);
    expect(dark, ours).toContain(`--${theirs}: ${colourOf(ours, 1)};`);
  }
  expect(light).toContain(`--wash: ${colourOf("ground", 0)};`);
  // Over pages of the CRM it is the same in both.
  expect(read("shared/page/fill.css")).toContain(`--hotseat-fill: ${colourOf("fill", 0)};`);
  // Written out where bytes count.
  for (const style of ["cover", "button"])
    expect(read(`worker/gate/agent/${style}.client.css`)).toContain(`background: ${colourOf("fill", 0)};`);
});

test("the pages' mark is the icon", () => {
  const icon = [...read("extension/icons/seat.svg").matchAll(/ d="([^"]+)"/g)].map(([, d]) => d);
  expect(icon).toHaveLength(3);
  for (const d of icon) expect(read("worker/theme/logo.tsx")).toContain(`"${d}"`);
});

test("no style names a colour that does not exist", () => {
  for (const path of ["worker/admin/ui/style/admin.client.css", "worker/gate/refusal/page.client.css"]) {
    const named = [...bundleClientFile(join(ROOT, path)).matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name ?? "");
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

test.each<[string, string, number]>([
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
    expect(contrast(colourOf(text, scheme), colourOf(ground, scheme)), String(scheme)).toBeGreaterThanOrEqual(least);
  }
});
