/**
 * `npm run pictures`: the pictures of the README, taken of the real product in a real Chromium: the Worker with the
 * demo's past, the demo CRM and the extension. Written to docs/images, light and dark, as WebP. Look at each of them.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { explain, Refusal } from "../cli/command-refusal.ts";
import { readArguments } from "../cli/read-options.ts";
import { aptInstall, canInstall } from "../dev/apt.ts";
import { takeAnimation } from "./picture-story.ts";
import { COLLEAGUES, IMAGES, withStudio } from "./picture-studio.ts";

function requireTools(): void {
  try {
    execFileSync("img2webp", ["-version"], { stdio: "ignore" });
  } catch {
    const why = canInstall() ? aptInstall(["webp"]) : "it is Debian's package webp";
    if (why !== null) throw new Refusal(`img2webp and cwebp are needed to write WebP: ${why}.`);
  }
}

/** What managers and people see, with the demo's past. */
async function takeScreens(): Promise<void> {
  await withStudio(2, true, async (studio) => {
    for (const [index, name] of COLLEAGUES.slice(0, 2).entries()) await studio.seat(name, index);
    // A full house locks no manager out (L13).
    const manager = await studio.signIn("frank");
    await studio.go(manager, "/.hotseat/admin");
    await studio.take(manager, "administration", { width: 1_120, height: 720 });
    await studio.chrome.leave();
    const person = await studio.signIn("anna");
    await pause(1_500);
    await studio.take(person, "refusal", { width: 1_120, height: 760 });
  });
  await withStudio(2, false, async (studio) => {
    const person = await studio.signIn("anna");
    await pause(1_500);
    const popup = await studio.popup();
    await studio.take(popup, "popup", { width: 360, height: 320 });
    await popup.close();
    await person.bringToFront();
    await person.evaluate(() =>
      fetch("/.hotseat/api/release", { method: "POST", body: "{}", headers: { "content-type": "application/json" } }),
    );
    await studio.chrome.waitForOverlay(person, (overlay) => overlay !== null, 90_000);
    await studio.take(person, "overlay", { width: 1_120, height: 640 });
  });
}

const HELP = `npm run pictures -- [screens|animation]

Takes the pictures of the README from the running product, into docs/images: the screenshots, the animation, or both.`;

const { positionals } = readArguments("npm run pictures", HELP, {});
try {
  const [only] = positionals;
  if (only !== undefined && only !== "screens" && only !== "animation")
    throw new Refusal(`npm run pictures takes screens or animation, or nothing for both, not ${JSON.stringify(only)}.`);
  requireTools();
  mkdirSync(IMAGES, { recursive: true });
  if (only !== "animation") await takeScreens();
  if (only !== "screens") await takeAnimation();
} catch (error) {
  process.exitCode = explain(error);
}
