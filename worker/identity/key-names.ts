/** Names by which a request shows keys: sessions, tokens, passwords, somebody else's name (G2). */
import { compileCookieTest } from "./cookie-names.ts";
import type { CarrierPart } from "./preset/preset-schema.ts";

/** Names of tokens against forged requests, and of what a page looks like: needed by login forms, no credential. */
export const HARMLESS_NAME = /csrf|xsrf|requestverification|antiforgery|authenticity_?token/i;

/** Fields of an address by which frameworks and products take a session or a key, without signs and case. */
const KEY_FIELD =
  /^(?:(?:php|j|aspnet|cf)?sess(?:ion)?(?:id|key|token|name)?|dolsessid\w*|m?sid|sugarsid|cftoken|(?:\w*api|access|private|personal|auth\w*|user|oauth|app|client)(?:key|token|secret)|authorization|bearer|jwt|password|passwd|pwd)$/;
/** In an address alone: as cookies these are remembered sign-ins, of which the CRM is asked. */
const TOKEN_FIELD = /^(?:jwt|bearer|refresh|remember)token$/;
/** Whether a field of the address could be a session or a key, also of one document. */
export const showsKey = (query: string, named: NamedFields = NO_FIELDS): boolean =>
  query.length > 1 &&
  query
    .slice(1)
    .split(/[&;]/)
    .some((field) => testsOf(named).isKey(field.split("=", 1)[0] ?? ""));
/** Whether a field or a cookie of this name could be a session or a key. */
export function isKey(name: string): boolean {
  const plain = plainName(name);
  return KEY_FIELD.test(plain) && !HARMLESS_NAME.test(plain);
}
/** ASP.NET's sessions and sign-ins of browsers without cookies: `/(S(…)F(…))/contacts`. */
const IN_PATH = /\/\((?:[a-z]\([^()/]*\))+\)(?=\/|$)/gi;

/** What servers make of a name: they decode what can be decoded, and some cut it at a bracket or at NUL. */
export const plainName = (name: string): string =>
  name
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/[[\0].*$/s, "")
    .replace(/[^a-z0-9]/gi, "")
    .toLowerCase();

/**
 * What a preset says of fields. `linkKeys`: no keys, whatever they are called; `keyFields`: keys all the same; `carriers`:
 * the names of their cookies are keys in an address, too, where PHP and Java servers read sessions of browsers without
 * cookies.
 */
export interface NamedFields {
  linkKeys?: readonly string[] | undefined;
  keyFields?: readonly string[] | undefined;
  carriers?: readonly (readonly CarrierPart[])[] | undefined;
}
const NO_FIELDS: NamedFields = {};

interface FieldTests {
  isKey: (name: string) => boolean;
  /** And none of one document. */
  isKeyField: (name: string) => boolean;
  /** Whether the address may show a key at all: most show none. */
  mayShow: (pathAndQuery: string) => boolean;
}

/** Made once for each preset. */
const tests = new WeakMap<NamedFields, FieldTests>();

function testsOf(named: NamedFields): FieldTests {
  const before = tests.get(named);
  if (before !== undefined) return before;
  const made = compileTests(named);
  tests.set(named, made);
  return made;
}

function compileTests({ linkKeys = [], keyFields, carriers = [] }: NamedFields): FieldTests {
  const keys = new Set(keyFields?.map(plainName));
  const parts = carriers.flat();
  const carry = parts.map(compileCookieTest);
  const carries = (name: string): boolean => carry.length > 0 && carry.some((is) => is(decodeName(name)));
  const beginnings = parts.map(beginningOf);
  const isAnyName = keyFields !== undefined || beginnings.includes(null);
  const mayShow = new RegExp([MAY_SHOW.source, ...beginnings.filter(Boolean)].join("|"), "i");
  const isAnyKey = (name: string): boolean => {
    const plain = plainName(name);
    return isKey(name) || TOKEN_FIELD.test(plain) || keys.has(plain) || carries(name);
  };
  return {
    isKey: isAnyKey,
    isKeyField: (name) => !linkKeys.includes(name) && isAnyKey(name),
    mayShow: (pathAndQuery) => isAnyName || mayShow.test(pathAndQuery),
  };
}

/**
 * How a cookie's name surely begins, in letters and digits: signs within it are spelled in more than one way. Empty: it is no
 * cookie; null: not known.
 */
