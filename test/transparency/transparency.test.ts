/** [G1] The same request to the CRM directly and through the gate: only Hotseat's own, documented differences show. */
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { OddCrm } from "../fixtures/odd-crm.ts";
import { CASES, type Case } from "./cases.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { type OddGate, SESSION, startOddGate } from "./odd-gate.ts";

let odd: OddGate;
let crm: OddCrm;
let gate: string;
let seated: string;
beforeAll(async () => {
  odd = await startOddGate();
  crm = odd.crm;
  gate = odd.origin;
  seated = odd.seated;
}, 60_000);
afterAll(() => odd.close());

/** Of the connection, not of the answer; `date` is the server's clock. */
const OF_THE_CONNECTION = new Set(["connection", "keep-alive", "transfer-encoding", "date"]);

/**
 * What the visitor gets, but for what belongs to the connection. A length is one however it is written, and several
 * headers of a name are one list (RFC 9110, 5.3), which a Worker writes as one; cookies are none.
 */
function seen({ status, headers, bytes, sha256, isWhole }: Exchange) {
  const lists: Record<string, string> = {};
  const cookies: string[] = [];
  for (const [name, value] of headers) {
    if (OF_THE_CONNECTION.has(name) || name === "content-length") continue;
    if (name === "set-cookie") cookies.push(value);
    else lists[name] = name in lists ? `${lists[name]}, ${value}` : value;
  }
  return { status, lists, cookies, bytes, sha256, isWhole };
}

interface Echo {
  method: string;
  url: string;
  headers: string[];
  length: number;
  sha256: string;
}

/** The documented differences of what the CRM is asked: who asks for whom, and what a Worker cannot pass on. */
const CHANGED =
  /^(?:host|connection|x-forwarded-(?:for|host|proto)|x-real-ip|expect|transfer-encoding|content-length)$/;
/** What Cloudflare's network adds to every request. */
const OF_CLOUDFLARE = /^(?:cf-|cdn-loop$|mf-)/;

function asked(text: string) {
  const { headers, ...rest } = JSON.parse(text) as Echo;
  const pairs: [string, string][] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const name = (headers[at] ?? "").toLowerCase();
    const value = headers[at + 1] ?? "";
    // A visitor who names no encoding gets none.
    if (name === "accept-encoding" && value === "identity") continue;
    if (!CHANGED.test(name) && !OF_CLOUDFLARE.test(name)) pairs.push([name, value]);
  }
  return { ...rest, headers: pairs.sort(([a], [b]) => a.localeCompare(b)) };
}

