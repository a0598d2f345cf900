/** Without the extension the page's own agent is the client, in a real Chromium. */
import type { ElementHandle, Page } from "puppeteer-core";
import { expect, test } from "vitest";
import { BindingId, HolderId, SessionKey } from "../../shared/ids.ts";
import type { Status } from "../../shared/protocol.ts";
import { API_PATH, TAB_CHANNEL } from "../../shared/reserved-path.ts";
import type { Pool } from "../../worker/ledger/settings/settings.ts";
import type { HolderRow, Person } from "../../worker/tenant/tenant-calls.ts";
import { plainDesk } from "./support/plain-desk.ts";
import { follow, press, pressElement } from "./support/press.ts";
import type { Gate, StackOptions } from "./support/stack.ts";
import { html, signInAs } from "./support/stub-crm.ts";
import { eventually } from "./support/waiting.ts";

const FORM =
  '<main id="crm"><form method="post" action="/save"><textarea id="note" name="note"></textarea><button>Save</button></form></main>';
const POLLING = `${FORM}<p id="state"></p><script>setInterval(async () => {
  document.querySelector("#state").textContent = (await fetch("/api/contacts")).status; }, 200);</script>`;
/** Gets all that it shows when it starts, from a document that everybody may have. */
const SHELL = `<main id="crm"><input id="search"><ul></ul></main><script>fetch("/api/contacts").then((answer) => answer.ok ? answer.json() : { items: [] })
  .then(({ items }) => { for (const item of items) document.querySelector("ul").append(Object.assign(document.createElement("li"), { textContent: item })); })</script>`;
/** Text is typed where no listener of the page sees what: into an editor's frame, or a closed shadow root. */
const EDITORS = `<main id="crm"><iframe srcdoc="<body contenteditable id=editor></body>" width="400" height="100"></iframe><div id="shadow" style="display: inline-block"></div></main>
  <script>const field = document.createElement("textarea");
  document.querySelector("#shadow").attachShadow({ mode: "closed" }).append(field); window.typed = () => field.value;</script>`;
const FRAMED = `<main id="crm"><iframe srcdoc="<body contenteditable id=editor>text</body>" width="400" height="200"></iframe></main>`;
/** People whom a test seats at a desk elsewhere never beat: only what a test does may end their seats. */
const TIMING = {
  heartbeatEveryMs: 1_000,
  lostAfterMs: 120_000,
  // A page that says goodbye as the next one comes: on a busy machine that one is heard of seconds later.
  closeGraceMs: 4_000,
  passLifeMs: 1_500,
  passRenewAheadMs: 500,
  clockSkewMs: 100,
  idleTimeoutMs: 60_000,
  idleWarningMs: 2_000,
};

/** L5: for tests in which a silent browser is lost; several beats more than a busy machine swallows. */
const LOST = { lostAfterMs: 8_000 };

/** What pages forbid, and whether the gate's own page can still be shown in a frame over them. */
const STRICT: Record<string, { headers: Record<string, string>; body?: string; takesFrame: boolean }> = {
  "nonces and frames forbidden": {
    headers: {
      "content-security-policy": "default-src 'none'; script-src 'nonce-abc'; connect-src 'self'; base-uri 'none'",
    },
    takesFrame: false,
  },
  "frame-src none": { headers: { "content-security-policy": "frame-src 'none'" }, takesFrame: false },
  "trusted types": {
    headers: { "content-security-policy": "require-trusted-types-for 'script'; trusted-types 'none'" },
    takesFrame: true,
  },
  isolation: {
    headers: { "cross-origin-embedder-policy": "require-corp", "cross-origin-opener-policy": "same-origin" },
    takesFrame: true,
  },
  "no head": {
    headers: {},
    body: "<!doctype html><title>Bare</title><main id=crm><textarea id=note></textarea></main>",
    takesFrame: true,
  },
};
const strictPath = (name: string) => `/strict/${name.replaceAll(" ", "-")}`;

