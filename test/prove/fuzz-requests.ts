/** Requests to every address: good ones, good ones with one thing broken, and such as nobody sends by mistake. */
import * as fc from "fast-check";
import type * as z from "zod/mini";
import { ADMIN_API } from "../../shared/admin-protocol.ts";
import { NativeCheck, NativeClaim, NativeRecords, NativeRelease } from "../../shared/native-protocol.ts";
import { ADMIN_PATH, AGENT_PATH, API, API_PATH, OWN_PATH, REFUSED_PATH } from "../../shared/protocol.ts";
import { broken, fitting, junk } from "./schema-values.ts";

/** What may be done to the cookies of the asker. */
export const TAMPERINGS = ["pass", "binding", "who", "session", "cut", "doubled", "swapped", "noise"] as const;

export interface Wish {
  who: "anna" | "bob" | "mona" | "sue" | "nobody";
  tampering: (typeof TAMPERINGS)[number] | null;
  /** Of a native client: the policy of its token; "forged": none that counts. */
  token: "consume" | "check" | "reserved" | "records" | "forged" | null;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

const NATIVE = { check: NativeCheck, claim: NativeClaim, release: NativeRelease, records: NativeRecords };
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"];
const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";

const mostly = <T>(usual: T, odd: fc.Arbitrary<T>, weight = 12): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });

/** Any bytes that may stand in a header. */
const headerText = fc
  .string({ unit: "binary", maxLength: 80 })
  .map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "~").trim());
const contentType = (usual: string): fc.Arbitrary<string> =>
  mostly(
    usual,
    fc.oneof(
      fc.constantFrom("", "text/plain", "application/jsonp", "multipart/form-data; boundary=x", FORM_TYPE, JSON_TYPE),
      headerText,
    ),
  );
const origin = mostly(
  "own",
  fc.oneof(
    fc.constantFrom(
      "null",
      "https://evil.example",
      "http://localhost",
      "chrome-extension://",
      "moz-extension://a/b",
      "",
    ),
    headerText,
  ),
);

const hostileHeaders: fc.Arbitrary<Record<string, string>> = fc.dictionary(
  fc.constantFrom(
    "accept",
    "accept-language",
    "authorization",
    "cf-connecting-ip",
    "forwarded",
    "if-match",
    "if-none-match",
    "range",
    "referer",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-user",
    "sec-purpose",
    "te",
    "user-agent",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-hotseat-person",
    "x-hotseat-refused",
    "x-http-method-override",
    "x-requested-with",
  ),
  fc.oneof(
    headerText,
    fc.constantFrom("navigate", "?1", "same-origin", "none", "text/html", "bytes=0-", "bytes=9-1,-,x", "*", "prefetch"),
    fc.integer({ min: 500, max: 9_000 }).map((length) => "h".repeat(length)),
  ),
  { maxKeys: 3 },
);
const moreHeaders = mostly({}, hostileHeaders, 3);

/** Broken JSON, or more of it than anybody reads. */
const brokenText: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }),
  fc.jsonValue().map((value) => JSON.stringify(value).slice(0, -1)),
  fc.integer({ min: 1_000, max: 30_000 }).map((depth) => "[".repeat(depth)),
  fc.integer({ min: 1_000, max: 30_000 }).map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
  fc.integer({ min: 65_500, max: 66_000 }).map((length) => `"${"x".repeat(length)}"`),
  fc.constantFrom("", "null", "NaN", "\ufeff{}", '{"a":1,"a":2}', '{"__proto__":{"limit":1}}', "{} {}", "1e999"),
);

const bodyOf = (schema: z.ZodMiniType): fc.Arbitrary<string | Uint8Array> => {
  const good = fitting(schema);
  const text = (value: unknown) => JSON.stringify(value) ?? "";
  return fc.oneof(
    { weight: 1, arbitrary: good.map(text) },
    { weight: 10, arbitrary: broken(good).map(text) },
    { weight: 2, arbitrary: junk.map(text) },
    { weight: 2, arbitrary: brokenText },
  );
};

const who = fc.constantFrom<Wish["who"]>("anna", "anna", "bob", "bob", "mona", "mona", "sue", "nobody");
const tampering = mostly<Wish["tampering"]>(null, fc.constantFrom(...TAMPERINGS));
const method = (usual: string): fc.Arbitrary<string> => mostly(usual, fc.constantFrom(...METHODS), 15);

/** One request to an address that takes this method and type. */
function requests(
  path: fc.Arbitrary<string> | string,
  usual: {
    method: string;
    type?: string;
    body?: fc.Arbitrary<string | Uint8Array>;
    token?: fc.Arbitrary<Wish["token"]>;
  },
): fc.Arbitrary<Wish> {
  const type = usual.type === undefined ? fc.constant("") : contentType(usual.type);
  return fc
    .record({
      who,
      tampering,
      token: usual.token ?? fc.constant(null),
      method: method(usual.method),
      path: typeof path === "string" ? fc.constant(path) : path,
      body: usual.body ?? mostly<string | Uint8Array | undefined>(undefined, brokenText),
      type,
      origin,
      more: moreHeaders,
    })
    .map(({ type, origin, more, ...rest }) => {
      const headers: Record<string, string> = { ...(origin === "" ? {} : { origin }), ...more };
      if (type !== "") headers["content-type"] = type;
      return { ...rest, headers };
    });
}

