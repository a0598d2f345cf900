/** One exchange on the wire, as bytes: what came back, and how it ended. */
import { createHash } from "node:crypto";
import { request } from "node:http";
import type { Case } from "./cases.ts";

export interface Exchange {
  status: number;
  /** In lower case; several of a name stay several, in their order. */
  headers: [string, string][];
  bytes: number;
  sha256: string;
  /** The body as text, where it is short. */
  text: string;
  /** Whether it came whole. */
  isWhole: boolean;
}

const SHORT = 64 * 1024;

export function exchange(origin: string, asked: Case, cookie: string): Promise<Exchange> {
  const { method = "GET", path, body, chunked = false } = asked;
  const headers: Record<string, string | string[]> = { "sec-fetch-mode": "cors", cookie, ...asked.headers };
  if (body !== undefined && !chunked) headers["content-length"] = String(Buffer.byteLength(body));
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      const hash = createHash("sha256");
      const chunks: Buffer[] = [];
      let bytes = 0;
      const finish = (isWhole: boolean) => {
        const taken: [string, string][] = [];
        for (let at = 0; at < answer.rawHeaders.length; at += 2) {
          taken.push([(answer.rawHeaders[at] ?? "").toLowerCase(), answer.rawHeaders[at + 1] ?? ""]);
        }
        const text = bytes <= SHORT ? Buffer.concat(chunks).toString("latin1") : "";
        resolve({ status: answer.statusCode ?? 0, headers: taken, bytes, sha256: hash.digest("hex"), text, isWhole });
      };
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        hash.update(chunk);
        if (bytes <= SHORT) chunks.push(chunk);
      });
      answer.once("end", () => finish(true));
      answer.once("error", () => finish(false));
    });
    sent.on("error", reject);
    if (body === undefined) sent.end();
    else if (headers.expect === undefined) writeInPieces(sent, body, chunked);
    else sent.once("continue", () => writeInPieces(sent, body, chunked));
  });
}

function writeInPieces(sent: ReturnType<typeof request>, body: string | Buffer, chunked: boolean): void {
  if (!chunked) return void sent.end(body);
  const bytes = Buffer.from(body as string);
  const half = Math.floor(bytes.length / 2);
  sent.write(bytes.subarray(0, half));
  setTimeout(() => sent.end(bytes.subarray(half)), 20);
}
