/** Names by which a request shows keys: sessions, tokens, passwords, somebody else's name (G2). */

/** Names of tokens against forged requests, and of what a page looks like: needed by login forms, no credential. */
export const HARMLESS_NAME = /csrf|xsrf|requestverification|antiforgery|authenticity_?token/i;

/** Fields of an address by which frameworks and products take a session or a key, without signs and case. */
const KEY_FIELD =
  /^(?:(?:php|j|aspnet|cf)?sess(?:ion)?(?:id|key|token|name)?|dolsessid\w*|m?sid|sugarsid|cftoken|(?:\w*api|access|private|personal|auth\w*|user|oauth|app|client)(?:key|token|secret)|authorization|bearer|jwt|password|passwd|pwd)$/;
/** Whether a field of the address could be a session or a key. */
export const showsKey = (query: string, named: NamedFields = NO_FIELDS): boolean =>
  query.length > 1 &&
  query
    .slice(1)
    .split(/[&;]/)
    .some((field) => isKeyField(field.split("=", 1)[0] ?? "", named));
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

/** What a preset says of fields. `linkKeys`: no keys, whatever they are called; `keyFields`: keys all the same. */
export interface NamedFields {
  linkKeys?: readonly string[] | undefined;
  keyFields?: readonly string[] | undefined;
}
const NO_FIELDS: NamedFields = {};

function isKeyField(name: string, { linkKeys, keyFields }: NamedFields): boolean {
  if (linkKeys?.includes(name) === true) return false;
  return isKey(name) || keyFields?.some((field) => plainName(field) === plainName(name)) === true;
}

/**
 * An address without the fields of its query, and the parameters of its path, that could be a session or a key.
 */
export function dropKeys(pathAndQuery: string, named: NamedFields = NO_FIELDS): string {
  const queryStart = pathAndQuery.indexOf("?");
  const path = queryStart === -1 ? pathAndQuery : pathAndQuery.slice(0, queryStart);
  const plainPath =
    path.replace(/;([^;/=]*)=?[^;/]*/g, (part, name: string) => (isKey(name) ? "" : part)).replace(IN_PATH, "") || "/";
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
  if (named.keyFields === undefined && !MAY_SHOW.test(pathAndQuery)) return null;
  if (dropKeys(pathAndQuery, named) === pathAndQuery) return null;
  const [path = ""] = pathAndQuery.split("?", 1);
  const fields = pathAndQuery
    .slice(path.length + 1)
    .split(/[&;]/)
    .filter((field) => isKeyField(nameOf(field), named) && !isOwn(readValue(field)));
  const isInPath = dropKeys(path) !== path;
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
  /(?:session(?:id)?|token|apikey|accesskey|authkey|secret|authorization|authentication|auth|(?:remote|switch|forwarded|auth\w*|web)(?:user|email)(?:name|id|email)?|impersonat\w*|onbehalfof|sudo)$|^cookie2$/;

/** Whether a header of this name, in lower case, could be a key. */
export const looksLikeKey = (name: string): boolean =>
  !HARMLESS_NAME.test(name) && (KEY_HEADER.test(plainName(name)) || isKey(name.replace(/^x-/, "")));