const post = (path: string, schema: z.ZodMiniType) =>
  requests(path, { method: "POST", type: JSON_TYPE, body: bodyOf(schema) });

const apiRequests = Object.entries(API).map(([name, { body }]) =>
  body === null ? requests(API_PATH + name, { method: "GET" }) : post(API_PATH + name, body),
);
const adminRequests = Object.entries(ADMIN_API).map(([name, schema]) => {
  const path = `${API_PATH}admin/${name}`;
  return schema === null ? requests(path, { method: "GET" }) : post(path, schema);
});
const token = fc.constantFrom<Wish["token"]>("consume", "check", "reserved", "records", "forged", null);
const nativeRequests = Object.entries(NATIVE).map(([name, schema]) =>
  requests(`${API_PATH}native/${name}`, { method: "POST", type: JSON_TYPE, body: bodyOf(schema), token }),
);

const field = fc.oneof(
  fc.constantFrom("anna", "1", "2", "3", "20", "-1", "0", "1e3", "999999999999", " 5 ", "", "due to month end"),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.integer({ min: 400, max: 3_000 }).map((length) => "n".repeat(length)),
);
const form = (...names: string[]): fc.Arbitrary<string | Uint8Array> =>
  fc.oneof(
    { weight: 8, arbitrary: formText(names) },
    { weight: 2, arbitrary: formText([...names, "unknown"]) },
    { weight: 2, arbitrary: formText(names.slice(1)) },
    { weight: 2, arbitrary: formText([...names, ...names.slice(0, 1)]) },
    { weight: 1, arbitrary: brokenText },
  );
const formText = (names: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(...names.map(() => field))
    .map((values) => new URLSearchParams(names.map((name, index) => [name, values[index] ?? ""])).toString());
const submit = (path: string, ...names: string[]) =>
  requests(ADMIN_PATH + path, { method: "POST", type: FORM_TYPE, body: form(...names) });
const formRequests = [
  submit("/limit", "limit", "version"),
  submit("/idle-timeout", "minutes", "version"),
  submit("/free", "holder", "note"),
];

/** Anything that may stand in the first line of a request. */
const pathText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "/",
        "//",
        "/..",
        "/.",
        "\\",
        "%",
        "%2f",
        "%5C",
        "%00",
        "%zz",
        "%2e%2e",
        ";",
        "?",
        "#",
        "&",
        "=",
        "+",
      ),
      fc.constantFrom(
        ".hotseat",
        "%2ehotseat",
        ".HOTSEAT",
        "api",
        "admin",
        "claim",
        "contacts",
        "login",
        "logout",
        "assets",
      ),
      fc.webSegment({ size: "-1" }),
      fc.integer({ min: 300, max: 3_000 }).map((length) => "p".repeat(length)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => `/${parts.join("")}`);
const query = fc.oneof(
  fc.constantFrom("", "?", "?live", "?page=2", "?page=-1", "?page=1e9", "?holder=anna", "?done=limit"),
  fc.webQueryParameters().map((text) => `?${text}`),
);
const pageRequests = [
  ADMIN_PATH,
  `${ADMIN_PATH}/refusals`,
  `${ADMIN_PATH}/free`,
  AGENT_PATH,
  REFUSED_PATH,
  `${ADMIN_PATH}.js`,
  `${OWN_PATH}health`,
  `${API_PATH}explain`,
].map((path) =>
  requests(
    query.map((text) => path + text),
    { method: "GET" },
  ),
);
const navigation = {
  accept: "text/html",
  "sec-fetch-mode": "navigate",
  "sec-fetch-dest": "document",
  "sec-fetch-user": "?1",
};
const gateRequests = [
  requests(pathText, { method: "GET" }),
  requests(
    pathText.map((path) => OWN_PATH.slice(0, -1) + path),
    { method: "POST", type: JSON_TYPE },
  ),
  requests("/contacts", { method: "GET" }),
  requests("/contacts", { method: "GET" }).map((wish) => ({ ...wish, headers: { ...navigation, ...wish.headers } })),
  requests("/contacts", { method: "POST", type: JSON_TYPE, body: brokenText }),
];

/** By where they go, so that a report can say how many went where. */
export const REQUESTS: Record<string, fc.Arbitrary<Wish>> = {
  API: fc.oneof(...apiRequests),
  administration: fc.oneof(...adminRequests, ...adminRequests.slice(1, 5)),
  "native clients": fc.oneof(...nativeRequests),
  forms: fc.oneof(...formRequests),
  pages: fc.oneof(...pageRequests),
  gate: fc.oneof(...gateRequests),
};
