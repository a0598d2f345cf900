/** An hour of work in ten tabs, through the background's own message table and its own sender, with the clock of a fake browser. */
import { handleMessages, type Sender } from "../../../extension/background/message-table.ts";
import { fetchSeatApi } from "../../../extension/ports/seat-api.ts";
import { API_PATH } from "../../../shared/protocol.ts";
import { CRM, FakeBrowser } from "./fake-browser.ts";
import { statusOf, tabOf } from "./seat-script.ts";

/** One request as it left the browser. */
export interface Sent {
  address: string;
  init: RequestInit;
}

const own: Sender = { id: "hotseat", url: "chrome-extension://hotseat/popup/popup.html" };

/** A tab whose address and title say all that must not be said. */
const pageAt = (tab: number, visit: number): Sender => {
  const sender = { id: tab, title: "Offer for Zoe Lindström" };
  return {
    id: "hotseat",
    url: `${CRM}/contacts/8812?q=Zoe+Lindström&visit=${visit}#notes`,
    frameId: 0,
    tab: sender,
  };
};

/**
 * Reading, following links, typing, opening, closing; asked for the seat and keeping it; releasing one tab, then all,
 * waiting in line, asking a holder, leaving the line, going on; a form whose save is refused. Returns every request in
 * its order.
 */
export async function workAnHour(): Promise<Sent[]> {
  const browser = new FakeBrowser();
  const sent: Sent[] = [];
  let stands: readonly string[] = ["seated"];
  const api = fetchSeatApi(async (address, init) => {
    sent.push({ address: String(address), init: init ?? {} });
    const name = String(address).slice(CRM.length + API_PATH.length);
    const { tab } = (name === "release" ? JSON.parse(String(init?.body)) : {}) as { tab?: string };
    if (name === "release" && tab === undefined) stands = ["unseated", "released", "draining"];
    if (name === "hand-back" || name === "leave") stands = ["unseated", "released"];
    if (name === "wait") stands = ["waiting", "released", "limit_reached", "place=2", "mayAsk"];
    if (name === "answer-nudge") stands = ["seated"];
    if (name === "claim") stands = isFull ? ["unseated", "released", "limit_reached", "inUse=2"] : ["seated"];
    return Response.json(statusOf(stands));
  });
  let isFull = false;
  browser.ask = (origin, call) => api.ask(origin, call, []);
  const rights = {
    id: "hotseat",
    ownAddress: "chrome-extension://hotseat/",
    hosts: async () => ["https://crm.acme.com/*"],
  };
  const tell = handleMessages(
    browser.seats,
    rights,
    () => browser.now,
    async () => undefined,
    async () => false,
  );
  let documents = 0;
  const hello = (tab: number, visit: number) =>
    tell({ kind: "hello", tab: tabOf(`d${++documents}`), refusal: false }, pageAt(tab, visit));
  const end = browser.now + 3_600_000;
  for (let tab = 1; tab <= 10; tab++) await hello(tab, 0);
  for (let minute = 0; browser.now < end; minute++) {
    const tab = 1 + (minute % 10);
    const page = pageAt(tab, minute);
    for (let act = 0; act < 6; act++) {
      await tell({ kind: "active", ageMs: 0 }, page);
      await browser.pass(4_000);
    }
    await tell({ kind: "moves", on: true }, page);
    await hello(tab, minute + 1);
    await browser.seats.signalAll({ kind: "looked", browserTab: tab });
    if (minute % 7 === 3) {
      await browser.seats.signalAll({ kind: "removed", browserTab: tab });
      await hello(tab, minute);
    }
    switch (minute) {
      case 10:
        await tell({ kind: "release_tab", origin: CRM, browserTab: tab }, own);
        break;
      case 11:
        await tell({ kind: "resume", origin: CRM, browserTab: tab - 1 }, own);
        break;
      case 20:
        stands = ["seated", "nudge=60s", "by=Zoe"];
        await tell({ kind: "refresh", origin: CRM }, own);
        await browser.settle();
        await tell({ kind: "answer_nudge", keep: true }, page);
        break;
      case 22:
        await tell({ kind: "hand_over", origin: CRM, to: "zoe" }, own);
        break;
      case 25:
        await tell({ kind: "refused" }, page);
        break;
      case 30:
        await tell({ kind: "release", origin: CRM }, own);
        break;
      case 31:
        isFull = true;
        await tell({ kind: "continue" }, page);
        await browser.pass(2_000);
        await tell({ kind: "nudge", origin: CRM }, own);
        await tell({ kind: "waiting" }, page);
        await browser.pass(1_000);
        await tell({ kind: "leave", origin: CRM }, own);
        break;
      case 32:
        isFull = false;
        await tell({ kind: "resume", origin: CRM }, own);
        break;
    }
    await browser.pass(36_000);
  }
  return sent;
}
