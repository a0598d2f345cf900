/** Tabs of Firefox's containers that are signed in as somebody else (G8). */
import { expect, test } from "vitest";
import { otherPersons } from "../../../extension/background/other-persons.ts";
import { fetchSeatApi } from "../../../extension/ports/seat-api.ts";
import type { Seat } from "../../../extension/seat/seat.ts";
import { freshSeat, statusOf } from "../support/seat-script.ts";

const CRM = "https://crm.acme.com";
const said = (person: string) => JSON.stringify({ ...statusOf(["seated"]), person });

/** `outside`: who is signed in outside containers; `tabs`: who in which tab. null: nobody. */
function browserWith(outside: string | null, tabs: Record<number, string | null>) {
  const asked: string[] = [];
  const kept = new Map<string, boolean>();
  const network = { isDown: false };
  const api = fetchSeatApi(
    async () => {
      asked.push("outside");
      if (network.isDown) throw new TypeError("no network");
      return outside === null ? new Response("{}", { status: 401 }) : new Response(said(outside));
    },
    {
      ask: async (browserTab) => {
        asked.push(String(browserTab));
        const person = tabs[browserTab];
        return person == null
          ? { status: 401, type: "application/problem+json", text: "{}" }
          : { status: 200, type: "application/json", text: said(person) };
      },
    },
  );
  const isOthers = otherPersons(api, {
    isOthers: async (origin, browserTab) => kept.get(`${origin} ${browserTab}`),
    remember: async (origin, browserTab, is) => void kept.set(`${origin} ${browserTab}`, is),
  });
  return {
    isOthers: (browserTab: number, seat: Seat | null, crm = CRM) => isOthers(crm, browserTab, seat),
    asked,
    network,
  };
}

function seatOf(person: string, ...browserTabs: number[]): Seat {
  const tabs = browserTabs.map((browserTab) => ({ browserTab }) as Seat["tabs"][number]);
  return { ...freshSeat(), status: { ...statusOf(["seated"]), person }, tabs };
}

test("[G8.11] a tab of another person beside whoever is signed in outside containers", async () => {
  const { isOthers, asked } = browserWith("Anna", { 1: "Anna", 2: "Berta" });
  expect(await isOthers(1, null)).toBe(false);
  expect(await isOthers(2, seatOf("Anna", 1))).toBe(true);
  // A tab's container never changes, so it is asked once.
  const before = asked.length;
  expect(await isOthers(2, seatOf("Anna", 1))).toBe(true);
  expect(asked.length).toBe(before);
});

test("[G8.11] of two containers, the one whose tab came first is spoken for", async () => {
  const { isOthers } = browserWith(null, { 1: "Anna", 2: "Berta", 3: "Anna" });
  expect(await isOthers(1, null)).toBe(false);
  expect(await isOthers(2, seatOf("Anna", 1))).toBe(true);
  expect(await isOthers(3, seatOf("Anna", 1))).toBe(false);
});

test("[G8.11] another person at the same desk is nobody else's tab", async () => {
  // Berta has signed in where Anna was, in the same cookies; the seat still shows Anna's status.
  expect(await browserWith("Berta", { 2: "Berta" }).isOthers(2, seatOf("Anna", 1))).toBe(false);
  expect(await browserWith(null, { 1: "Berta", 2: "Berta" }).isOthers(2, seatOf("Anna", 1))).toBe(false);
});

test("[G8.11] a login page is not judged yet", async () => {
  const tabs: Record<number, string | null> = { 2: null };
  const { isOthers } = browserWith("Anna", tabs);
  expect(await isOthers(2, seatOf("Anna", 1))).toBe(false);
  tabs[2] = "Berta";
  expect(await isOthers(2, seatOf("Anna", 1, 2))).toBe(true);
});

test("[G8.11] [X5] a failure that passes makes a tab nobody else's", async () => {
  const { isOthers, network } = browserWith("Anna", { 1: "Anna" });
  network.isDown = true;
  expect(await isOthers(1, null)).toBe(false);
  network.isDown = false;
  expect(await isOthers(1, null)).toBe(false);
});

test("[G8.11] what a tab is for one CRM says nothing of another", async () => {
  const { isOthers } = browserWith(null, { 1: "Anna", 2: "Berta" });
  expect(await isOthers(2, seatOf("Anna", 1))).toBe(true);
  expect(await isOthers(2, null, "https://other.acme.com")).toBe(false);
});
