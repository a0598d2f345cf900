/** A seat that goes while somebody types: nothing typed is lost, with the real gate before the demo CRM. */
import { afterEach, expect, test } from "vitest";
import { buildExtensionOnce } from "../../scripts/build/extension-build.ts";
import { BindingId, HolderId, SessionKey } from "../../shared/ids.ts";
import type { Person } from "../../worker/tenant/tenant-calls.ts";
import { type Chrome, launchChrome } from "./support/chrome.ts";
import { isRefused, signIn } from "./support/larch-page.ts";
import { follow, press } from "./support/press.ts";
import { type Stack, startStack } from "./support/stack.ts";
import { eventually } from "./support/waiting.ts";

const built = await buildExtensionOnce();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const MANAGER: Person = { id: HolderId.parse("observer"), name: "Frank", email: null, role: "support" };

/** Somebody takes the seat that has just become free. */
async function takeSeat(stack: Stack): Promise<void> {
  const person: Person = { id: HolderId.parse("ben"), name: "Ben", email: null, role: "user" };
  const session = SessionKey.parse("session-of-ben-0000000");
  const binding = BindingId.parse("binding-of-ben");
  const claim = { person, session, binding, act: "navigation", active: true, clientKind: "browser" } as const;
  await eventually(async () => (await stack.worker().tenant("larch").claim(claim)).granted);
}

async function evict(stack: Stack, name: string): Promise<void> {
  const tenant = stack.worker().tenant("larch");
  const holder = (await stack.view()).holders.find((other) => other.name.startsWith(name));
  if (holder === undefined) throw new Error(`${name} has no seat`);
  await tenant.evict(MANAGER, holder.id, "Month-end");
}

async function desk(
  stack: Stack,
  login: string,
): Promise<{ chrome: Chrome; page: Awaited<ReturnType<Chrome["open"]>> }> {
  const chrome = await launchChrome({ extensionDir: built.chrome });
  open.push(chrome);
  const page = await chrome.browser.newPage();
  await signIn(page, stack.url, login);
  return { chrome, page };
}

test("[G5] [L12] a form sent in the moment the seat goes is kept, and saved when the person sends it again", async () => {
  const timing = { passLifeMs: 5_000, passRenewAheadMs: 500, clockSkewMs: 500 };
  const stack = await startStack({ seatLimit: 1, timing });
  open.push(stack);
  const { page } = await desk(stack, "anna");
  await page.goto(`${stack.url}/contacts/c1`);
  const text = 'Called back: "yes", wants <two> more\nseats';
  await page.$eval("#notes", (field) => {
    (field as HTMLTextAreaElement).value = "";
  });
  await page.type("#notes", text);
  await evict(stack, "Anna");
  await takeSeat(stack);
  // By script, which counts as the person's own press: the extension may have heard of the eviction, and lie over it.
  const save = () => page.$eval("#save", (button) => (button as HTMLElement).click());
  await Promise.all([page.waitForNavigation(), save()]);
  expect(await isRefused(page)).toBe(true);
  expect(await page.evaluate(() => document.body.innerText)).toContain("It is kept on this page");
  await follow(page, "#again button");
  expect(await page.evaluate(() => document.body.innerText)).toContain("It is kept on this page");
  await evict(stack, "Ben");
  // It waits in line, and goes nowhere by itself when a licence comes.
  await page.waitForFunction(() => document.querySelector("#news")?.textContent?.includes("licence is free") ?? false);
  await follow(page, "#again button");
  await page.waitForSelector("#saved");
  expect(await page.$eval("#notes", (field) => (field as HTMLTextAreaElement).value)).toBe(text);
});

test("[X4] a save by the page's own script is told as refused, and can be made again where it was", async () => {
  const stack = await startStack({ timing: { passLifeMs: 5_000, passRenewAheadMs: 500, clockSkewMs: 500 } });
  open.push(stack);
  const { chrome, page } = await desk(stack, "anna");
  await page.goto(`${stack.url}/contacts/c1`);
  await page.type("#quick-note", "ring on Monday");
  await evict(stack, "Anna");
  await eventually(async () => (await stack.view()).inUse === 0);
  // By script, as above.
  await page.$eval("#quick-note-save", (button) => (button as HTMLElement).click());
  const told = ["was freed by", "Your last change was not saved"];
  await chrome.waitForOverlay(page, (overlay) => told.every((words) => overlay?.text.includes(words)));
  await chrome.pressOverlay(page, "Continue working");
  await chrome.waitForOverlay(page, (overlay) => overlay?.text.includes("please save it again") ?? false);
  await chrome.pressOverlay(page, "OK");
  await press(page, "#quick-note-save");
  await page.waitForFunction(() => /saved/i.test(document.querySelector("#quick-note-status")?.textContent ?? ""));
  await page.reload();
  expect(await page.$eval("#quick-note", (field) => (field as HTMLTextAreaElement).value)).toContain("ring on Monday");
});
