/**
 * The one table of messages the background takes. Each is marked: page-callable (from the content script in a
 * CRM document, so in reach of what that document's process can forge) or own-only (from the extension's own
 * pages). X6: a page-callable message can do nothing that the person could not.
 */

import * as z from "zod/mini";
import { DAY_MS } from "../../shared/durations.ts";
import { TabId } from "../../shared/ids.ts";
import { isOnHosts } from "../hosts.ts";
import type { OwnMessage, PageMessage, Refused, Speaks, Unknown, View, Welcome, Why } from "../messages.ts";
import { viewOf } from "../seat/view.ts";
import type { IsOthers } from "./other-persons.ts";
import type { Seats } from "./seats.ts";

const origin = z.string().check(z.maxLength(300));

const PAGE = {
  hello: z.strictObject({ kind: z.literal("hello"), tab: TabId, refusal: z.boolean() }),
  active: z.strictObject({ kind: z.literal("active"), ageMs: z.number().check(z.minimum(0), z.maximum(DAY_MS)) }),
  moves: z.strictObject({ kind: z.literal("moves"), on: z.boolean() }),
  leaves: z.strictObject({ kind: z.literal("leaves") }),
  bye: z.strictObject({ kind: z.literal("bye"), tab: TabId }),
  continue: z.strictObject({ kind: z.literal("continue") }),
  answer_nudge: z.strictObject({ kind: z.literal("answer_nudge"), keep: z.boolean() }),
  ask: z.strictObject({ kind: z.literal("ask") }),
  announcement_read: z.strictObject({ kind: z.literal("announcement_read"), id: z.string().check(z.maxLength(40)) }),
  leave_line: z.strictObject({ kind: z.literal("leave_line") }),
  why: z.strictObject({ kind: z.literal("why") }),
  refused: z.strictObject({ kind: z.literal("refused") }),
  news: z.strictObject({ kind: z.literal("news") }),
  speaks: z.strictObject({ kind: z.literal("speaks") }),
  waiting: z.strictObject({ kind: z.literal("waiting") }),
} satisfies { [Kind in PageMessage["kind"]]: z.ZodMiniType<Extract<PageMessage, { kind: Kind }>> };

const OWN = {
  refresh: z.strictObject({ kind: z.literal("refresh"), origin }),
  release: z.strictObject({ kind: z.literal("release"), origin }),
  release_tab: z.strictObject({ kind: z.literal("release_tab"), origin, browserTab: z.int() }),
  resume: z.strictObject({ kind: z.literal("resume"), origin, browserTab: z.optional(z.int()) }),
  nudge: z.strictObject({ kind: z.literal("nudge"), origin }),
  answer_nudge: z.strictObject({ kind: z.literal("answer_nudge"), origin, keep: z.boolean() }),
  hand_over: z.strictObject({
    kind: z.literal("hand_over"),
    origin,
    to: z.string().check(z.minLength(1), z.maxLength(300)),
  }),
  leave: z.strictObject({ kind: z.literal("leave"), origin }),
  why: z.strictObject({ kind: z.literal("why"), origin }),
} satisfies { [Kind in OwnMessage["kind"]]: z.ZodMiniType<Extract<OwnMessage, { kind: Kind }>> };

const PageMessages = z.discriminatedUnion("kind", [
  PAGE.hello,
  PAGE.active,
  PAGE.moves,
  PAGE.leaves,
  PAGE.bye,
  PAGE.continue,
  PAGE.answer_nudge,
  PAGE.ask,
  PAGE.announcement_read,
  PAGE.leave_line,
  PAGE.why,
  PAGE.refused,
  PAGE.news,
  PAGE.speaks,
  PAGE.waiting,
]);
const OwnMessages = z.discriminatedUnion("kind", [
  OWN.refresh,
  OWN.release,
  OWN.release_tab,
  OWN.resume,
  OWN.nudge,
  OWN.answer_nudge,
  OWN.hand_over,
  OWN.leave,
  OWN.why,
]);

/** Who sent a message, as the browser says. */
export interface Sender {
  id?: string;
  url?: string;
  frameId?: number;
  tab?: { id?: number };
}

export interface MessageRights {
  /** Of this extension. */
  id: string;
  /** The address under which the extension's own pages lie. */
  ownAddress: string;
  hosts(): Promise<readonly string[]>;
}

const NOTHING: View = { show: "nothing" };