const strictPages = Object.entries(STRICT).map(([name, { headers, body }]) => [
  strictPath(name),
  { headers, body: body ?? html(name, FORM) },
]);
const desk = plainDesk(
  {
    ...Object.fromEntries(strictPages),
    "/form": { body: html("Note", FORM) },
    "/polling": { body: html("Polling", POLLING) },
    "/assets/shell": { body: html("Shell", SHELL) },
    "/assets/sign-in": {
      body: html("In", '<form id="crm"><input id="name"><input id="password" type="password"></form>'),
    },
    "/assets/editors": { body: html("Editors", EDITORS) },
    "/assets/later": { body: html("Later", '<main id="crm"><input id="search"></main>') },
    "/framed": { body: html("Framed", FRAMED) },
  },
  TIMING,
);
const { openBrowser } = desk;
let stack: Gate;
const start = async (timing?: StackOptions["timing"]) => {
  stack = await desk.start(timing);
};

const holder = async (name: string): Promise<HolderRow | undefined> =>
  (await stack.view()).holders.find((row) => row.name === name);
const isSeated = async (name: string) => (await holder(name)) !== undefined;

/** Calls of the API that the page makes, by name. */
function listen(page: Page): string[] {
  const calls: string[] = [];
  page.on("request", (request) => {
    const name = /\/\.hotseat\/api\/([\w-]+)$/.exec(request.url())?.[1];
    if (name !== undefined) calls.push(name);
  });
  return calls;
}

const ACCOUNTS: Pool = {
  id: "accounts",
  name: "Accounts",
  groups: ["accounts"],
  reserved: 0,
  most: null,
  priority: 0,
  windows: null,
};
const isCovered = (page: Page) => page.evaluate(() => document.querySelector("hotseat-refusal") !== null);
const noteOf = (page: Page) => page.$eval("#note", (note) => (note as HTMLTextAreaElement).value);
const ADMIN: Person = { id: HolderId.parse("operator"), name: "Operator", email: null, role: "support" };
const tenant = () => stack.tenant();
/** Somebody at a desk elsewhere has the seat. */
const takeSeat = (login: string) =>
  tenant().claim({
    person: { id: HolderId.parse(login), name: login, email: null, role: "user" },
    session: SessionKey.parse(login.padEnd(22, "-")),
    binding: BindingId.parse(login.padEnd(22, "-")),
    act: "navigation",
    active: true,
    clientKind: "browser",
  });

/** Moves the mouse about, as a person does, until it holds. */
async function stirUntil(page: Page, holds: () => Promise<boolean>): Promise<void> {
  let step = 0;
  await eventually(async () => {
    step++;
    await page.mouse.move(200 + (step % 10) * 20, 200 + (step % 7) * 10);
    return holds();
  });
}

const typeFor = async (page: Page, ms: number) => {
  for (const end = performance.now() + ms; performance.now() < end; ) {
    await page.bringToFront();
    await page.type("#note", "word ", { delay: 40 });
  }
};

test("[G8] [L5] whoever types on one page without a request keeps the seat; closing the page frees it within the grace", async () => {
  await start(LOST);
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.goto(`${stack.url}/form`);
  await typeFor(page, 1.5 * LOST.lostAfterMs);
  expect(await holder("anna")).toMatchObject({ tabs: 1, clients: 1 });
  await page.close();
  await eventually(async () => !(await isSeated("anna")), LOST.lostAfterMs);
  // The browser may show only after that that it took the pass away.
  await eventually(async () => (await stack.view()).inUse === 0);
});

test("[G8] [L6] a page that is closed before its first word was answered frees the seat all the same", async () => {
  await start();
  const page = await openBrowser();
  await page.goto(`${stack.url}/login?as=anna`, { waitUntil: "domcontentloaded" });
  await page.close({ runBeforeUnload: false });
  expect(await isSeated("anna")).toBe(true);
  await eventually(async () => !(await isSeated("anna")));
});

