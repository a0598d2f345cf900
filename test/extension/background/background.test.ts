/** The background over fakes: stopped between any two steps, several CRMs, and who may say what to it. */
import { beforeEach, describe, expect, test } from "vitest";
import type { MessageRights, Sender } from "../../../extension/background/message-table.ts";
import type { Answer, Call } from "../../../extension/seat/call.ts";
import { ClientId } from "../../../shared/ids.ts";
import { CRM, FakeBrowser } from "../support/fake-browser.ts";
import { statusOf, tabOf } from "../support/seat-script.ts";

let browser: FakeBrowser;

/** A seat service that remembers one thing: whether there is a seat. */
function serve(): void {
  let words = "seated";
  browser.answer = (call: Call): Answer => {
    if (call.name === "release") words = "unseated released";
    if (call.name === "claim") words = "seated";
    return { kind: "status", status: statusOf(words.split(" ")) };
  };
}

beforeEach(() => {
  browser = new FakeBrowser();
  serve();
});

const hello = (letter: string, origin = CRM) =>
  browser.seats.signal(origin, {
    kind: "hello",
    tab: tabOf(letter),
    browserTab: letter.charCodeAt(0),
    refusal: false,
  });
const names = () => browser.asked.map(({ call }) => call.name);

describe("a background that is stopped", () => {
  const steps: [string, () => Promise<unknown>][] = [
    ["a tab opens", () => hello("A")],
    ["time passes", () => browser.pass(3_000)],
    ["another tab opens", () => hello("B")],
    ["the person works", () => browser.seats.signalAll({ kind: "active", browserTab: 65, ageMs: 0 })],
    ["the person releases", () => browser.seats.signal(CRM, { kind: "release" })],
    ["time passes", () => browser.pass(1_000)],
  ];

  test.each(steps.map(([name], place) => [place, name] as const))(
    "[L7] [P3] [X4] goes on when stopped at step %i, while it did: %s",
    async (stopAt) => {
      for (const [place, [, act]] of steps.entries()) {
        // While a step's own calls are under way: their answers are lost.
        browser.isSlow = place === stopAt;
        const done = act();
        await browser.settle();
        if (place === stopAt) {
          browser.stop();
          browser.isSlow = false;
          await browser.seats.signalAll({ kind: "tick" });
        } else {
          await done;
        }
        await browser.settle();
      }
      // What was lost altogether is repaired by the next beat.
      await browser.pass(61_000);
      const seat = browser.session.get(CRM);
      expect(seat?.status?.state).toBe("unseated");
      expect(seat?.tabs.map((tab) => tab.id)).toEqual([tabOf("A"), tabOf("B")]);
      expect([...browser.shown.values()]).toEqual([
        expect.objectContaining({ show: "gone", reason: "released" }),
        expect.objectContaining({ show: "gone", reason: "released" }),
      ]);
      const seqs = browser.asked.flatMap(({ call }) => (call.name === "heartbeat" ? [call.body.seq] : []));
      expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    },
  );

  test("keeps a seat before anything is sent for it", async () => {
    await hello("A");
    await browser.seats.signal(CRM, { kind: "release" });
    await browser.pass(2_000);
    expect(browser.asked.map(({ isKept }) => isKept)).toEqual(browser.asked.map(() => true));
    expect(names()).toEqual(["heartbeat", "release"]);
  });

  test("asks for an alarm where its own timer would not live, and rests with nothing to do", async () => {
    await hello("A");
    await browser.settle();
    expect(browser.alarms.at(-1)).toBe(browser.now + 60_000);
    await browser.seats.signalAll({ kind: "removed", browserTab: 65 });
    await browser.pass(1_000);
    expect(browser.alarms.at(-1)).toBe("rest");
  });
});

describe("several CRMs", () => {
  test("[X1] each has its own seat and its own random id; the badge is of the one used last", async () => {
    await hello("A");
    await browser.pass(1_000);
    await hello("B", "https://other.acme.com");
    await browser.settle();
    await browser.seats.signal(CRM, { kind: "release" });
    await browser.settle();
    expect(browser.session.get(CRM)?.status?.state).toBe("unseated");
    expect(browser.session.get("https://other.acme.com")?.status?.state).toBe("seated");
    const clients = browser.asked.flatMap(({ call }) => (call.name === "heartbeat" ? [call.body.client] : []));
    expect(new Set(clients)).toEqual(
      new Set([ClientId.parse("client-of-crm-acme-com"), ClientId.parse("client-of-other-acme-com")]),
    );
    expect(browser.badge?.text).toBe("");
    await browser.seats.signalAll({ kind: "active", browserTab: 65, ageMs: 0 });
    await browser.settle();
    expect(browser.badge?.text).toBe("–");
    expect(browser.tooltip).toBe("gone");
  });

  test("[X1] a host without a seat service is asked once a minute at most, and forgotten after its last tab", async () => {
    browser.answer = () => ({ kind: "absent" });
    for (const letter of ["A", "B", "C"]) {
      await hello(letter);
      await browser.pass(1_000);
      await browser.seats.signalAll({ kind: "removed", browserTab: letter.charCodeAt(0) });
      await browser.pass(9_000);
    }
    expect(names()).toEqual(["heartbeat"]);
    await browser.pass(60_000);
    await browser.seats.signalAll({ kind: "tick" });
    expect(browser.session.size).toBe(0);
    await hello("D");
    await browser.settle();
    expect(names()).toEqual(["heartbeat", "heartbeat"]);
  });
});

