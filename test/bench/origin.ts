/** The CRM of the benchmark, a process of its own: one page of 20 kB, said at once. Prints its port. */
import { createServer } from "node:http";

const PAGE_BYTES = 20_000;
const rows = (length: number): string => {
  let text = "";
  for (let number = 1; text.length < length; number++) {
    text += `<tr><td>${number}</td><td>Person ${number}</td><td>person${number}@acme.example</td></tr>\n`;
  }
  return text.slice(0, length);
};
const START =
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Contacts</title></head><body><table>\n';
const END = "</table></body></html>\n";
const html = Buffer.from(START + rows(PAGE_BYTES - START.length - END.length) + END);
const json = Buffer.from(
  JSON.stringify({ text: rows(PAGE_BYTES) })
    .slice(0, PAGE_BYTES - 2)
    .concat('"}'),
);
const common = { "cache-control": "private, no-cache", vary: "cookie", "x-frame-options": "SAMEORIGIN" };

/** The person of the preset for the demo CRM: the session's name is the login. */
function answerMe(cookie: string): string {
  const login = /larch_session=([\w-]+)/.exec(cookie)?.[1] ?? "";
  return JSON.stringify({ id: login, login, name: login, email: `${login}@acme.example`, role: "sales", active: true });
}

const server = createServer((request, response) => {
  request.resume();
  if (request.url === "/api/me") {
    const me = answerMe(request.headers.cookie ?? "");
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(me) }).end(me);
    return;
  }
  const isPage = request.url?.startsWith("/page") === true;
  const body = isPage ? html : json;
  response.writeHead(200, {
    "content-type": isPage ? "text/html; charset=utf-8" : "application/json",
    "content-length": body.length,
    ...common,
  });
  response.end(body);
});
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(address.port);
});
// Ends with the benchmark, however that ends.
process.stdin.resume().on("end", () => process.exit(0));
