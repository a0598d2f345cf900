/** [G10] [G3] What may change in an answer, as a table: facts of request and answer against what leaves. */
import { describe, expect, it } from "vitest";
import { acceptedEncodings } from "../../../../worker/gate/proxy/accepted-encodings.ts";
import { decideOutgoing, type Leaving, type Outgoing } from "../../../../worker/gate/proxy/outgoing.ts";

const NOW = 1_800_000_000_000;
const PAGE: Leaving = {
  method: "GET",
  destination: "document",
  encodings: "gzip, br",
  isDocument: true,
  isGated: true,
  brings: false,
  wantsScript: true,
};
const FILE: Leaving = { ...PAGE, isDocument: false, destination: "script" };

function decide(headers: Record<string, string>, leaving: Partial<Leaving> = {}, status = 200): Outgoing {
  const all = { "content-type": "text/html; charset=utf-8", ...headers };
  const body = status === 204 || status === 304 ? null : "x";
  return decideOutgoing(
    new Response(body, { status, headers: all, encodeBody: "manual" }),
    { ...PAGE, ...leaving },
    NOW,
  );
}

describe("[G10] a script goes in", () => {
  it.each([
    "text/html",
    "TEXT/HTML;charset=UTF-8",
    'text/html; charset="windows-1252"',
    "text/html; charset=Shift_JIS",
    "text/html; charset=",
    "text/html;; charset=utf-8;",
  ])("where the type is %s", (type) => expect(decide({ "content-type": type }).mayInject).toBe(true));

  it.each(["identity", "none", "utf-8"])("where the encoding %s is none", (encoding) =>
    expect(decide({ "content-encoding": encoding }).mayInject).toBe(true),
  );

  it.each(["inline", 'inline; filename="a.html"', "filename=a.html", ""])("where it is shown: %s", (disposition) =>
    expect(decide({ "content-disposition": disposition }).mayInject).toBe(true),
  );

  it.each([201, 400, 409, 422])("where a form comes back by %i", (status) =>
    expect(decide({}, { method: "POST" }, status).mayInject).toBe(true),
  );

  it.each<[string, Record<string, string>, Partial<Leaving>, number]>([
    ["an unknown charset", { "content-type": "text/html; charset=utf8mb4" }, {}, 200],
    ["a charset of the name None", { "content-type": "text/html; charset=None" }, {}, 200],
    ["UTF-16", { "content-type": "text/html; charset=UTF-16" }, {}, 200],
    ["ISO-2022-JP", { "content-type": "text/html; charset=iso-2022-jp" }, {}, 200],
    ["two charsets", { "content-type": "text/html; charset=utf-8; charset=utf-16" }, {}, 200],
    ["two types", { "content-type": "text/html, text/html; charset=utf-8" }, {}, 200],
    ["XHTML", { "content-type": "application/xhtml+xml" }, {}, 200],
    ["a type that begins alike", { "content-type": "text/html-sandboxed" }, {}, 200],
    ["a download", { "content-disposition": 'attachment; filename="a.html"' }, {}, 200],
    ["a download of a kind of its own", { "content-disposition": "file; filename=a.html" }, {}, 200],
    ["two encodings", { "content-encoding": "gzip, gzip" }, {}, 200],
    ["a part", { "content-range": "bytes 0-9/100" }, {}, 206],
    ["not modified", {}, {}, 304],
    ["an error page", {}, {}, 404],
    ["an encoding that was not asked for", { "content-encoding": "gzip" }, { encodings: "identity" }, 200],
    ["an encoding that cannot be read", { "content-encoding": "zstd" }, { encodings: "gzip, zstd" }, 200],
    ["no-transform", { "cache-control": "no-transform" }, {}, 200],
    ["HEAD", {}, { method: "HEAD" }, 200],
    ["a frame", {}, { destination: "iframe" }, 200],
    ["a page's own request", {}, { isDocument: false }, 200],
    ["a preset that wants none", {}, { wantsScript: false }, 200],
  ])("nowhere else: %s", (_, headers, leaving, status) =>
    expect(decide(headers, leaving, status).mayInject).toBe(false),
  );
});

