/** The Cookie header: reading one cookie fast, and taking out what is not the CRM's (G1). */

export const PASS_COOKIE = "__Host-hotseat-pass";
/** L9: the browser binding. Browsers know it by its first name, and a deployment must not take everybody's pass away. */
export const BINDING_COOKIE = "__Host-hotseat-jar";
export const WHO_COOKIE = "__Host-hotseat-who";
export const SIGN_IN_COOKIE = "__Host-hotseat-sign-in";
export const RECEIPT_COOKIE = "__Host-hotseat-receipt";
/**
 * Marks a browser that was seen to send `Sec-Fetch-User` (G4), for as long as browsers keep cookies. Not signed: it
 * only takes from a browser that its reloads count as the person's, and the person can send the header anyway.
 */
export const SENDS_USER_COOKIE = "__Host-hotseat-sends-user";

const OWN_ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Lax";
/** Values of `Set-Cookie` that mark the browser, and that take the mark away. */
export const MARK_SENDS_USER = `${SENDS_USER_COOKIE}=1; ${OWN_ATTRIBUTES}; Max-Age=34560000`;
export const UNMARK_SENDS_USER = `${SENDS_USER_COOKIE}=; ${OWN_ATTRIBUTES}; Max-Age=0`;

const OWN_PREFIX = "__Host-hotseat-";
/** Cloudflare Access's own cookies, which a proxied CRM has no business to see. */
const ACCESS_COOKIES = ["CF_Authorization", "CF_AppSession"];

const SPACE = 32;
const TAB = 9;
const EQUALS = 61;

/** Calls `visit` with the start and end of each `name=value` in the header, blanks around it left out. */
function eachCookie(header: string, visit: (start: number, end: number) => void): void {
  let at = 0;
  while (at < header.length) {
    let next = header.indexOf(";", at);
    if (next === -1) next = header.length;
    let start = at;
    while (start < next && isBlank(header.charCodeAt(start))) start++;
    let end = next;
    while (end > start && isBlank(header.charCodeAt(end - 1))) end--;
    if (end > start) visit(start, end);
    at = next + 1;
  }
}

const isBlank = (code: number): boolean => code === SPACE || code === TAB;

/**
 * The value of the cookie of this exact name. null when there is none, when it is empty, and when there are
 * several: a `__Host-` cookie exists once, so one of them was planted.
 */
export function readCookie(header: string | null, name: string): string | null {
  if (header === null || !header.includes(name)) return null;
  let found: string | null = null;
  let count = 0;
  eachCookie(header, (start, end) => {
    if (header.charCodeAt(start + name.length) !== EQUALS || !header.startsWith(name, start)) return;
    count++;
    found = header.slice(start + name.length + 1, end);
  });
  return count === 1 && found !== "" ? found : null;
}

/** All cookies whose name passes the test, as `name=value`, in the order sent. */
export function findCookies(header: string, isWanted: (name: string) => boolean): string[] {
  const found: string[] = [];
  eachCookie(header, (start, end) => {
    const equals = header.indexOf("=", start);
    if (equals > start && equals < end && isWanted(header.slice(start, equals).trimEnd())) {
      found.push(header.slice(start, end));
    }
  });
  return found;
}

/**
 * The header parted wherever a careless server parts it: at commas, and at blanks before what may be a name. Only the last of
 * several blanks is looked at: a stranger may send a hundred thousand.
 */
export const partCookies = (header: string): string => header.replace(/,|\s(?=[^\s,;=]+=)/g, ";");

/** The header without Hotseat's and Access's cookies, all other bytes as they were; null when nothing is left. */
export function stripCookies(header: string | null): string | null {
  if (header === null || (!header.includes(OWN_PREFIX) && !header.includes("CF_A"))) return header;
  const kept: string[] = [];
  let at = 0;
  for (;;) {
    const next = header.indexOf(";", at);
    const piece = withoutJoined(header.slice(at, next === -1 ? header.length : next));
    if (piece !== null && !isForeignToCrm(piece.trimStart())) kept.push(piece);
    if (next === -1) break;
    at = next + 1;
  }
  // A first piece that was a later one brings its blank along.
  const rest = kept.join(";").trimStart();
  return rest === "" ? null : rest;
}

/** Whether the line, a `name=value` or a `Set-Cookie`, is about a cookie of Hotseat's. */
export const isOwnCookie = (line: string): boolean => line.trimStart().startsWith(OWN_PREFIX);

/** Several Cookie headers reach us joined by commas: what is not the CRM's may stand behind one. null: nothing is left. */
function withoutJoined(piece: string): string | null {
  if (!piece.includes(",")) return piece;
  const parts = piece.split(",");
  const kept = parts.filter((part) => !isForeignToCrm(part.trimStart()));
  if (kept.length === parts.length) return piece;
  return kept.length === 0 ? null : kept.join(",");
}

function isForeignToCrm(cookie: string): boolean {
  return cookie.startsWith(OWN_PREFIX) || ACCESS_COOKIES.some((name) => cookie.startsWith(`${name}=`));
}
