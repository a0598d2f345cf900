/** [G2] Keys in a request's body, by the fields in which the preset says that the CRM takes them. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { compileKeyFields, KEYED_BODY_MAX_BYTES } from "../../../worker/gate/body-keys.ts";
import type { Preset } from "../../../worker/identity/preset/preset-schema.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { Browser } from "../../support/site/browser.ts";
import { GateSite } from "../../support/site.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const LOGINS = ["anna", "frank"];
const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";
const UPLOAD = "multipart/form-data; boundary=b";

interface Got {
  method: string;
  pathAndQuery: string;
  body: string;
  length: string | null;
}

/** A CRM that takes a login called `api_key` or `token` in a body or an address for whoever asks. */
function openKeyed(keyFields: string[] | undefined, change: (preset: Preset) => void = () => undefined) {
  const preset = structuredClone(loadPreset("demo"));
  change(preset);
  if (keyFields !== undefined) preset.keyFields = keyFields;
  const got: Got[] = [];
  const fetchCrm = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    const { pathname, search, searchParams } = new URL(request.url);
    const session = /larch_session=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? null;
    const inCookie = /\btoken=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
    const login = searchParams.get("token") ?? inCookie ?? session;
    if (pathname === "/api/me") {
      if (login === null || !LOGINS.includes(login)) return new Response("", { status: 401 });
      return Response.json({ id: login, login, name: login, role: "sales", active: true });
    }
    const { method, headers } = request;
    const body = await request.text();
    got.push({ method, pathAndQuery: pathname + search, body, length: headers.get("content-length") });
    const inBody = /(?:api_key|token)\W+(anna|frank)/.exec(body)?.[1];
    return new Response(`data of ${inBody ?? login ?? "nobody"}`);
  };
  const site = new GateSite({}, preset, fetchCrm as typeof fetch);
  const send = (browser: Browser, path: string, type: string, body: BodyInit, length?: number | null) => {
    const bytes = length ?? (typeof body === "string" ? new TextEncoder().encode(body).length : null);
    const headers: Record<string, string> = { "content-type": type, "sec-fetch-mode": "cors" };
    if (bytes !== null && length !== null) headers["content-length"] = String(bytes);
    return browser.ask(path, { method: "POST", body, headers });
  };
  return { site, got, send, anna: site.browser("anna") };
}

const part = (name: string, value: string, more = ""): string =>
  `--b\r\nContent-Disposition: form-data; name=${name}${more}\r\n\r\n${value}\r\n`;
const upload = (...parts: string[]): string => `${parts.join("")}--b--\r\n`;
const file = (chars: number) => part('"file"', "x".repeat(chars), '; filename="a.txt"\r\nContent-Type: text/plain');
const FILE = file(300_000);
/** Larger than a form with files that is read. */
const SMALL_FILE = file(17_000);