test("[L4] [L8] idle is decided by what the person does: a page that polls is idle, and the first act brings the seat back", async () => {
  await start({ idleTimeoutMs: 4_000 });
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.goto(`${stack.url}/polling`);
  await page.type("#note", "half a note");
  await eventually(async () => !(await isSeated("anna")));
  await stirUntil(page, () => isSeated("anna"));
  await eventually(() => page.evaluate(() => document.querySelector("hotseat-refusal") === null));
  expect(await noteOf(page)).toBe("half a note");
});

test("[L31] a planned closing is counted down, covers the page with what is typed kept, and opens by itself", async () => {
  await start({ closingAheadMs: 2_000 });
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.goto(`${stack.url}/form`);
  await page.type("#note", "half a note");
  await eventually(async () => (await holder("anna"))?.tabs === 1);
  const { version } = await stack.view();
  const close = { what: "close", startsInMs: 15_000, lastsMs: 60_000, text: "An update" } as const;
  const planned = await tenant().changeSettings(ADMIN, close, version);
  if (!planned.ok) throw new Error(planned.error.says.key);
  const read = async () => JSON.stringify(await page.accessibility.snapshot({ interestingOnly: false }));
  await eventually(async () => (await read()).includes("It closes for maintenance soon. Please save your work."));
  expect(await isCovered(page)).toBe(false);
  await eventually(() => isCovered(page));
  const frame = await page.waitForFrame((one) => one.url().includes("closed_for_maintenance"));
  await frame.waitForFunction(() =>
    /opens again at .+ An update/.test(document.querySelector("#opens")?.textContent ?? ""),
  );
  expect(await frame.$eval("h1", (title) => title.textContent)).toBe("Closed for maintenance");
  await eventually(async () => (await stack.view()).inUse === 0);
  const opened = await tenant().changeSettings(ADMIN, { what: "end_closing" }, version + 1);
  if (!opened.ok) throw new Error(opened.error.says.key);
  await eventually(async () => (await isSeated("anna")) && !(await isCovered(page)));
  expect(await noteOf(page)).toBe("half a note");
});

test("[G8] [X2] tabs share one client, one heartbeat and one seat; pages of one tab continue without a word", async () => {
  await start(LOST);
  const page = await openBrowser();
  const calls = listen(page);
  await signInAs(page, stack.url, "anna");
  await eventually(async () => (await holder("anna"))?.tabs === 1);
  const before = calls.length;
  for (const id of ["#contacts", "#deals", "#contacts"]) await follow(page, id);
  expect(calls.slice(before)).not.toContain("bye");
  const others: Page[] = [];
  for (let tab = 0; tab < 4; tab++) {
    const other = await page.browserContext().newPage();
    await other.goto(`${stack.url}/form`);
    others.push(other);
  }
  await eventually(async () => (await holder("anna"))?.tabs === 5);
  expect((await holder("anna"))?.clients).toBe(1);
  // Whichever tab goes, also one that crashes, the others speak on.
  await page.close();
  await others[0]?.close();
  const session = await others[1]?.createCDPSession();
  session?.send("Page.crash").catch(() => undefined);
  await eventually(async () => (await holder("anna"))?.tabs === 2);
  await typeFor(others[3] as Page, 1.25 * LOST.lostAfterMs);
  // A tab that is too busy to answer is told of with the next heartbeat.
  await eventually(async () => (await holder("anna"))?.tabs === 2);
  expect(await holder("anna")).toMatchObject({ clients: 1 });
});

test("[G8] [L6] tabs that cannot hear each other are clients of their own: one that closes leaves the other its seat", async () => {
  // The client of the page that is left goes by silence: the pages that come within its grace keep it.
  await start(LOST);
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.goto("about:blank");
  const tabs: Page[] = [];
  for (let tab = 0; tab < 2; tab++) {
    const other = await page.browserContext().newPage();
    await other.evaluateOnNewDocument(() => Reflect.deleteProperty(window, "BroadcastChannel"));
    await other.goto(`${stack.url}/form`);
    tabs.push(other);
  }
  await eventually(async () => (await holder("anna"))?.clients === 2);
  await tabs[1]?.close();
  await eventually(async () => (await holder("anna"))?.clients === 1);
  await typeFor(tabs[0] as Page, TIMING.closeGraceMs + TIMING.heartbeatEveryMs);
  expect(await holder("anna")).toMatchObject({ tabs: 1, clients: 1 });
});