describe("[G1] transparency", () => {
  test("there are at least sixty cases", () => expect(Object.keys(CASES).length).toBeGreaterThanOrEqual(60));

  test.each(Object.entries(CASES))("%s", { timeout: 30_000 }, async (_, one: Case) => {
    const [direct, through] = [await exchange(crm.origin, one, SESSION), await exchange(gate, one, seated)];
    if (direct.text.startsWith('{"method"')) {
      expect(asked(through.text)).toEqual(asked(direct.text));
      expect(through.status).toBe(direct.status);
    } else expect(seen(through)).toEqual(seen(direct));
  });

  test("events arrive one by one, as they are sent", async () => {
    for (const [origin, cookie] of [
      [crm.origin, SESSION],
      [gate, seated],
    ] as const) {
      const response = await fetch(`${origin}/events`, { headers: { cookie } });
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      const reader = response.body?.getReader();
      for (let count = 0; count < 3; count++) {
        const { value } = (await reader?.read()) ?? {};
        expect(Buffer.from(value ?? []).toString()).toBe(`id: ${count}\ndata: event ${count}\n\n`);
        crm.nextEvent();
      }
      expect((await reader?.read())?.done).toBe(true);
    }
  });

  test("an answer that breaks off is broken off for the visitor too", async () => {
    for (const [origin, cookie] of [
      [crm.origin, SESSION],
      [gate, seated],
    ] as const) {
      const { isWhole, status } = await exchange(origin, { path: "/broken" }, cookie);
      expect([origin, status, isWhole]).toEqual([origin, 200, false]);
    }
  });

  test("a visitor who goes away ends the CRM's work", async () => {
    const stop = new AbortController();
    const response = await fetch(`${gate}/events`, { headers: { cookie: seated }, signal: stop.signal });
    await response.body?.getReader().read();
    stop.abort();
    crm.nextEvent();
    expect((await exchange(gate, { path: "/echo" }, seated)).status).toBe(200);
  });

  const open = async (origin: string, cookie: string, protocols: string[] = []) => {
    const socket = new WebSocket(`${origin.replace("http", "ws")}/socket`, protocols, { headers: { cookie } });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    const messages: unknown[] = [];
    socket.on("message", (data: Buffer, isBinary) => messages.push(isBinary ? [...data] : data.toString()));
    const closed = new Promise((resolve) => socket.once("close", (code, reason) => resolve([code, reason.toString()])));
    return { socket, messages, closed };
  };
  const both = (): [string, string][] => [
    [crm.origin, SESSION],
    [gate, seated],
  ];

  test("a WebSocket: subprotocol, texts and bytes both ways", async () => {
    for (const [origin, cookie] of both()) {
      const { socket, messages } = await open(origin, cookie, ["odd.v1", "odd.v2"]);
      expect(socket.protocol).toBe("odd.v2");
      socket.send("Grüße ✓");
      socket.send(Buffer.from([0, 1, 255]));
      await expect.poll(() => messages).toEqual(["Grüße ✓", [0, 1, 255]]);
      socket.close(1000);
    }
  });

  test.each([1000, 3000, 4001, 4999])("a WebSocket that the CRM closes with %i", async (code) => {
    for (const [origin, cookie] of both()) {
      const { socket, closed } = await open(origin, cookie);
      socket.send(`close ${code}`);
      expect(await closed).toEqual([code, "as asked"]);
    }
  });

  test.each([
    ["a close frame of code 0, as Ratchet sends it for EspoCRM", "wire 88020000", 1011],
    ["a close frame of code 999", "wire 880203e7", 1011],
    ["a close frame of code 1006, which must not be sent", "wire 880203ee", 1011],
    ["a close frame of code 5000", "wire 88021388", 1011],
    ["a close frame without a code", "wire 8800", 1005],
    ["a close frame of half a code", "wire 880103", 1005],
    ["a close frame whose reason is no UTF-8", "wire 880303e8ff", 1000],
    ["a frame that there is not", "wire 8300", 1011],
    ["an end without a close frame", "drop", 1011],
  ])("[G7.5] a WebSocket that the CRM ends by %s ends for the visitor, too", async (_, say, code) => {
    const { socket, closed } = await open(gate, seated);
    socket.on("error", () => undefined);
    socket.send(say);
    expect(await closed).toMatchObject([code, expect.any(String)]);
    await expect.poll(() => crm.sockets.at(-1)?.readyState).toBe(WebSocket.CLOSED);
  });

  test("a WebSocket that the visitor closes, with code and reason", async () => {
    for (const [origin, cookie] of both()) {
      const { socket } = await open(origin, cookie);
      const atCrm = new Promise((resolve) =>
        crm.sockets.at(-1)?.once("close", (code, reason) => resolve([code, reason.toString()])),
      );
      socket.close(4002, "enough");
      expect(await atCrm).toEqual([4002, "enough"]);
    }
  });
});

