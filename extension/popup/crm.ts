/** Which CRM the popup speaks of, and how it speaks to the background. */
import type { WhySaid } from "../../shared/why.ts";
import type { OwnMessage, Why } from "../messages.ts";
import { browser } from "../ports/browser.ts";
import type { Seat } from "../seat/seat.ts";
import { mostRecent } from "../seat/standing.ts";

/** The tab in front; its address is null where it is not that of a CRM (the browser hides those from us). */
export interface Front {
  address: string | null;
  browserTab: number | null;
}

export async function frontTab(): Promise<Front> {
  const [tab] = await browser.tabs.query({ active: true, lastFocusedWindow: true });
  return { address: tab?.url ?? null, browserTab: tab?.id ?? null };
}

/** The CRM of the tab in front, else the one used last. */
export function chooseSeat(seats: readonly Seat[], address: string | null): Seat | null {
  const origin = address !== null && URL.canParse(address) ? new URL(address).origin : null;
  return seats.find((seat) => seat.origin === origin && seat.link !== "absent") ?? mostRecent(seats);
}

export async function tellBackground(message: OwnMessage): Promise<void> {
  await browser.runtime.sendMessage(message);
}

export async function openPage(address: string): Promise<void> {
  await browser.tabs.create({ url: address });
  window.close();
}

/** L19; null: the background or the seat service does not say. */
export async function askWhy(origin: string): Promise<WhySaid | null> {
  const message: OwnMessage = { kind: "why", origin };
  const answer: unknown = await browser.runtime.sendMessage(message).catch(() => null);
  return typeof answer === "object" && answer !== null && "why" in answer ? (answer as Why).why : null;
}