test("[G8] [X2] a tab leaves the heartbeat to another that has begun to speak, until that one is given up", async () => {
  await start({ lostAfterMs: 30_000 });
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.goto(`${stack.url}/form`);
  await eventually(async () => (await holder("anna"))?.tabs === 1);
  const waitedMs = await page.evaluate(async (name) => {
    const channel = new BroadcastChannel(name);
    const hear = (kind: string) =>
      new Promise<number>((settle) => {
        channel.onmessage = ({ data }) => data.kind === kind && settle(performance.now());
      });
    await hear("told");
    // A tab that is killed before it speaks.
    channel.postMessage({ kind: "call", from: "another-tab" });
    const calledAt = performance.now();
    return (await hear("call")) - calledAt;
  }, TAB_CHANNEL);
  expect(waitedMs).toBeGreaterThan(3 * TIMING.heartbeatEveryMs);
});

test("[L6] [P3] back from the back-forward cache it is a new document", async () => {
  // The goodbye that the browser keeps ready goes with a real leaving alone: here the seat goes by silence.
  await start(LOST);
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.goto(`${stack.url}/form`);
  await eventually(async () => (await holder("anna"))?.tabs === 1);
  // What browsers do to a page that they keep; those of this CRM they may not keep.
  await page.evaluate(() => void dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  await page.type("#note", "not seen while the page is put away");
  await eventually(async () => !(await isSeated("anna")));
  await page.evaluate(() => void dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await eventually(() => page.evaluate(() => fetch("/api/contacts").then(({ status }) => status === 503)));
  await stirUntil(page, async () => (await holder("anna"))?.tabs === 1);
});

test("[G8] work in an editor's frame, which has no script of the gate, is work", async () => {
  await start();
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.goto(`${stack.url}/framed`);
  const activeAgeMs = async () => (await holder("anna"))?.activeAgeMs ?? 0;
  await (await page.waitForSelector("iframe"))?.click();
  // What the press into the frame was is over: only keys are left to tell of.
  await eventually(async () => (await activeAgeMs()) > 2_500);
  const since = Date.now();
  await eventually(async () => {
    await page.keyboard.type("word ");
    const askedAt = Date.now();
    return askedAt - (await activeAgeMs()) >= since;
  });
});

test("[G8] a tab that nobody looks at asks nothing once the seat has ended, and beats again when somebody does", async () => {
  stack = await desk.start({ idleTimeoutMs: 3_000 }, 2);
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  const calls = listen(page);
  let heard = "";
  page.on("response", async (answer) => {
    if (answer.url().endsWith("/api/heartbeat")) heard = ((await answer.json()) as Status).state;
  });
  // A document that has not heard of a seat does not bring one back (L8).
  await stirUntil(page, async () => heard === "seated" && (await holder("anna"))?.tabs === 1);
  const beside = await page.browserContext().newPage();
  await beside.bringToFront();
  expect(await page.evaluate(() => document.hidden)).toBe(true);
  await eventually(async () => !(await isSeated("anna")));
  const other = await openBrowser();
  await signInAs(other, stack.url, "ben");
  const beats = listen(other);
  const countOver = async (ofOther: number) => {
    const [before, from] = [calls.length, beats.length];
    await stirUntil(other, async () => beats.length >= from + ofOther);
    return calls.length - before;
  };
  // Late, as an unseen tab is: until then it has to ask.
  await eventually(async () => heard === "unseated");
  // What it hands back after that answer is no question.
  await eventually(async () => (await countOver(4)) === 0);
  calls.length = 0;
  await page.bringToFront();
  await eventually(async () => calls.length > 0);
  await stirUntil(page, () => isSeated("anna"));
});

test("[G11] a tab at work keeps its text when another tab of the person waits in line and is seated", async () => {
  await start({ idleTimeoutMs: 10_000 });
  const first = await openBrowser();
  await signInAs(first, stack.url, "anna");
  const second = await first.browserContext().newPage();
  await second.goto(`${stack.url}/form`);
  await second.type("#note", "half a note");
  await eventually(async () => !(await isSeated("anna")) && (await stack.view()).inUse === 0);
  await takeSeat("ben");
  await first.goto(`${stack.url}/contacts`);
  await eventually(async () => (await stack.view()).queue === 1);
  await second.bringToFront();
  await second.evaluate(() => fetch("/api/contacts"));
  await eventually(() => isCovered(second));
  await tenant().evict(ADMIN, HolderId.parse("ben"), "");
  await eventually(() => first.evaluate(() => document.querySelector("#crm") !== null));
  await eventually(async () => !(await isCovered(second)));
  expect(await noteOf(second)).toBe("half a note");
});

/** The person's seat was freed, and nobody has taken it. Returns a page of theirs. */
async function openFreed(): Promise<Page> {
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await tenant().evict(ADMIN, HolderId.parse("anna"), "");
  const next = await page.browserContext().newPage();
  await page.close();
  await eventually(async () => (await stack.view()).inUse === 0);
  return next;
}
const hasData = (page: Page) => page.evaluate(() => document.querySelectorAll("li").length === 1);

test.each(["a full house", "seats that are kept for others"])(
  "[G11] [G5] a page that was refused at its start for %s gets its data when the seat comes",
  async (reason) => {
    await start();
    const page = await openFreed();
    const keep = async (pools: Pool[]) =>
      tenant().changeSettings(ADMIN, { what: "pools", pools }, (await stack.view()).version);
    if (reason === "a full house") await takeSeat("ben");
    else await keep([{ ...ACCOUNTS, reserved: 1 }]);
    // Asked for by an act, and refused.
    await page.goto(`${stack.url}/deals`);
    await page.goto(`${stack.url}/assets/shell`);
    await eventually(() => isCovered(page));
    if (reason === "a full house") await tenant().evict(ADMIN, HolderId.parse("ben"), "");
    else await keep([]);
    await eventually(async () => !(await isCovered(page)));
    await eventually(() => hasData(page));
  },
);

test("[G11] [L8] when a seat comes, a page that was refused at its start is loaded again, one with typed text is not", async () => {
  await start();
  const page = await openFreed();
  await takeSeat("ben");
  // Asked for by an act, and refused.
  await page.goto(`${stack.url}/deals`);
  await page.goto(`${stack.url}/assets/shell`);
  await eventually(() => isCovered(page));
  const typing = await page.browserContext().newPage();
  // Typed before the page's first request.
  await typing.goto(`${stack.url}/assets/later`);
  await typing.type("#search", "larch");
  await typing.evaluate(() => fetch("/api/contacts"));
  await eventually(() => isCovered(typing));
  // A form that stays where the person has signed in by it.
  const signedIn = await page.browserContext().newPage();
  await signedIn.goto(`${stack.url}/assets/sign-in`);
  await signedIn.type("#name", "anna");
  await signedIn.type("#password", "a password");
  await signedIn.evaluate(() => {
    Object.assign(window, { before: true });
    return fetch("/api/contacts");
  });
  await eventually(() => isCovered(signedIn));
  await page.bringToFront();
  await tenant().evict(ADMIN, HolderId.parse("ben"), "");
  await eventually(() => hasData(page));
  await eventually(() => signedIn.evaluate(() => !("before" in window)).catch(() => false));
  await eventually(async () => !(await isCovered(typing)));
  expect(await typing.$eval("#search", (search) => (search as HTMLInputElement).value)).toBe("larch");
});

test.each(["an editor's frame", "a closed shadow root"])(
  "[G11.5] a page that was refused at its start keeps what was typed in %s",
  async (where) => {
    await start();
    const page = await openFreed();
    await takeSeat("ben");
    // Asked for by an act, and refused.
    await page.goto(`${stack.url}/deals`);
    const typing = await page.browserContext().newPage();
    await typing.goto(`${stack.url}/assets/editors`);
    await press(typing, where === "a closed shadow root" ? "#shadow" : "iframe");
    await typing.keyboard.type("half a note");
    const frame = () => typing.frames().find((other) => other.url() === "about:srcdoc");
    const text = () =>
      where === "a closed shadow root"
        ? typing.evaluate(() => (window as unknown as { typed(): string }).typed())
        : frame()?.$eval("#editor", (editor) => editor.textContent);
    expect(await text()).toBe("half a note");
    await typing.evaluate(() => fetch("/api/contacts"));
    await eventually(() => isCovered(typing));
    await tenant().evict(ADMIN, HolderId.parse("ben"), "");
    await eventually(async () => !(await isCovered(typing)));
    expect(await text()).toBe("half a note");
  },
);

test("[G11] a page that went on without a load and was refused there is loaded again, one that stayed is not", async () => {
  await start();
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  const staying = await page.browserContext().newPage();
  await staying.goto(`${stack.url}/form`);
  await page.goto(`${stack.url}/form`);
  const isSame = (tab: Page) => tab.evaluate(() => "isSame" in window).catch(() => true);
  for (const tab of [page, staying]) await tab.evaluate(() => Object.assign(window, { isSame: true }).length);
  await eventually(async () => (await holder("anna"))?.tabs === 2);
  await tenant().evict(ADMIN, HolderId.parse("anna"), "");
  // A link in the document is no other place; what a router makes of one is.
  for (const [tab, hash] of [
    [staying, "#note"],
    [page, "#deals/7"],
  ] as const) {
    await tab.bringToFront();
    await eventually(async () => {
      await tab.evaluate(async (to) => {
        location.hash = to;
        await fetch("/api/contacts");
      }, hash);
      return isCovered(tab);
    });
  }
  await page.bringToFront();
  await eventually(async () => (await findButton(page, "Continue working")) !== null);
  await pressElement(page, (await findButton(page, "Continue working")) as ElementHandle);
  await eventually(async () => !(await isSame(page)) && !(await isCovered(page)));
  expect(await page.evaluate(() => location.hash)).toBe("#deals/7");
  await staying.bringToFront();
  await eventually(async () => !(await isCovered(staying)));
  expect(await isSame(staying)).toBe(true);
});

/** The button, also in a closed shadow root or a frame, by its words. */
async function findButton(page: Page, name: string): Promise<ElementHandle | null> {
  for (const frame of page.frames()) {
    const found = await frame.$(`::-p-aria(${name}[role="button"])`).catch(() => null);
    if (found !== null && (await found.boundingBox()) !== null) return found;
  }
  return null;
}

test.each(Object.entries(STRICT))("[G13] [G5] words and a way on in a page with %s", async (name, { takesFrame }) => {
  await start();
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.goto(stack.url + strictPath(name));
  await eventually(async () => (await holder("anna"))?.tabs === 1);
  await page.type("#note", "half a note");
  await tenant().evict(ADMIN, HolderId.parse("anna"), "");
  await eventually(() => isCovered(page));
  let button: ElementHandle | null = null;
  await eventually(async () => {
    button = await findButton(page, "Continue working");
    return button !== null;
  });
  const title = `Your licence was freed by ${takesFrame ? "Operator" : "a licence manager"}`;
  await eventually(async () => {
    for (const frame of page.frames())
      if ((await frame.$(`::-p-aria(${title}[role="heading"])`).catch(() => null)) !== null) return true;
    return false;
  });
  expect(page.frames().some((frame) => frame.url().includes("/.hotseat/refused?"))).toBe(takesFrame);
  if (!takesFrame) {
    // A screen reader names the dialog by what it says, and the focus is in it.
    await page.waitForSelector(`::-p-aria(${title}[role="dialog"])`);
    expect(await page.evaluate(() => document.activeElement?.localName)).toBe("hotseat-refusal");
  }
  await pressElement(page, button as unknown as ElementHandle);
  await eventually(() => isSeated("anna"));
  await eventually(async () => !(await isCovered(page)));
  expect(await noteOf(page)).toBe("half a note");
});

test("[L15] [L16] where a page takes no frame, one asks for a licence and leaves the line as on the gate's page", async () => {
  await start();
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.goto(stack.url + strictPath("frame-src none"));
  await eventually(async () => (await holder("anna"))?.tabs === 1);
  await tenant().evict(ADMIN, HolderId.parse("anna"), "");
  await eventually(() => isCovered(page));
  await eventually(async () => (await stack.view()).inUse === 0);
  await takeSeat("ben");
  const press = async (name: string) => {
    let found: ElementHandle | null = null;
    await eventually(async () => {
      found = await findButton(page, name);
      return found !== null;
    });
    await pressElement(page, found as unknown as ElementHandle);
  };
  const says = (words: string) =>
    eventually(async () =>
      JSON.stringify(await page.accessibility.snapshot({ interestingOnly: false })).includes(words),
    );
  await press("Continue working");
  await eventually(async () => (await stack.view()).queue === 1);
  await press("Ask for a licence");
  // Ben has worked a moment ago.
  await says("Everybody is at work just now");
  await press("Leave the line");
  await says("You have left the line");
  expect((await stack.view()).queue).toBe(0);
  await press("Wait for a licence");
  await eventually(async () => (await stack.view()).queue === 1);
});

test("[L15] [L16] the refusal page says about how long it takes, and asks for a licence", async () => {
  await start();
  for (const login of ["carl", "dora", "emil"]) {
    await takeSeat(login);
    await tenant().evict(ADMIN, HolderId.parse(login), "");
    await eventually(async () => (await stack.view()).inUse === 0);
  }
  await takeSeat("ben");
  const page = await openBrowser();
  await signInAs(page, stack.url, "anna");
  await page.waitForSelector("#ask:not([hidden])");
  await page.waitForFunction(() =>
    /About \d+ min to wait/.test(document.querySelector("#estimate")?.textContent ?? ""),
  );
  if (process.env.HOTSEAT_SHOTS !== undefined)
    await page.screenshot({ path: `${process.env.HOTSEAT_SHOTS}/refusal-waiting.png` });
  await press(page, "#ask");
  // Ben has worked a moment ago.
  await page.waitForFunction(() => document.querySelector("#asked")?.textContent?.startsWith("Everybody is at work"));
  // L15: out of the line, and back by a press.
  await press(page, "#leave");
  await page.waitForFunction(() => document.querySelector("#news")?.textContent?.startsWith("You have left the line"));
  expect((await stack.view()).queue).toBe(0);
  expect(await page.$eval("#ask", (button) => (button as HTMLElement).hidden)).toBe(true);
  await follow(page, ".way-on button");
  await eventually(async () => (await stack.view()).queue === 1);
});

test("[L15] what was asked before the person left the line does not put the page back into it", async () => {
  await start();
  await takeSeat("ben");
  const page = await openBrowser();
  const network = await page.createCDPSession();
  const late: string[] = [];
  const answer = (requestId: string) => network.send("Fetch.continueRequest", { requestId });
  let isLate = true;
  network.on("Fetch.requestPaused", ({ requestId }) => void (isLate ? late.push(requestId) : answer(requestId)));
  await network.send("Fetch.enable", {
    patterns: [{ urlPattern: `*${API_PATH}status`, requestStage: "Response" }],
  });
  await signInAs(page, stack.url, "anna");
  await page.waitForSelector("#leave:not([hidden])");
  await eventually(async () => late.length > 0);
  await press(page, "#leave");
  await page.waitForFunction(() => document.querySelector("#news")?.textContent?.startsWith("You have left the line"));
  isLate = false;
  for (const requestId of late) await answer(requestId);
  // The page has heard those when this one, asked after them, is answered.
  await page.evaluate(async (path) => (await fetch(path)).text(), `${API_PATH}status`);
  expect(
    await page.$$eval("#ask, #leave", (buttons) => buttons.map((button) => (button as HTMLElement).hidden)),
  ).toEqual([true, true]);
});
