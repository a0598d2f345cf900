/** X1: everything that leaves the browser over an hour of work, by the real senders, and what is in none of it. */
import { beforeAll, describe, expect, test } from "vitest";
import { API, API_PATH, type ApiName } from "../../shared/protocol.ts";
import { CRM } from "./support/fake-browser.ts";
import { type Sent, workAnHour } from "./support/hour-of-work.ts";

/** What the pages of the hour are about: none of it may be sent. */
const SECRETS = ["contacts", "8812", "Zoe", "Lindström", "Offer for", "password", "hunter2", "#notes", "Enter", "?q="];

let sent: Sent[];
beforeAll(async () => {
  sent = await workAnHour();
});

describe("an hour of work in ten tabs", () => {
  test("[X1] sends to the CRM's own seat service, and nowhere else", () => {
    expect(sent.length).toBeGreaterThan(55);
    for (const { address } of sent) expect(address.startsWith(CRM + API_PATH)).toBe(true);
  });

  test("[X1] has every call in it that the background can make", () => {
    const made = new Set(sent.map(({ address }) => address.slice(CRM.length + API_PATH.length)));
    const own: readonly ApiName[] = ["status", "bye", "request"];
    // The popup asks for the status where no tab is open, the closing document says `bye`, and the refusal page requests.
    for (const name of Object.keys(API) as ApiName[]) if (!own.includes(name)) expect(made, name).toContain(name);
  });

  test("[X1] sends what the wire knows, and no field besides", () => {
    for (const { address, init } of sent) {
      const { method, body } = API[address.slice(CRM.length + API_PATH.length) as ApiName];
      expect(init.method).toBe(method);
      if (body !== null) expect(body.safeParse(JSON.parse(String(init.body))).success).toBe(true);
      expect(Object.keys(init.headers ?? {})).toEqual(body === null ? [] : ["content-type"]);
      expect(init.referrerPolicy).toBe("no-referrer");
    }
  });

  test("[X1] has no address, title, key or content in it: random ids, ages and counts, and to whom the person hands over", () => {
    const leaves = (value: unknown): unknown[] =>
      typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [value];
    for (const { address, init } of sent) {
      const body = String(init.body ?? "");
      for (const secret of SECRETS) expect(`${address} ${body}`).not.toContain(secret);
      if (address.endsWith("/hand-over")) {
        expect(JSON.parse(body)).toEqual({ to: "zoe" });
        continue;
      }
      for (const leaf of leaves(JSON.parse(body || "null")))
        expect(
          leaf === null ||
            // Keep or give.
            typeof leaf === "boolean" ||
            Number.isInteger(leaf) ||
            /^(?:client-of-crm-acme-com|document-d\d+(?:_\d+)?|button|activity)$/.test(String(leaf)),
          String(leaf),
        ).toBe(true);
      // Ages are ages: no number is a clock's.
      for (const leaf of leaves(JSON.parse(body || "null")))
        if (typeof leaf === "number") expect(leaf).toBeLessThan(1_000_000_000);
    }
  });

  test("[X2] takes at most 90 messages", () => {
    expect(sent.length).toBeLessThanOrEqual(90);
  });
});