describe("[G1] the documented differences", () => {
  test("an address on the CRM's own origin becomes the public one, and a cookie's domain of its own goes", async () => {
    const query = new URLSearchParams({ status: "302" });
    query.append("header", `location: ${crm.origin}/next?a=1`);
    query.append("header", "set-cookie: a=1; Domain=127.0.0.1; Path=/");
    const host = "crm.acme.example";
    const { headers } = await exchange(gate, { path: `/answer?${query}`, headers: { host } }, seated);
    expect(Object.fromEntries(headers)).toMatchObject({
      location: `http://${host}/next?a=1`,
      "set-cookie": "a=1; Path=/",
    });
  });

  test("a cookie's domain that covers the public host stays", async () => {
    const query = new URLSearchParams([["header", "set-cookie: a=1; Domain=acme.example; Path=/"]]);
    const asked = { path: `/answer?${query}`, headers: { host: "crm.acme.example" } };
    const { headers } = await exchange(gate, asked, seated);
    expect(Object.fromEntries(headers)["set-cookie"]).toBe("a=1; Domain=acme.example; Path=/");
  });

  test("a visitor who names no encoding gets none", async () => {
    const { text } = await exchange(gate, { path: "/echo" }, seated);
    const { headers } = JSON.parse(text) as Echo;
    expect(headers[headers.findIndex((name) => /^accept-encoding$/i.test(name)) + 1]).toBe("identity");
  });

  test("Origin and Referer name the CRM's own origin; the visitor's claims of an address do not arrive", async () => {
    const headers = { origin: gate, referer: `${gate}/a?b`, forwarded: "for=6.6.6.6", "x-original-url": "/admin" };
    const { text } = await exchange(gate, { method: "POST", path: "/echo", headers, body: "x" }, seated);
    const told = Object.fromEntries(asked(text).headers);
    expect([told.origin, told.referer]).toEqual([crm.origin, `${crm.origin}/a?b`]);
    expect(told).not.toHaveProperty("forwarded");
    expect(told).not.toHaveProperty("x-original-url");
  });

  test("encodings that a Worker cannot carry are not asked for", async () => {
    const { text } = await exchange(
      gate,
      { path: "/echo", headers: { "accept-encoding": "zstd, deflate, *" } },
      seated,
    );
    expect(Object.fromEntries(asked(text).headers)["accept-encoding"]).toBe("gzip, br");
  });

  test("Hotseat's cookies do not reach the CRM", async () => {
    const { text } = await exchange(gate, { path: "/echo" }, seated);
    expect(text).not.toContain("hotseat");
    expect(Object.fromEntries(asked(text).headers).cookie).toBe(SESSION);
  });

  test("a large upload that is refused is answered once it was sent, and its connection is not reset", async () => {
    const { hostname, port } = new URL(odd.full);
    const pieces = 64;
    const piece = Buffer.alloc(64 * 1024, 1);
    const socket = connect(Number(port), hostname);
    let said = "";
    socket.on("data", (chunk: Buffer) => (said += chunk.toString("latin1")));
    const faults: unknown[] = [];
    socket.on("error", (error) => faults.push(error));
    const write = (bytes: Buffer | string) => new Promise<unknown>((resolve) => socket.write(bytes, resolve));
    const head = ["POST /echo HTTP/1.1", "Host: crm", "Cookie: sid=ben", `Content-Length: ${pieces * piece.length}`];
    await write(`${head.join("\r\n")}\r\n\r\n`);
    // Slower than a runtime waits by itself for the rest of a body that nobody reads.
    for (let sent = 0; sent < pieces; sent++) {
      expect(await write(piece)).toBeFalsy();
      await delay(30);
    }
    await expect.poll(() => said).toContain('"error":"no_seat"');
    expect(said).toMatch(/^HTTP\/1\.1 503 /);
    expect(faults).toEqual([]);
    socket.destroy();
  }, 20_000);

  test("a document that could be stored past the seat is not", async () => {
    const query = new URLSearchParams([
      ["header", "content-type: text/html"],
      ["header", "cache-control: public, max-age=43200"],
    ]);
    const document = { path: `/answer?${query}`, headers: { "sec-fetch-mode": "navigate" } };
    const { headers } = await exchange(gate, document, seated);
    expect(Object.fromEntries(headers)["cache-control"]).toBe("no-store");
  });
});
