/** The server that nginx asks: 204 for a session that has one of 999 seats in Redis or gets one, else 403. Prints its port. */
import { createServer } from "node:http";
import { connect } from "node:net";

const [socketPath] = process.argv.slice(2);
const SEATS = 999;
const SEAT_MS = 180_000;
const COUNT = `
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1])
if redis.call('ZSCORE', KEYS[1], ARGV[2]) or redis.call('ZCARD', KEYS[1]) < tonumber(ARGV[3]) then
  redis.call('ZADD', KEYS[1], ARGV[4], ARGV[2])
  return 1
end
return 0`;

const redis = connect(socketPath);
const waiting = [];
let heard = "";
redis.on("data", (chunk) => {
  heard += chunk.toString("latin1");
  for (;;) {
    const end = answerEnd(heard);
    if (end === -1) return;
    const answer = heard.slice(0, end);
    heard = heard.slice(end);
    waiting.shift()?.(answer);
  }
});

/** After one answer of Redis's protocol, of the kinds that are asked for here; -1: not whole yet. */
function answerEnd(text) {
  const line = text.indexOf("\r\n");
  if (line === -1) return -1;
  const end = text[0] === "$" ? line + 2 + Number(text.slice(1, line)) + 2 : line + 2;
  return end <= text.length ? end : -1;
}

function ask(...words) {
  redis.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`);
  return new Promise((resolve) => waiting.push(resolve));
}

const loaded = await ask("SCRIPT", "LOAD", COUNT);
const script = /\r\n([0-9a-f]{40})\r\n/.exec(loaded)?.[1];
if (script === undefined) throw new Error(`Redis took no script: ${loaded}`);

const server = createServer(async (request, response) => {
  const session = /larch_session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1];
  const now = Date.now();
  const answer =
    session === undefined
      ? ":0"
      : await ask("EVALSHA", script, "1", "seats", String(now), session, String(SEATS), String(now + SEAT_MS));
  response.writeHead(answer.startsWith(":1") ? 204 : 403).end();
});
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
// Ends with the benchmark, however that ends.
process.stdin.resume().on("end", () => process.exit(0));
