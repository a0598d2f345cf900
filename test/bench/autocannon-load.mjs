/** Reads an order (JSON, see load.ts) from stdin, sends it with autocannon, and prints what came of it as JSON. */
import { text } from "node:stream/consumers";
import autocannon from "autocannon";

const { origin, asks, seconds, connections, growing } = JSON.parse(await text(process.stdin));
let number = Date.now();
const requests = asks.map(({ method, path, headers, body }) => ({
  method,
  path,
  headers,
  ...(body === undefined ? {} : { body }),
  ...(body?.includes(growing)
    ? { setupRequest: (request) => ({ ...request, body: body.replace(growing, String(number++)) }) }
    : {}),
}));
const result = await autocannon({ url: origin, connections, duration: seconds, timeout: 10, requests });
const errors = result.errors + result.timeouts + result.non2xx;
process.stdout.write(JSON.stringify({ requests: result["2xx"], errors, duration: result.duration }));
