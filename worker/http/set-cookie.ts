/** What the CRM's `Set-Cookie` makes of a browser's Cookie header, as far as one request can tell (G9). */

interface SetCookie {
  name: string;
  /** `name=value` as the browser will send it. */
  pair: string;
  isOver: boolean;
  /** As the line says; null: it says none. */
  path: string | null;
}

/** The name of the cookie that a `Set-Cookie` line sets; null for none. */
export const nameSetBy = (line: string): string | null => read(line, 0)?.name ?? null;

/**
 * The Cookie header of the browser's next request to this path, after an answer with these lines. A cookie replaces all
 * of its name, though a browser keeps those of other paths and domains: then the CRM is asked once more.
 */
export function applySetCookies(
  cookie: string | null,
  lines: readonly string[],
  now: number,
  requestPath = "/",
): string | null {
  const set = new Map<string, SetCookie>();
  for (const line of lines) {
    const one = read(line, now);
    if (one !== null && (one.path === null || requestPath.startsWith(one.path))) set.set(one.name, one);
  }
  const kept: string[] = [];
  for (const piece of (cookie ?? "").split(/[;,]/)) {
    const pair = piece.trim();
    const equals = pair.indexOf("=");
    const name = (equals === -1 ? pair : pair.slice(0, equals)).trimEnd();
    if (pair !== "" && !set.has(name)) kept.push(pair);
  }
  for (const { pair, isOver } of set.values()) if (!isOver) kept.push(pair);
  return kept.length === 0 ? null : kept.join("; ");
}

/**
 * The line, so that it means the same in an answer to another path: without a `Path` a cookie belongs to the folder of
 * the path that was asked (RFC 6265, 5.1.4).
 */
export function addressSetCookie(line: string, path: string): string {
  if (/;\s*path\s*=\s*\//i.test(line)) return line;
  return `${line}; Path=${path.slice(0, Math.max(1, path.lastIndexOf("/")))}`;
}

function read(line: string, now: number): SetCookie | null {
  const [pair = "", ...attributes] = line.split(";");
  const equals = pair.indexOf("=");
  const name = pair.slice(0, Math.max(0, equals)).trim();
  if (name === "") return null;
  const value = pair.slice(equals + 1).trim();
  const path = attributes.map((attribute) => /^\s*path\s*=\s*(\/.*?)\s*$/i.exec(attribute)?.[1] ?? null);
  return {
    name,
    pair: `${name}=${value}`,
    isOver: value === "" || isOver(attributes, now),
    path: path.findLast((one) => one !== null) ?? null,
  };
}

/** Max-Age counts before Expires (RFC 6265, 5.3). */
function isOver(attributes: readonly string[], now: number): boolean {
  let expires: number | null = null;
  let maxAge: number | null = null;
  for (const attribute of attributes) {
    const [key = "", ...rest] = attribute.split("=");
    const value = rest.join("=").trim();
    if (/^\s*max-age\s*$/i.test(key) && /^-?\d+$/.test(value)) maxAge = Number(value);
    if (/^\s*expires\s*$/i.test(key)) expires = Date.parse(value);
  }
  if (maxAge !== null) return maxAge <= 0;
  return expires !== null && expires <= now;
}
