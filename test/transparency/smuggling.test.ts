/** [G1] Requests of doubtful framing: no second request reaches the CRM inside a first, with or without a seat. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OddGate, SESSION, startOddGate } from "./odd-gate.ts";

let odd: OddGate;
beforeAll(async () => {
  odd = await startOddGate();
}, 60_000);
afterAll(() => odd.close());

const answersIn = (said: string): number => said.match(/HTTP\/1\.1 \d/g)?.length ?? 0;

/** Writes bytes and reads until the gate closes, or has answered so often and is silent then. */
function write(bytes: string, answers = 1): Promise<string> {
  const { hostname, port } = new URL(odd.origin);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes, "latin1"));
    let said = "";
    const done = () => {
      socket.destroy();
      resolve(said);
    };
    socket.setTimeout(400, () => {
      if (answersIn(said) >= answers) done();
    });
    socket.on("data", (chunk: Buffer) => {
      said += chunk.toString("latin1");
    });
    socket.on("close", done);
    socket.on("error", done);
  });
}

const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
const lines = (...headers: string[]) => ["POST /echo HTTP/1.1", "Host: crm.acme.example", ...headers].join("\r\n");

describe("[G1] request smuggling shapes", () => {
  test.each<[string, (cookie: string) => string]>([
    [
      "a length and chunks",
      (cookie) =>
        `${lines(cookie, `Content-Length: ${SMUGGLED.length + 5}`, "Transfer-Encoding: chunked")}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      "chunks and a shorter length",
      (cookie) => `${lines(cookie, "Transfer-Encoding: chunked", "Content-Length: 4")}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      "two lengths",
      (cookie) => `${lines(cookie, "Content-Length: 0", `Content-Length: ${SMUGGLED.length}`)}\r\n\r\n${SMUGGLED}`,
    ],
    ["a list of lengths", (cookie) => `${lines(cookie, `Content-Length: 0, ${SMUGGLED.length}`)}\r\n\r\n${SMUGGLED}`],
    ["a length with a sign", (cookie) => `${lines(cookie, `Content-Length: +${SMUGGLED.length}`)}\r\n\r\n${SMUGGLED}`],
    [
      "an encoding of another name",
      (cookie) => `${lines(cookie, "Transfer-Encoding: xchunked", "Content-Length: 0")}\r\n\r\n${SMUGGLED}`,
    ],
    [
      "two encodings",
      (cookie) =>
        `${lines(cookie, "Transfer-Encoding: chunked", "Transfer-Encoding: identity")}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      "a blank before the colon",
      (cookie) => `${lines(cookie, "Transfer-Encoding : chunked", "Content-Length: 5")}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      "a folded header",
      (cookie) => `${lines(cookie, "Transfer-Encoding:\r\n chunked", "Content-Length: 5")}\r\n\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      "bare line feeds",
      (cookie) =>
        lines(cookie, "X: 1\nTransfer-Encoding: chunked", "Content-Length: 5").concat(`\r\n\r\n0\r\n\r\n${SMUGGLED}`),
    ],
    [
      "a chunk of a size that is none",
      (cookie) => `${lines(cookie, "Transfer-Encoding: chunked")}\r\n\r\n0x5\r\nabcde\r\n0\r\n\r\n${SMUGGLED}`,
    ],
    [
      "a line break in a path",
      (cookie) => `POST /echo%0d%0aX:%20y HTTP/1.1\r\nHost: x\r\n${cookie}\r\nContent-Length: 0\r\n\r\n`,
    ],
  ])("%s", async (_, make) => {
    for (const cookie of [`Cookie: ${SESSION}`, `Cookie: ${odd.seated}`, "X-None: 1"]) {
      const before = odd.crm.asked.length;
      await write(make(cookie));
      const seen = odd.crm.asked.slice(before).filter((line) => !line.includes("/whoami"));
      // One request was sent, or two that the gate took for two: then it judged the second by itself, as a stranger's.
      const inside = seen.filter((line) => line.includes("smuggled"));
      if (inside.length > 0) expect(answersIn(await write(make(cookie), 2))).toBeGreaterThanOrEqual(2);
      expect(seen.length).toBeLessThanOrEqual(2);
    }
  });

  test("what is smuggled behind a seated request has no seat of its own", async () => {
    const before = odd.crm.asked.length;
    await write(
      `${lines(`Cookie: ${odd.seated}`, "Content-Length: 0")}\r\n\r\nGET /second HTTP/1.1\r\nHost: x\r\nCookie: sid=nobody2\r\n\r\n`,
      2,
    );
    const seen = odd.crm.asked.slice(before);
    // The second is a request like any other: whose it is was asked before it went on.
    expect(seen.indexOf("GET /whoami")).toBeLessThan(seen.indexOf("GET /second"));
  });
});
