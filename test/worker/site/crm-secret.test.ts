/** [T5] The secret between the gate and the CRM's server. */

import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import type { Env } from "../../../worker/config/config.ts";
import { readConfig } from "../../../worker/config/config.ts";
import { showSecret } from "../../../worker/site/crm-secret.ts";
import { openWorker } from "../../support/site.ts";

const SECRET = "between_gate_and_crm_and_nobody_else_0123456789";

function site(secret: string | undefined) {
  const asked: { path: string; shown: string | null; body: string }[] = [];
  const CRM = {
    fetch: async (input: RequestInfo, init?: RequestInit) => {
      const request = new Request(input, init);
      const { pathname: path } = new URL(request.url);
      asked.push({ path, shown: request.headers.get("x-hotseat-secret"), body: await request.text() });
      return path === "/api/me"
        ? Response.json({ id: "u1", login: "anna", name: "Anna", email: null, role: "sales", active: true })
        : new Response("page");
    },
  } as unknown as Fetcher;
  const bindings: Env = {
    ...env,
    CRM,
    TENANT: `secret-${secret?.length ?? 0}`,
    ...(secret === undefined ? {} : { CRM_SECRET: secret }),
  };
  return { browser: openWorker(bindings).browser("anna"), asked };
}

describe("[T5] CRM_SECRET", () => {
  test("comes with every request to the CRM: pages, uploads, who-am-I, health; never from a visitor", async () => {
    const { browser, asked } = site(SECRET);
    const planted = { "x-hotseat-secret": "planted" };
    await browser.navigate("/contacts");
    await browser.ask("/login", { headers: planted });
    await browser.ask("/api/upload", { method: "POST", body: "some bytes", headers: planted });
    await browser.ask("/.hotseat/health");
    expect(new Set(asked.map(({ path }) => path))).toEqual(
      new Set(["/api/me", "/contacts", "/login", "/api/upload", "/"]),
    );
    for (const { path, shown } of asked) expect([path, shown]).toEqual([path, SECRET]);
    expect(asked.find(({ path }) => path === "/api/upload")?.body).toBe("some bytes");
  });

  test("left out, nothing is shown", async () => {
    const { browser, asked } = site(undefined);
    await browser.ask("/login", { headers: { "x-hotseat-secret": "planted" } });
    expect(asked).toEqual([{ path: "/login", shown: null, body: "" }]);
  });

  test("no other origin sees it, whatever its name begins with", async () => {
    const seen: [string, string | null][] = [];
    const ask = showSecret(SECRET, "https://crm.acme.com", (async (input: RequestInfo, init?: RequestInit) => {
      const request = new Request(input, init);
      seen.push([request.url, request.headers.get("x-hotseat-secret")]);
      return new Response();
    }) as typeof fetch);
    const others = [
      "https://crm.acme.com.evil.example/",
      "https://crm.acme.com:8443/",
      "http://crm.acme.com/",
      "https://crm.acme.com@evil.example/",
    ];
    for (const url of others) await ask(url);
    for (const url of ["https://crm.acme.com", "https://crm.acme.com/x?y"]) await ask(url, { headers: { a: "b" } });
    await ask(new Request("https://crm.acme.com/r", { headers: { a: "b" } }));
    expect(seen.slice(0, others.length).map(([, shown]) => shown)).toEqual(others.map(() => null));
    expect(seen.slice(others.length).map(([, shown]) => shown)).toEqual([SECRET, SECRET, SECRET]);
  });

  test.each(["short", `${"x".repeat(40)}\n`, "ü".repeat(40), "x".repeat(501)])(
    "%j is refused, unrepeated",
    (secret) => {
      const wrong = { ...env, CRM_SECRET: secret };
      expect(() => readConfig(wrong)).toThrow("CRM_SECRET must be 32 to 500 visible ASCII characters");
      expect(() => readConfig(wrong)).not.toThrow(secret);
    },
  );
});