describe("[G3] an answer may bring cookies", () => {
  const lasting = [
    { "cache-control": "public, max-age=60" },
    { "cache-control": "max-age=60" },
    { "cache-control": "private, max-age=60" },
    { "cache-control": 'private="set-cookie", max-age=60' },
    { expires: "Thu, 01 Jan 2032 00:00:00 GMT" },
    { "last-modified": "Wed, 21 Oct 2026 07:28:00 GMT" },
    { "cache-control": "max-age=0, stale-while-revalidate=86400" },
  ];
  it.each(lasting)("a page of somebody with a seat leaves as no-store, and so it may: %j", (headers) => {
    expect(decide(headers)).toMatchObject({ noStore: true, mayBring: true });
  });

  it.each([{ "cache-control": "no-store" }, { "cache-control": "no-cache" }, { "cache-control": "max-age=0" }, {}])(
    "a page that is asked for again each time stays as it is: %j",
    (headers) => expect(decide(headers)).toMatchObject({ noStore: false, mayBring: true }),
  );

  it("a page that others may be given once it was asked for leaves as no-store where it has cookies to bring", () => {
    const headers = { "cache-control": "public, max-age=0" };
    expect(decide(headers)).toMatchObject({ noStore: false, mayBring: false });
    expect(decide(headers, { brings: true })).toMatchObject({ noStore: true, mayBring: true });
    expect(decide(headers, { brings: true, isGated: false })).toMatchObject({ noStore: false, mayBring: false });
  });

  it.each<[Record<string, string>, number, boolean]>([
    [{ "cache-control": "max-age=0, stale-while-revalidate=60" }, 200, false],
    [{ "cache-control": "max-age=0, stale-if-error=60" }, 200, false],
    [{ "cache-control": "max-age=0, must-revalidate, stale-while-revalidate=60" }, 200, true],
    [{ "cache-control": "max-age=0, stale-while-revalidate=0" }, 200, true],
    [{ "cache-control": "public, max-age=60" }, 200, false],
    [{ "cache-control": "private, max-age=60" }, 200, true],
    [{ "cache-control": 'private="x-y", max-age=60' }, 200, false],
    [{ "cache-control": "private", "cdn-cache-control": "max-age=60" }, 200, false],
    [{ "cache-control": "no-store", "surrogate-control": "max-age=60" }, 200, false],
    [{ expires: "Thu, 01 Jan 2032 00:00:00 GMT" }, 200, false],
    [{ "cache-control": "max-age=0", expires: "Thu, 01 Jan 2032 00:00:00 GMT" }, 200, true],
    [{}, 200, true],
    // What is stored already may be for everybody.
    [{}, 304, false],
    [{ "cache-control": "max-age=0" }, 304, false],
    [{ "cache-control": "private" }, 304, true],
  ])("a file with %j, %i: %s", (headers, status, expected) => {
    const answer = decide({ "content-type": "text/javascript", ...headers }, FILE, status);
    expect(answer).toMatchObject({ noStore: false, mayBring: expected });
  });

  it("an answer to a form that is sent is stored by nobody, unless it says that it stands for an address", () => {
    const headers = { "cache-control": "max-age=300" };
    expect(decide(headers, { ...FILE, method: "POST" }, 303).mayBring).toBe(true);
    expect(decide({ ...headers, "content-location": "/a" }, { ...FILE, method: "POST" }).mayBring).toBe(false);
  });

  it("a page without a seat stays as it is", () => {
    const headers = { "cache-control": "public, max-age=60" };
    expect(decide(headers, { isGated: false })).toMatchObject({ noStore: false, mayBring: false });
  });
});

it.each([
  [null, "identity"],
  ["", "identity"],
  ["gzip, deflate, br, zstd", "gzip, br"],
  ["gzip", "gzip"],
  ["gzip;q=0.5, br;q=1.0", "gzip;q=0.5, br;q=1.0"],
  ["deflate", "identity"],
  ["zstd, deflate, *", "gzip, br"],
  ["gzip;q=0, *", "gzip;q=0, br"],
  ["identity;q=1, *;q=0", "identity;q=1, gzip;q=0, br;q=0"],
])("[G10] of Accept-Encoding %s the CRM is asked %s", (asked, sent) => expect(acceptedEncodings(asked)).toBe(sent));

it.each([
  ["br, gzip", "", "identity"],
  ["gzip, br", "gzip", "gzip"],
  ["gzip, br", "gzip, deflate, br, zstd", "gzip, br"],
  ["gzip, br", undefined, "gzip, br"],
  ["gzip", "br", "gzip"],
])("[G10] of Accept-Encoding %s, which the platform wrote in place of %j, the CRM is asked %s", (asked, meant, sent) =>
  expect(acceptedEncodings(asked, { cf: { clientAcceptEncoding: meant } })).toBe(sent),
);