/** Returns what the message is answered with; undefined when it is not taken from this sender. */
export function handleMessages(
  seats: Seats,
  rights: MessageRights,
  now: () => number,
  /** Looks which of the tabs are still there. */
  countTabs: () => Promise<void>,
  isOthers: IsOthers,
) {
  let judging = 0;
  /** Documents that said goodbye while one is judged. */
  const left = new Set<TabId>();
  return async (
    message: unknown,
    sender: Sender,
  ): Promise<Welcome | View | Refused | Why | Speaks | Unknown | undefined> => {
    if (sender.id !== rights.id || sender.url === undefined) return undefined;
    if (sender.url.startsWith(rights.ownAddress)) return takeOwn(message);
    const browserTab = sender.tab?.id;
    if (browserTab === undefined) return undefined;
    return takePage(message, browserTab, sender.frameId === 0 ? sender.url : null);
  };

  /** Whether the document is to be spoken for: its tab is nobody else's, and it is still there. */
  async function isServed(crm: string, browserTab: number, tab: TabId): Promise<boolean> {
    judging++;
    try {
      if (!(await isOthers(crm, browserTab, await seats.signal(crm, { kind: "tick" })))) return !left.has(tab);
      await seats.signal(crm, { kind: "removed", browserTab });
      return false;
    } finally {
      if (--judging === 0) left.clear();
    }
  }

  /** `address`: of the document, when it is the top one of its tab. */
  async function takePage(input: unknown, browserTab: number, address: string | null) {
    const message = PageMessages.safeParse(input).data;
    if (message === undefined) return undefined;
    // Work in any frame is work in its tab; which CRM that is, the tab's own document has said.
    if (message.kind === "active") {
      await seats.signalAll({ kind: "active", browserTab, ageMs: message.ageMs });
      return seats.isKnown(browserTab) ? undefined : "hello?";
    }
    if (address === null || !isOnHosts(await rights.hosts(), address)) return undefined;
    const crm = new URL(address).origin;
    switch (message.kind) {
      case "hello": {
        const { tab, refusal } = message;
        if (!(await isServed(crm, browserTab, tab))) return undefined;
        const seat = await seats.signal(crm, { kind: "hello", tab, browserTab, refusal });
        const opened = seat?.tabs.find((other) => other.page === tab);
        if (seat === null || opened === undefined) return undefined;
        return { client: seat.client, tab: opened.id, view: viewOf(seat, opened, now()) };
      }
      case "moves":
        await seats.signal(crm, { kind: "moves", browserTab, on: message.on });
        return undefined;
      case "leaves":
        await seats.signal(crm, { kind: "leaves", browserTab });
        return undefined;
      case "bye":
        if (judging > 0) left.add(message.tab);
        await seats.signal(crm, { kind: "bye", tab: message.tab });
        return undefined;
      case "continue":
        await seats.signal(crm, { kind: "continue", browserTab });
        return undefined;
      case "answer_nudge":
        await seats.signal(crm, { kind: "answer_nudge", keep: message.keep });
        return undefined;
      case "news":
        await seats.signal(crm, { kind: "news" });
        return undefined;
      case "ask":
        await seats.signal(crm, { kind: "nudge" });
        return undefined;
      case "announcement_read":
        await seats.signal(crm, { kind: "announcement_read", id: message.id });
        return undefined;
      case "leave_line":
        await seats.signal(crm, { kind: "leave" });
        return undefined;
      case "why":
        return { why: await seats.explain(crm) };
      case "refused": {
        const seat = await seats.signal(crm, { kind: "refused", browserTab });
        const tab = seat?.tabs.find((other) => other.browserTab === browserTab);
        return tab === undefined ? undefined : { hadSeat: tab.hadSeat };
      }
      case "speaks":
        return { speaks: await seats.speaksFor(crm, browserTab) };
      case "waiting": {
        const seat = await seats.signal(crm, { kind: "tick" });
        const shown = seat?.tabs.find((other) => other.browserTab === browserTab);
        return seat === null || shown === undefined ? NOTHING : viewOf(seat, shown, now());
      }
    }
  }

  async function takeOwn(input: unknown) {
    const message = OwnMessages.safeParse(input).data;
    if (message === undefined) return undefined;
    switch (message.kind) {
      case "refresh":
        await countTabs();
        await seats.signal(message.origin, { kind: "refresh" });
        return undefined;
      case "release":
        await seats.signal(message.origin, { kind: "release" });
        return undefined;
      case "release_tab":
        await seats.signal(message.origin, { kind: "release_tab", browserTab: message.browserTab });
        return undefined;
      case "resume": {
        const { browserTab } = message;
        await seats.signal(message.origin, { kind: "continue", ...(browserTab === undefined ? {} : { browserTab }) });
        return undefined;
      }
      case "nudge":
        await seats.signal(message.origin, { kind: "nudge" });
        return undefined;
      case "answer_nudge":
        await seats.signal(message.origin, { kind: "answer_nudge", keep: message.keep });
        return undefined;
      case "hand_over":
        await seats.signal(message.origin, { kind: "hand_over", to: message.to });
        return undefined;
      case "leave":
        await seats.signal(message.origin, { kind: "leave" });
        return undefined;
      case "why":
        return { why: await seats.explain(message.origin) };
    }
  }
}