describe("messages", () => {
  const rights: MessageRights = {
    id: "hotseat",
    ownAddress: "chrome-extension://hotseat/",
    hosts: async () => ["https://crm.acme.com/*"],
  };
  const page: Sender = { id: "hotseat", url: `${CRM}/contacts?id=4`, frameId: 0, tab: { id: 65 } };
  const own: Sender = { id: "hotseat", url: "chrome-extension://hotseat/popup/popup.html" };
  const tell = (message: unknown, sender: Sender) => browser.handle(rights)(message, sender);
  const greet = (sender = page) => tell({ kind: "hello", tab: tabOf("A"), refusal: false }, sender);

  test("[X6] a page may say hello, work, goodbye, continue, and nothing else", async () => {
    expect(await greet()).toMatchObject({ client: "client-of-crm-acme-com", view: { show: "nothing" } });
    await browser.settle();
    for (const kind of ["release", "refresh", "resume"]) await tell({ kind, origin: CRM }, page);
    await browser.settle();
    expect(names()).toEqual(["heartbeat"]);
    await tell({ kind: "release", origin: CRM }, own);
    await browser.settle();
    expect(names()).toContain("release");
    await tell({ kind: "continue" }, page);
    await browser.settle();
    expect(names()).toContain("claim");
  });

  test.each([
    ["another extension", { ...page, id: "other" }],
    ["nobody in particular", { frameId: 0, tab: { id: 65 } }],
    ["a site that is no CRM", { ...page, url: "https://evil.example/https://crm.acme.com/" }],
    ["a look-alike host", { ...page, url: "https://crm.acme.com.evil.example/" }],
    ["another scheme", { ...page, url: "http://crm.acme.com/" }],
    ["a frame of the page", { ...page, frameId: 3 }],
    ["no tab", { id: "hotseat", url: page.url, frameId: 0 } as Sender],
  ])("[X6] %s is not heard", async (_, sender) => {
    expect(await greet(sender)).toBeUndefined();
    await browser.settle();
    expect(browser.session.size).toBe(0);
  });

  test.each([
    [{ kind: "hello", tab: "short", refusal: false }],
    [{ kind: "hello", tab: tabOf("A"), refusal: false, origin: "https://other.acme.com" }],
    [{ kind: "hello" }],
    [{ kind: "active", ageMs: -1 }],
    [{ kind: "active", ageMs: "now" }],
    [{ kind: "toString" }],
    ["hello"],
    [null],
  ])("[X6] what is not of the form is not taken: %j", async (message) => {
    expect(await tell(message, page)).toBeUndefined();
    expect(browser.session.size).toBe(0);
  });

  test("[X1] work in a frame counts for the tab; an unknown tab is asked to say hello", async () => {
    await greet();
    await browser.settle();
    expect(await tell({ kind: "active", ageMs: 0 }, { ...page, url: "about:blank", frameId: 7 })).toBeUndefined();
    expect(browser.session.get(CRM)?.tabs[0]?.activeAt).toBe(browser.now);
    expect(await tell({ kind: "active", ageMs: 0 }, { ...page, tab: { id: 99 } })).toBe("hello?");
  });

  test("[X4] an overlay that asks whether it still stands is told", async () => {
    await greet();
    await browser.settle();
    await tell({ kind: "release", origin: CRM }, own);
    await browser.settle();
    expect(await tell({ kind: "waiting" }, page)).toMatchObject({ show: "gone", reason: "released" });
  });

  test("[G8.10] says whether it speaks for a document: a known one, whose seat service is reached, on a site that is allowed", async () => {
    expect(await tell({ kind: "speaks" }, page)).toEqual({ speaks: false });
    await greet();
    await browser.settle();
    expect(await tell({ kind: "speaks" }, page)).toEqual({ speaks: true });
    expect(await tell({ kind: "speaks" }, { ...page, tab: { id: 99 } })).toEqual({ speaks: false });
    const taken = browser.handle({ ...rights, hosts: async () => [] });
    expect(await taken({ kind: "speaks" }, page)).toBeUndefined();
    browser.answer = () => ({ kind: "unreachable" });
    await browser.pass(61_000);
    await browser.seats.signalAll({ kind: "tick" });
    await browser.settle();
    expect(await tell({ kind: "speaks" }, page)).toEqual({ speaks: false });
  });

  test("[G8.11] a tab of somebody else is not taken, and given up where it was known as a login page", async () => {
    await greet();
    browser.othersTabs = [65];
    expect(await greet()).toBeUndefined();
    expect(browser.session.get(CRM)?.tabs).toEqual([]);
    expect(await tell({ kind: "active", ageMs: 0 }, page)).toBe("hello?");
  });

  test("[L6] a document that says goodbye while its hello is judged leaves no tab behind", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    browser.judging = promise;
    const handle = browser.handle(rights);
    const greeted = handle({ kind: "hello", tab: tabOf("A"), refusal: false }, page);
    await browser.settle();
    await handle({ kind: "bye", tab: tabOf("A") }, page);
    resolve();
    expect(await greeted).toBeUndefined();
    expect(browser.session.get(CRM)?.tabs ?? []).toEqual([]);
    // The next document is not meant.
    expect(await handle({ kind: "hello", tab: tabOf("B"), refusal: false }, page)).toMatchObject({ tab: tabOf("B") });
  });

  test("[X3] the popup's question counts the tabs first, and is answered by a heartbeat", async () => {
    await greet();
    await browser.settle();
    browser.open = [65];
    await tell({ kind: "refresh", origin: CRM }, own);
    await browser.settle();
    expect(names()).toEqual(["heartbeat", "heartbeat"]);
    browser.open = [];
    await browser.pass(1_000);
    await tell({ kind: "refresh", origin: CRM }, own);
    await browser.settle();
    expect(browser.session.get(CRM)?.tabs).toEqual([]);
  });
});
