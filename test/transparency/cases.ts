/** Requests that must come to the CRM, and answers that must come back, as if no gate were there (G1). */

export interface Case {
  method?: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer;
  /** Sends the body in chunks, without a length. */
  chunked?: boolean;
}

const answer = (status: number, headers: string[] = [], body?: string): Case => {
  const query = new URLSearchParams({ status: String(status) });
  for (const line of headers) query.append("header", line);
  if (body !== undefined) query.set("body", body);
  return { path: `/answer?${query}` };
};
const methods = (names: string[], body?: string): Record<string, Case> =>
  Object.fromEntries(
    names.map((method) => [`method ${method}`, { method, path: "/echo", ...(body === undefined ? {} : { body }) }]),
  );
const statuses = (codes: number[]): Record<string, Case> =>
  Object.fromEntries(codes.map((code) => [`status ${code}`, answer(code, ["content-type: text/plain"], "said")]));
const bare = (codes: number[]): Record<string, Case> =>
  Object.fromEntries(codes.map((code) => [`status ${code} without content`, answer(code, ['etag: "x"'])]));

export const CASES: Record<string, Case> = {
  ...methods(["GET", "DELETE", "OPTIONS"]),
  ...methods(["POST", "PUT", "PATCH"], "some content"),
  "method HEAD of a file": { method: "HEAD", path: "/file" },
  "method DELETE with a body": { method: "DELETE", path: "/echo", body: "why" },
  "method PROPFIND": { method: "PROPFIND", path: "/echo", headers: { depth: "1" } },
  ...statuses([200, 202, 203, 400, 403, 404, 405, 409, 410, 418, 422, 429, 500, 501, 502, 503, 504, 599]),
  ...bare([204, 205, 304]),
  "status 401 with several challenges": answer(
    401,
    ['WWW-Authenticate: Basic realm="a"', 'WWW-Authenticate: Bearer realm="b", error="x"'],
    "no",
  ),
  "status 429 with Retry-After": answer(429, ["retry-after: 120"], "slow down"),
  "status 201 with a relative Location": answer(201, ["location: /contacts/7"], "made"),
  ...Object.fromEntries(
    [301, 302, 303, 307, 308].map((code) => [`redirect ${code}`, answer(code, ["location: /next?a=1#there"])]),
  ),
  "redirect elsewhere": answer(302, ["location: https://elsewhere.example/x?y#z"]),
  "redirect to a path without slash": answer(302, ["location: next"]),
  "redirect with a body": answer(302, ["location: /next", "content-type: text/html"], "<a href='/next'>next</a>"),
  "several cookies with Expires": answer(200, [
    "Set-Cookie: a=1; Expires=Thu, 01 Jan 2032 00:00:00 GMT; Path=/; HttpOnly",
    'Set-Cookie: b="quoted, value"; SameSite=Strict; Max-Age=60',
    "Set-Cookie: c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
  ]),
  "a cookie with a redirect": answer(303, ["location: /", "Set-Cookie: sid2=x; Path=/; Secure"]),
  "range of the beginning": { path: "/file", headers: { range: "bytes=0-9" } },
  "range of the end": { path: "/file", headers: { range: "bytes=-5" } },
  "open range": { path: "/file", headers: { range: "bytes=990-" } },
  "range that cannot be met": { path: "/file", headers: { range: "bytes=5000-" } },
  "range if unchanged": { path: "/file", headers: { range: "bytes=0-1", "if-range": '"v1"' } },
  "range if changed": { path: "/file", headers: { range: "bytes=0-1", "if-range": '"v0"' } },
  "if-none-match, the same": { path: "/file", headers: { "if-none-match": '"v1"' } },
  "if-none-match, weak": { path: "/file", headers: { "if-none-match": 'W/"v1"' } },
  "if-none-match, another": { path: "/file", headers: { "if-none-match": '"v0"' } },
  "if-modified-since": { path: "/file", headers: { "if-modified-since": "Wed, 21 Oct 2026 07:28:00 GMT" } },
  "if-match, another": { path: "/file", headers: { "if-match": '"v0"' } },
  "answer in gzip": { path: "/text", headers: { "accept-encoding": "gzip" } },
  "answer in brotli": { path: "/text", headers: { "accept-encoding": "gzip, br" } },
  "answer without encoding": { path: "/text", headers: { "accept-encoding": "identity" } },
  "upload in gzip": {
    method: "POST",
    path: "/echo",
    headers: { "content-encoding": "gzip", "content-type": "application/json" },
    body: Buffer.from("1f8b0800000000000003ab5604 00a8".replace(/ /g, ""), "hex"),
  },
  "upload in chunks": { method: "POST", path: "/echo", body: "in pieces ".repeat(1_000), chunked: true },
  "upload of 20 MB with Expect": {
    method: "PUT",
    path: "/echo",
    headers: { "content-type": "application/octet-stream", expect: "100-continue" },
    body: Buffer.alloc(20 * 1024 * 1024, 5),
  },
  "upload of 20 MB in chunks": {
    method: "POST",
    path: "/echo",
    body: Buffer.alloc(20 * 1024 * 1024, 6),
    chunked: true,
  },
  "upload of nothing": { method: "POST", path: "/echo", headers: { "content-length": "0" } },
  "upload of bytes": { method: "POST", path: "/echo", body: Buffer.from([0, 255, 13, 10, 0, 128]) },
  "a form": {
    method: "POST",
    path: "/echo",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "a=%FC&b=+x&a=2&=&c",
  },
  "a form that is looked into": {
    method: "POST",
    path: "/looked-into",
    headers: { "content-type": "application/x-www-form-urlencoded; charset=iso-8859-1" },
    body: Buffer.from("name=M\u00fcller&act=%zz", "latin1"),
  },
  "JSON that is looked into": {
    method: "PUT",
    path: "/looked-into",
    headers: { "content-type": "application/vnd.api+json" },
    body: '\ufeff{ "a" : 1e400, "a": "\\ud800" }  ',
  },
  "JSON that is none, looked into": {
    method: "PUT",
    path: "/looked-into",
    headers: { "content-type": "application/json" },
    body: Buffer.from([0x7b, 0xff, 0xfe, 0x00]),
  },
  "a multipart form": {
    method: "POST",
    path: "/echo",
    headers: { "content-type": 'multipart/form-data; boundary="x y"' },
    body: '--x y\r\nContent-Disposition: form-data; name="f"; filename="ü.bin"\r\n\r\n\0\r\n--x y--\r\n',
  },
  "path in percent-encoding": { path: "/echo/%C3%BC%20%2F%3F%23/%e4%bd%a0" },
  "path with signs": { path: "/echo/a+b;c=d,e:f@g!$&'()*~-._" },
  "path of another case and a slash at its end": { path: "/Echo/UPPER/" },
  "path with double slashes": { path: "/echo//twice///thrice" },
  "path with an encoding that is none": { path: "/echo/%zz%" },
  "query with everything": { path: "/echo?a=1&a=2&b=&c&=d&e=%26%3D&f=a+b%20c&g[]=1&h=?&i=/&%C3%BC=%FC" },
  "empty query": { path: "/echo?" },
  "long query": { path: `/echo?q=${"x".repeat(7_000)}` },
  "many headers": {
    path: "/echo",
    headers: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`x-number-${index}`, `value ${index}`])),
  },
  "long header": { path: "/echo", headers: { "x-long": "y".repeat(6_000) } },
  "empty header": { path: "/echo", headers: { "x-empty": "" } },
  "header in Latin-1": { path: "/echo", headers: { "x-latin": "M\u00fcller" } },
  "authorization of the CRM's own": { path: "/echo", headers: { authorization: "Basic YTpi" } },
  "headers of browsers": {
    path: "/echo",
    headers: {
      accept: "text/html;q=0.9, */*;q=0.1",
      "accept-language": "de-CH, fr;q=0.5",
      "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Odd/1.0",
      "x-requested-with": "XMLHttpRequest",
      "x-csrf-token": "abc==",
      dnt: "1",
      "cache-control": "no-cache",
      pragma: "no-cache",
      priority: "u=1, i",
      "sec-ch-ua": '"Odd";v="1"',
    },
  },
  "headers of answers": answer(
    200,
    [
      "Content-Security-Policy: script-src 'self' 'nonce-abc'; report-uri /csp",
      "Strict-Transport-Security: max-age=31536000",
      "Link: </a.css>; rel=preload; as=style",
      "Link: </b.js>; rel=preload; as=script",
      "X-Powered-By: PHP/8.3",
      "Server-Timing: db;dur=53",
      "Content-Disposition: attachment; filename=\"a.pdf\"; filename*=UTF-8''%e2%82%ac.pdf",
      "Content-Language: fr",
      "X-Frame-Options: SAMEORIGIN",
      "Vary: Accept, Cookie",
      "X-Status-Reason: M\u00fcller",
      "Access-Control-Allow-Origin: *",
    ],
    "{}",
  ),
  "an answer to be stored": answer(200, ["cache-control: public, max-age=600", "age: 3", "expires: 0"], "stored"),
  "an answer without a type": answer(200, [], "untyped"),
  "an empty answer": answer(200, ["content-length: 0"]),
  "HTML asked by a script": answer(200, ["content-type: text/html", 'etag: "h"'], "<html><head></head></html>"),
  "a slow answer": { path: "/slow" },
  "an answer of 20 MB": { path: "/large" },
};