/** In pieces, as a network delivers it. */
function inPieces(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

const PARTS: [string, string][] = [
  ["a part of two names", part('"page"; name="api_key"', "frank")],
  ["a part whose header goes on in a line of its own", part('"page";\r\nname="api_key"', "frank")],
  ["a part whose name is cut by the end of a line", part('"page"; na\r\nme="api\r\n_key"', "frank")],
  ["a part whose header holds a lone CR", part('"page"; x=\r; name="api_key"', "frank")],
  ["a part whose name stands behind a form feed", part("\fapi_key", "frank")],
  ["a part that names a file as no server knows", part('"api_key"', "frank", "; filename*=utf-8''a")],
  [
    "a part whose header names itself",
    part(`"page"; x=content-disposition; ${"y".repeat(900)}; name="api_key"`, "frank"),
  ],
];

const SHOWN: [string, string, string][] = [
  ["a field of a form", FORM, "page=2&api_key=frank"],
  ["the same, encoded", FORM, "page=2&api%5Fk%65y=frank"],
  ["the same, in another spelling", FORM, "API-Key=frank"],
  ["the same, as a list", FORM, "api_key%5B%5D=frank"],
  ["JSON", JSON_TYPE, '{"page":2,"api_key":"frank"}'],
  ["the same, escaped", JSON_TYPE, '{"\\u0061pi_key":"frank"}'],
  ["JSON of a kind of its own", "application/vnd.larch+json; charset=utf-8", '{"api_key":"frank"}'],
  ["a list of objects", JSON_TYPE, '[{"page":2},{"api_key":"frank"}]'],
  ["JSON that says it is text", "text/plain;charset=UTF-8", '{"api_key":"frank"}'],
  ["JSON of no type", "", '{"api_key":"frank"}'],
  ["a part of a form", UPLOAD, upload(part('"page"', "2"), part('"api_key"', "frank"))],
  ["a part without quotes", UPLOAD, upload(part("api_key", "frank"))],
  ["what claims to be such a form and is none", UPLOAD, `x${upload(part('"api_key"', "frank"))}`],
  ["a part behind a large file", UPLOAD, upload(FILE, part('"api_key"', "frank"))],
  ["a part whose header has more than one line", UPLOAD, upload(FILE, part('"page";\r\n\tname*=api_key', "frank"))],
  [
    "a part whose header is endless",
    UPLOAD,
    upload(FILE, part(`"page"; ${"x".repeat(9_000)}; name="api_key"`, "frank")),
  ],
  ["a part in another spelling", UPLOAD, upload(FILE, part('"API.key"', "frank"))],
  ["a field further inside", JSON_TYPE, '{"data":{"rows":[[{"api_key":"frank"}]]}}'],
  ["JSON in a text of JSON", JSON_TYPE, JSON.stringify({ data: '{"api_key":"frank"}' })],
  ["JSON in a field of a form", FORM, `rest_data=${encodeURIComponent('{"api_key":"frank"}')}`],
  ["a field of a field", FORM, "data%5Bapi_key%5D=frank"],
  ["a form whose fields are parted as some servers part them", FORM, "page=2;api_key=frank"],
  ["JSON with a semicolon in a field of a form", FORM, 'rest_data={"note":"a;b","api_key":"frank"}'],
  ["parameters of JSON-RPC", "application/json-rpc", '{"method":"call","params":{"api_key":"frank"}}'],
  ["JSON line by line", "application/x-ndjson", '{"page":2}\n{"api_key":"frank"}\n'],
  ["what only other servers take for JSON", JSON_TYPE, '{"page":NaN,"api_key":"frank"}'],
  ["the same, in single quotes", JSON_TYPE, "{'api_key':'frank'}"],
  ["JSON in UTF-16", JSON_TYPE, [...'{"api_key":"frank"}'].map((sign) => `\0${sign}`).join("")],
  ["a variable of GraphQL", JSON_TYPE, '{"query":"query($k:String){me}","variables":{"api_key":"frank"}}'],
  ["an argument of GraphQL", JSON_TYPE, JSON.stringify({ query: '{me(api_key:"frank"){id}}' })],
  ["GraphQL of a type of its own", "application/graphql", '{me(api_key:"frank"){id}}'],
  ["an element of SOAP", "text/xml; charset=utf-8", "<s:Envelope><s:Header><api_key>frank</api_key></s:Header>"],
  ["one with a prefix", "application/soap+xml", '<u:api_key xsi:type="xsd:string">frank</u:api_key>'],
  ["an attribute", "application/xml", '<call page="2" api_key="frank"/>'],
  ["a member of XML-RPC", "text/xml", "<member><name>api_key</name><value>frank</value></member>"],
  ["the same, escaped", "text/xml", "<member><name>&#97;pi&#x5f;key</name><value>frank</value></member>"],
  ["the same, with a comment in it", "text/xml", "<member><name>api<!-- > -->_key</name></member>"],
  ["the same, as plain text", "text/xml", "<member><name><![CDATA[api_key]]></name></member>"],
  ["XML with entities of its own", "text/xml", '<!DOCTYPE a [<!ENTITY k "api_key">]><name>&k;</name>'],
  ["XML in a charset that hides names", "text/xml", '<?xml version="1.0" encoding="UTF-7"?><a/>'],
  ["XML of no type", "", "<api_key>frank</api_key>"],
  // As PHP reads types: up to a comma or a blank.
  ["a form whose type goes on behind a comma", `${FORM}, text/html`, "api_key=frank"],
  ["a form whose type goes on behind a blank", `${FORM} x`, "api_key=frank"],
  ["a form with parts whose type goes on behind a comma", UPLOAD.replace(";", ","), upload(part('"api_key"', "frank"))],
  // As PHP reads the headers of parts: the last name counts, and a line without a colon goes on with the one before.
  ...PARTS.flatMap(([what, key]): [string, string, string][] => [
    [what, UPLOAD, upload(key)],
    [`${what} behind a file`, UPLOAD, upload(SMALL_FILE, key)],
  ]),
];

describe("[G2] [G2.26] where the preset names fields that are keys", () => {
  it.each(SHOWN)("%s gets nowhere, beside a seat or without a session", async (_, type, body) => {
    const { site, got, send, anna } = openKeyed(["api_key"]);
    expect(await (await anna.poll("/api/deals")).text()).toBe("data of anna");
    got.length = 0;
    for (const browser of [anna, new Browser(site, {})]) {
      for (const sent of [body, inPieces(body, 1_000), inPieces(body, 61)]) {
        const answer = await send(browser, "/api/contacts", type, sent, new TextEncoder().encode(body).length);
        expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ code: "key_in_body" })]);
      }
    }
    expect(got).toEqual([]);
    expect(await (await anna.poll("/api/deals")).text()).toBe("data of anna");
  });

  it.each<[string, string, string]>([
    ["a token against forged requests", FORM, "csrf_token=frank&name=Larch"],
    ["another field", FORM, "key=frank&name=api_key"],
    ["a text about keys", JSON_TYPE, '{"note":"api_key: frank","query":"acme"}'],
    ["deep JSON", JSON_TYPE, "[".repeat(20_000) + "]".repeat(20_000)],
    ["XML about keys", "text/xml", '<?xml version="1.0" encoding="UTF-8"?><note kind="a">An api_key for Frank</note>'],
    ["a document", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "<api_key/>"],
    ["no object", JSON_TYPE, '"api_key"'],
    ["what is no JSON", JSON_TYPE, "{api_key"],
    ["a table", "text/csv", "api_key,frank"],
    ["a form with a file", UPLOAD, upload(FILE, part('"page"', "2"))],
    ["a file about keys", UPLOAD, upload(part('"file"', 'api_key name="api_key"', '; filename="k"'), FILE)],
  ])("%s passes byte for byte, with its length", async (_, type, body) => {
    const { got, send, anna } = openKeyed(["api_key"]);
    await anna.poll("/api/deals");
    for (const size of [61, 1_000, 100_000]) {
      got.length = 0;
      const { length } = new TextEncoder().encode(body);
      const answer = await send(anna, "/api/contacts", type, inPieces(body, size), length);
      expect([answer.status, got.map((one) => one.body === body)]).toEqual([200, [true]]);
    }
  });

  it.each<[string, string, number | null]>([
    ["larger than is read", "x=".padEnd(KEYED_BODY_MAX_BYTES + 1, "y"), KEYED_BODY_MAX_BYTES + 1],
    ["of no known length", "x=y", null],
  ])("a form %s gets nowhere", async (_, body, length) => {
    const { got, send, anna } = openKeyed(["api_key"]);
    await anna.poll("/api/deals");
    got.length = 0;
    const answer = await send(anna, "/api/contacts", FORM, inPieces(body, 100_000), length);
    expect([answer.status, got]).toEqual([403, []]);
  });

  // By the square of its length each of these would take minutes.
  it.each([
    ["backslashes", FORM, `a=[${"\\".repeat(KEYED_BODY_MAX_BYTES - 10)}`, "none"],
    ["one long word", "text/plain", "a".repeat(KEYED_BODY_MAX_BYTES), "none"],
    ["comments that do not end", "text/xml", `<a>${"<!--".repeat(KEYED_BODY_MAX_BYTES / 4 - 1)}`, "shown"],
    ["what may be data inside", JSON_TYPE, `[${'"[",'.repeat(KEYED_BODY_MAX_BYTES / 4 - 10)}1]`, "none"],
  ])("the largest that is read is looked through once: %s", (_, type, text, known) => {
    const bytes = new TextEncoder().encode(text).buffer as ArrayBuffer;
    const said = { json: undefined, form: null };
    const found = compileKeyFields(["api_key"])?.findIn(new Headers({ "content-type": type }), {
      bytes,
      ...said,
      likely: said,
    });
    expect(found).toBe(known);
  });

  it.each<[string, (preset: Preset) => void]>([
    ["a login", () => undefined],
    ["a login at an address of protected pages", ({ login: [login] }) => Object.assign(login ?? {}, { guarded: true })],
  ])("%s is none of these: what else it says goes nowhere, either", async (_, change) => {
    const { got, send, anna } = openKeyed(["api_key"], (preset) => {
      preset.login = [{ method: "POST", path: "/*", form: { signin: ["yes"] } }];
      change(preset);
    });
    await anna.poll("/api/deals");
    got.length = 0;
    const large = upload(part('"signin"', "yes"), SMALL_FILE, part('"api_key"', "frank"));
    for (const [type, body] of [
      [FORM, "signin=yes&api_key=frank"],
      [UPLOAD, large],
    ] as const)
      expect((await send(anna, "/api/contacts", type, body)).status).toBe(403);
    expect(got).toEqual([]);
    expect((await send(anna, "/api/contacts", FORM, "signin=yes&page=2")).status).toBe(200);
  });

  it("a request without a body is none of these", async () => {
    const { anna } = openKeyed(["api_key"]);
    await anna.poll("/api/deals");
    const headers = { "content-type": JSON_TYPE, "sec-fetch-mode": "cors" };
    expect((await anna.ask("/api/contacts/7", { method: "DELETE", headers })).status).toBe(200);
  });

  it.each([FORM, JSON_TYPE, UPLOAD, ""])("nor is one of no length, as browsers send it: %j", async (type) => {
    const { got, send, anna } = openKeyed(["api_key"]);
    await anna.poll("/api/deals");
    got.length = 0;
    const answer = await send(anna, "/api/contacts", type, "", 0);
    expect([answer.status, got]).toEqual([200, [expect.objectContaining({ body: "" })]]);
  });

  it("[G2.25] such a field of an address is a key: its owner's goes on, and nobody else's", async () => {
    const { got, anna, site } = openKeyed(["token"]);
    await anna.poll("/api/deals");
    for (const path of ["/api/contacts?page=2&token=frank", "/api/contacts?page=2&token=anna"]) await anna.poll(path);
    await new Browser(site, {}).poll("/api/contacts?page=2&token=frank");
    expect(got.slice(1).map(({ pathAndQuery }) => pathAndQuery)).toEqual([
      "/api/contacts?page=2",
      "/api/contacts?page=2&token=anna",
      "/api/contacts?page=2",
    ]);
  });
});

it("[G2.35] a cookie called like such a field makes the session another: whoever it names needs a seat", async () => {
  const { anna, site, got } = openKeyed(["token"]);
  await anna.poll("/api/deals");
  got.length = 0;
  site.tenant.refuse();
  anna.cookies.set("token", "frank");
  const answer = await anna.poll("/api/deals");
  expect([answer.headers.get("x-hotseat-refused"), got]).toEqual(["limit_reached", []]);
});

describe("[G2] [G2.27] where the preset names none", () => {
  it.each(SHOWN)("%s is not looked at", async (_, type, body) => {
    const { got, send, anna } = openKeyed(undefined);
    await anna.poll("/api/deals");
    got.length = 0;
    await send(anna, "/api/contacts", type, body);
    expect(got.map((one) => one.body === body)).toEqual([true]);
  });
});
