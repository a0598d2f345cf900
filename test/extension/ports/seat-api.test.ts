/** How answers of a seat service, and of what is none, are read. */
import { describe, expect, test, vi } from "vitest";
import { fetchSeatApi, keptTabs } from "../../../extension/ports/seat-api.ts";
import { statusOf } from "../support/seat-script.ts";

const problem = { "content-type": "application/problem+json" };
const asked: { address: string; init: RequestInit | undefined }[] = [];
const answering = (answer: () => Response | Promise<Response>) =>
  fetchSeatApi(async (address, init) => {
    asked.push({ address: String(address), init });
    return answer();
  });
const ask = (answer: () => Response | Promise<Response>) =>
  answering(answer).ask("https://crm.acme.com", { name: "claim", body: { act: "button" } }, []);

describe("the seat service", () => {
  test("[P1] is asked with the CRM's cookies, by JSON, following nothing", async () => {
    await ask(() => Response.json(statusOf(["seated"])));
    const { address, init } = asked.at(-1) ?? {};
    expect(address).toBe("https://crm.acme.com/.hotseat/api/claim");
    expect(init).toMatchObject({
      method: "POST",
      credentials: "include",
      redirect: "manual",
      body: '{"act":"button"}',
    });
    expect(new Headers(init?.headers).get("content-type")).toBe("application/json");
  });

  test("[P4] may say more than this extension knows", async () => {
    const answer = await ask(() => Response.json({ ...statusOf(["seated"]), mood: "sunny" }));
    expect(answer).toMatchObject({ kind: "status", status: { state: "seated" } });
  });

  test.each([
    ["denied", "all_at_lunch", "no_seat"],
    ["ended", { cause: "fired", ageMs: 5, by: null, note: null }, { cause: "lost", ageMs: 5, by: null, note: null }],
    ["measure", "departments", undefined],
    ["nudge", { answerInMs: "soon" }, undefined],
    ["line", { position: "first" }, null],
  ])("[P4] may say `%s` in a way that only a later extension knows", async (part, said, read) => {
    const answer = await ask(() => Response.json({ ...statusOf(["unseated"]), [part]: said }));
    expect(answer).toMatchObject({ kind: "status", status: { state: "unseated", limit: 2 } });
    expect((answer as { status: Record<string, unknown> }).status[part]).toEqual(read);
  });

  test.each([
    ["signed_out", () => new Response("{}", { status: 401, headers: problem })],
    ["unreachable", () => new Response("{}", { status: 503, headers: problem })],
    ["unreachable", () => new Response("busy", { status: 429 })],
    ["unreachable", () => Promise.reject(new TypeError("no network"))],
    ["refused", () => new Response("{}", { status: 429, headers: problem })],
    ["refused", () => new Response("{}", { status: 403, headers: problem })],
    ["absent", () => new Response("<h1>Not found</h1>", { status: 404 })],
    ["absent", () => new Response("<h1>Welcome</h1>")],
    ["absent", () => Response.json({ state: "fine" })],
  ])("[X5] %s is an answer, never a throw", async (kind, answer) => {
    expect(await ask(answer)).toMatchObject({ kind });
  });
});

describe("a CRM whose person is signed in to containers", () => {
  const signedOut = async () => new Response("{}", { status: 401, headers: problem });
  const seated = { status: 200, type: "application/json", text: JSON.stringify(statusOf(["seated"])) };
  const beat = { name: "claim", body: { act: "button" } } as const;

  test("[X4] is asked by way of a document that answers, however many of them hang", async () => {
    vi.useFakeTimers();
    const timeout = vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
      const over = new AbortController();
      setTimeout(() => over.abort(), ms);
      return over.signal;
    });
    try {
      const hangs = (browserTab: number) => browserTab < 3;
      const api = fetchSeatApi(signedOut, {
        ask: (browserTab, _name, _body, within) =>
          hangs(browserTab)
            ? new Promise((settle) => within.addEventListener("abort", () => settle(null)))
            : Promise.resolve(seated),
      });
      const answer = api.ask("https://crm.acme.com", beat, [1, 2, 3]);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await Promise.race([answer, "none"])).toMatchObject({ kind: "status" });
      // The one that answered is asked first from then on.
      expect(await api.ask("https://crm.acme.com", beat, [1, 2, 3])).toMatchObject({ kind: "status" });
    } finally {
      timeout.mockRestore();
      vi.useRealTimers();
    }
  });

  const saidBy = (person: string) => JSON.stringify({ ...statusOf(["seated"]), person });
  const status = { name: "status", body: null } as const;

  test("[G8.12] is asked so after the background was stopped, too, whoever has signed in outside meanwhile", async () => {
    let outside = signedOut;
    const kept = keptTabs();
    const startBackground = () =>
      fetchSeatApi(() => outside(), { ask: async () => ({ ...seated, text: saidBy("Anna") }) }, kept);
    expect(await startBackground().ask("https://crm.acme.com", status, [1])).toMatchObject({ kind: "status" });
    outside = async () => new Response(saidBy("Berta"));
    const answer = await startBackground().ask("https://crm.acme.com", status, [1]);
    expect(answer).toMatchObject({ kind: "status", status: { person: "Anna" } });
  });

  test.each([
    ["unreachable", "hangs", null],
    ["signed_out", "is signed out", { status: 401, type: "application/problem+json", text: "{}" }],
  ])("[G8.12] is %s where its tab %s, and nobody else answers for it", async (kind, _, said) => {
    const kept = keptTabs();
    await kept.set("https://crm.acme.com", 1);
    const api = fetchSeatApi(async () => new Response(saidBy("Berta")), { ask: async () => said }, kept);
    expect(await api.ask("https://crm.acme.com", status, [1])).toEqual({ kind });
  });
});
