/**
 * The animation of the README: fifteen seconds in which the eleventh person is refused and waits, a colleague releases
 * a licence, and the person is in. Two real browsers side by side, each shown as it is at that moment.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import type { Chrome } from "../../test/e2e/support/chrome.ts";
import { COLLEAGUES, IMAGES, type Studio, withStudio } from "./picture-studio.ts";

/** Both as large as their places on the stage, in CSS pixels. */
const PAGE = { width: 860, height: 560, deviceScaleFactor: 1 };
const POPUP = { width: 340, height: 345, deviceScaleFactor: 1 };

type Side = "page" | "popup";

/** Where the mouse is. */
interface Pointer {
  side: Side;
  x: number;
  y: number;
}

interface Shot {
  words: string;
  ms: number;
  pointer: Pointer | null;
}

export async function takeAnimation(): Promise<void> {
  await withStudio(COLLEAGUES.length + 1, false, async (studio) => {
    for (const [index, name] of COLLEAGUES.entries()) await studio.seat(name, index);
    await studio.secondBrowser((colleague) => tell(studio, colleague));
  });
}

async function tell(studio: Studio, colleague: Chrome): Promise<void> {
  await studio.signIn("ben", colleague);
  const popup = await studio.popup(colleague);
  const page = await studio.chrome.open(`${studio.url}/login`);
  await popup.setViewport(POPUP);
  await page.setViewport(PAGE);
  for (const shown of [page, popup])
    await shown.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  const stage = new Stage(await studio.chrome.browser.newPage(), page, popup, studio.scratch);

  await stage.keep(1_500, "Ten licences, and ten people at work. One of them is Ben.");
  await page.bringToFront();
  await page.type("[name=login]", "anna");
  await page.type("[name=password]", "anna-larch");
  await stage.press("page", "#sign-in", 1_500, "Anna signs in. She is the eleventh.");
  await page.waitForSelector("dd#position", { visible: true });
  await stage.keep(4_000, "She reads why she has to wait, and is first in line.");
  await stage.press("popup", ".actions .primary", 1_800, "Ben is done for now, and releases his licence.");
  await popup.waitForSelector(".standing.calm");
  await page.waitForFunction(() => document.querySelector("nav a[href='/contacts']") !== null);
  await stage.keep(6_200, "Anna is in, without signing in a second time.");
  stage.write("eleventh-person.webp");
}

class Stage {
  readonly #stage: Page;
  readonly #sides: Record<Side, Page>;
  readonly #scratch: string;
  readonly #frames: { file: string; ms: number }[] = [];

  constructor(stage: Page, page: Page, popup: Page, scratch: string) {
    this.#stage = stage;
    this.#sides = { page, popup };
    this.#scratch = scratch;
  }

  /** Shows the mouse over the button, then presses it. */
  async press(side: Side, selector: string, ms: number, words: string): Promise<void> {
    const button = await this.#sides[side].waitForSelector(selector, { visible: true });
    if (button === null) throw new Error(`There is no ${selector}`);
    const { x, y } = await button.clickablePoint();
    await this.#take({ ms, words, pointer: { side, x, y } });
    await this.#sides[side].bringToFront();
    await button.click();
  }

  async keep(ms: number, words: string): Promise<void> {
    await this.#take({ ms, words, pointer: null });
  }

  async #take(shot: Shot): Promise<void> {
    const [page, popup] = [await this.#look("page"), await this.#look("popup")];
    const file = join(this.#scratch, `frame-${String(this.#frames.length).padStart(2, "0")}.png`);
    await this.#stage.bringToFront();
    await this.#stage.setViewport({ width: 1_272, height: 684, deviceScaleFactor: 1 });
    await this.#stage.setContent(stageHtml(page, popup, shot), { waitUntil: "load" });
    await this.#stage.screenshot({ path: file });
    this.#frames.push({ file, ms: shot.ms });
    await this.#sides.page.bringToFront();
  }

  async #look(side: Side): Promise<string> {
    await this.#sides[side].bringToFront();
    return `data:image/png;base64,${await this.#sides[side].screenshot({ encoding: "base64" })}`;
  }

  write(name: string): void {
    const args = this.#frames.flatMap(({ file, ms }) => ["-d", String(ms), "-lossy", "-q", "75", "-m", "6", file]);
    execFileSync("img2webp", ["-loop", "0", ...args, "-o", join(IMAGES, name)]);
    console.log(`  ${name}`);
  }
}

function stageHtml(page: string, popup: string, { words, pointer }: Shot): string {
  const mouse = (side: Side) =>
    pointer?.side === side ? `<i style="left:${pointer.x}px;top:${pointer.y}px">${POINTER}</i>` : "";
  return `<!doctype html><meta charset="utf-8"><style>${STAGE_STYLE}</style>
    <figure class="page"><figcaption>Anna</figcaption><div><img src="${page}">${mouse("page")}</div></figure>
    <figure class="popup"><figcaption>Ben: the extension’s popup</figcaption>
      <div><img src="${popup}">${mouse("popup")}</div></figure>
    <p>${words}</p>`;
}

const POINTER = `<svg width="24" height="28" viewBox="0 0 12 14"><path d="M1 1v10l2.6-2.3L5.4 13l1.9-.8-1.8-4.1H9z" fill="#111" stroke="#fff"/></svg>`;

const STAGE_STYLE = `
  body { margin: 0; background: #dfe3ec; font: 500 15px system-ui, sans-serif; color: #333b4f; }
  figure { position: absolute; top: 14px; margin: 0; }
  figcaption { padding: 0 4px 8px; }
  div { position: relative; border-radius: 10px; background: #fff; box-shadow: 0 2px 14px #0002; }
  img { display: block; border-radius: 10px; }
  .page { left: 24px; }
  .popup { left: 908px; }
  i { position: absolute; }
  p { position: absolute; inset: auto 0 0; margin: 0; padding: 16px; background: #10131c; color: #fff;
    font-size: 22px; font-weight: 600; text-align: center; }
`;
