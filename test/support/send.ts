/** One HTTP request as written, where `fetch` would put headers of its own in their place (`Sec-Fetch-Mode`). */
import { request } from "node:http";

export interface Sent {
  method?: string;
  headers?: HeadersInit;
  body?: string;
}

/** Follows nothing, decodes nothing. */
export function send(address: string | URL, { method = "GET", headers, body }: Sent = {}): Promise<Response> {
  const given = Object.fromEntries(new Headers(headers));
  if (body !== undefined) given["content-length"] = String(Buffer.byteLength(body));
  return new Promise((resolve, reject) => {
    const asked = request(address, { method, headers: given }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const taken = new Headers();
        for (let at = 0; at < answer.rawHeaders.length; at += 2) {
          taken.append(answer.rawHeaders[at] ?? "", answer.rawHeaders[at + 1] ?? "");
        }
        const status = answer.statusCode ?? 0;
        const isEmpty = status === 204 || status === 304;
        resolve(new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers: taken }));
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });
}
