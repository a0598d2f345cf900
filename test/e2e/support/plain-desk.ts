/** People without the extension in front of a stub CRM: one Chromium for the tests of a file, for each test a gate. */
import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type ManyGates, startManyGates } from "./many-gates.ts";
import { launchPlainChrome } from "./plain-chrome.ts";
import type { Gate, StackOptions } from "./stack.ts";
import { type StubCrm, type StubPage, startStubCrm } from "./stub-crm.ts";

export interface PlainDesk {
  crm(): StubCrm;
  /** A gate before the CRM, until the test is over. */
  start(timing?: StackOptions["timing"], seatLimit?: number): Promise<Gate>;
  /** A page in a browser of its own, as far as cookies and storage go. */
  openBrowser(): Promise<Page>;
}

/** `pages`: of the CRM. `timing`: of all its gates, where a test says nothing else. */
export function plainDesk(
  pages: Readonly<Record<string, StubPage>>,
  timing: NonNullable<StackOptions["timing"]>,
): PlainDesk {
  const open: { close(): Promise<void> }[] = [];
  let browser: Browser;
  let crm: StubCrm;
  let gates: ManyGates;
  beforeAll(async () => {
    browser = await launchPlainChrome();
    crm = await startStubCrm(pages);
    gates = await startManyGates();
  });
  afterEach(async () => {
    for (const thing of open.splice(0).reverse()) await thing.close();
  });
  afterAll(async () => {
    await browser.close();
    await gates.close();
    await crm.close();
  });
  return {
    crm: () => crm,
    async start(own = {}, seatLimit = 1) {
      const options = { seatLimit, timing: { ...timing, ...own } };
      const gate = await gates.open({ origin: crm.origin, preset: "demo" }, options);
      open.push(gate);
      return gate;
    },
    async openBrowser() {
      const context = await browser.createBrowserContext();
      // A test that fails may have closed it.
      open.push({ close: () => context.close().catch(() => undefined) });
      return context.newPage();
    },
  };
}
