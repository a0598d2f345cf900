/** How answers of a seat service, and of what is none, are read. */
import { describe, expect, test } from "vitest";
import { fetchSeatApi } from "../../../extension/ports/seat-api.ts";
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