function beginningOf({ cookie, cookiePattern }: CarrierPart): string | null {
  if (cookie !== undefined) return /[a-z0-9]+/i.exec(cookie)?.[0] ?? null;
  if (cookiePattern === undefined) return "";
  return cookiePattern.includes("|") ? null : (/^\^([a-z0-9]+)(?=[_[\\(])/i.exec(cookiePattern)?.[1] ?? null);
}

/** As a field's name, and not as a cookie's, where a `+` is no blank. */
const decodeName = (name: string): string =>
  name
    .replaceAll("+", " ")
    .replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const isKeyField = (name: string, named: NamedFields): boolean => testsOf(named).isKeyField(name);

/**
 * An address without the fields of its query, and the parameters of its path, that could be a session or a key.
 */
export function dropKeys(pathAndQuery: string, named: NamedFields = NO_FIELDS): string {
  const queryStart = pathAndQuery.indexOf("?");
  const path = queryStart === -1 ? pathAndQuery : pathAndQuery.slice(0, queryStart);
  const isParameter = (name: string): boolean => isKeyField(name, named);
  const plainPath =
    path.replace(/;([^;/=]*)=?[^;/]*/g, (part, name: string) => (isParameter(name) ? "" : part)).replace(IN_PATH, "") ||
    "/";
  if (queryStart === -1) return plainPath;
  const fields = pathAndQuery.slice(queryStart + 1).split(/([&;])/);
  let query = "";
  for (let at = 0; at < fields.length; at += 2) {
    const field = fields[at] ?? "";
    const [name = ""] = field.split("=", 1);
    if (isKeyField(name, named)) continue;
    query += (query === "" ? "" : (fields[at - 1] ?? "&")) + field;
  }
  return query === "" && fields.join("") !== "" ? plainPath : `${plainPath}?${query}`;
}

/** What could be keys in an address. */
export interface AddressKeys {
  /** Of its query, as they stand there. */
  fields: string;
  /** Some are parameters of its path. */
  isInPath: boolean;
  /** None but words that people use for other things, too, such as a training's `session`. */
  isOrdinary: boolean;
}

const MAY_SHOW = /[;(%]|sess|sid|key|token|secret|auth|bearer|jwt|passw|pwd/i;
const ORDINARY = /^(?:sess(?:ion)?|sid)$/;

/** null where there are none. `isOwn`: whether a value is the session's own. */
export function findAddressKeys(
  pathAndQuery: string,
  named: NamedFields = NO_FIELDS,
  isOwn: (value: string) => boolean = () => false,
): AddressKeys | null {
  if (!testsOf(named).mayShow(pathAndQuery)) return null;
  if (dropKeys(pathAndQuery, named) === pathAndQuery) return null;
  const [path = ""] = pathAndQuery.split("?", 1);
  const fields = pathAndQuery
    .slice(path.length + 1)
    .split(/[&;]/)
    .filter((field) => isKeyField(nameOf(field), named) && !isOwn(readValue(field)));
  const isInPath = dropKeys(path, named) !== path;
  if (fields.length === 0 && !isInPath) return null;
  return {
    fields: fields.join("&"),
    isInPath,
    isOrdinary: fields.every((field) => ORDINARY.test(plainName(nameOf(field)))),
  };
}

const nameOf = (field: string): string => field.split("=", 1)[0] ?? "";
const readValue = (field: string): string => new URLSearchParams(field).values().next().value ?? "";

/** Names of headers, without signs and case, by which products take a session, a key, or another person's name. */
const KEY_HEADER =
  /(?:session(?:id)?|token|apikey|accesskey|authkey|secret|authorization|authentication|auth|(?:remote|switch|forwarded|preferred|proxy|sudo|acting|effective|delegated?|auth\w*|web)(?:user|email)(?:name|id|email)?|impersonat\w*|behalfof|loginas|sudo|caller(?:object)?id|actas|runas|asuser)$|^cookie2$/;
/**
 * By these a proxy that signs people in says to the CRM behind it who they are: client certificates, Azure, AWS, Authelia,
 * authentik, Pomerium, Vouch, Shibboleth, Kong, APISIX, Traefik.
 */
const PROXY_HEADER =
  /(?:clientcert\w*|client(?:s|subject|i|issuer)?dn|client(?:verify|serial|fingerprint)|jwtassertion|clientprincipal(?:name|id|idp)?|oidc(?:data|identity)|pomeriumclaim\w*|authentik\w*|vouch(?:user|idpclaims\w*)|^shib\w*|^remote(?:name|groups)|^eppn|^x?consumer(?:username|id|customid)|^x?credentialidentifier|^x?userinfo|^x?tokensubject)$/;

/** Whether a header of this name, in lower case, could be a key. */
export function looksLikeKey(name: string): boolean {
  if (HARMLESS_NAME.test(name)) return false;
  const plain = plainName(name);
  return KEY_HEADER.test(plain) || PROXY_HEADER.test(plain) || isKey(name.replace(/^x-/, ""));
}
