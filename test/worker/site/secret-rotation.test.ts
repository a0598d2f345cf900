/** [G3] HOTSEAT_SECRET changes while people work: nobody is signed out, and the old secret can go after a while. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import type { Env } from "../../../worker/config/config.ts";
import { nextIsolate } from "../harsh/isolates.ts";

const OLD = "the old secret of a firm and long enough for use";
const NEW = "the new secret of a firm and long enough for use";

test("[G3] the new secret before the old signs nobody out; the old one alone is nothing any more once it is gone", async () => {
  const asked: string[] = [];
  const CRM = {
    fetch: async (input: RequestInfo, init?: RequestInit) => {
      const { pathname } = new URL(new Request(input, init).url);
      asked.push(pathname);
      return pathname === "/api/me"
        ? Response.json({ id: "u1", login: "anna", name: "Anna", email: null, role: "sales", active: true })
        : new Response("page");
    },
  } as unknown as Fetcher;
  const binding = new Map([["larch_session", "s1"]]);
  const go = async (secret: string): Promise<number> => {
    const bindings: Env = { ...env, CRM, TENANT: "rotating", HOTSEAT_SECRET: secret };
    const ctx = createExecutionContext();
    const cookie = [...binding].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { cookie, accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1" };
    const request = new Request("https://crm.acme.example/contacts", { headers });
    const { worker } = nextIsolate();
    const answer = await worker.fetch(request as Parameters<typeof worker.fetch>[0], bindings, ctx);
    await waitOnExecutionContext(ctx);
    for (const set of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      binding.set(name, value);
    }
    return answer.status;
  };
  const questions = () => asked.filter((path) => path === "/api/me").length;

  expect(await go(OLD)).toBe(200);
  const before = binding.get("__Host-hotseat-pass");
  expect(questions()).toBe(1);
  // Rotated: pass and identity cookie of before are good, so nobody is asked and nothing is set.
  expect(await go(`${NEW},${OLD}`)).toBe(200);
  expect([binding.get("__Host-hotseat-pass"), questions()]).toEqual([before, 1]);
  // The pass runs out: the new one is signed with the new secret, and who it is stands in the identity cookie still.
  binding.delete("__Host-hotseat-pass");
  expect(await go(`${NEW},${OLD}`)).toBe(200);
  expect(questions()).toBe(1);
  const renewed = binding.get("__Host-hotseat-pass");
  expect(await go(NEW)).toBe(200);
  expect([binding.get("__Host-hotseat-pass"), asked.at(-1)]).toEqual([renewed, "/contacts"]);
  // A pass of the secret that went away is none: the person is asked about, not let in by it.
  binding.set("__Host-hotseat-pass", before ?? "");
  binding.delete("__Host-hotseat-who");
  expect(await go(NEW)).toBe(200);
  expect(questions()).toBe(2);
});
