/** How servers may read a path: the same address has many spellings, and servers differ in which of them they decode. */

/** No server decodes more often; what is still encoded then is no path that anybody would take for another. */
const DECODINGS = 8;

/** The path with everything decoded that some server decodes, again and again. */
export function decodeFully(path: string): string {
  let decoded = path;
  for (let round = 0; round < DECODINGS; round++) {
    const next = decoded
      // Over-long UTF-8 of '.' and '/', which careless decoders take.
      .replace(/%c0%ae/gi, ".")
      .replace(/%c0%af/gi, "/")
      .replace(/%(?:u00)?([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    if (next === decoded) break;
    decoded = next;
  }
  return decoded;
}

/** A segment of a decoded path as the laxest server reads it: no parameters, blanks, trailing dots or capitals. */
export function plainSegment(raw: string): string {
  const segment = raw
    .replace(/;.*$/s, "")
    .replace(/\p{Cc}/gu, "")
    .trim()
    .toLowerCase();
  if (segment === "." || segment === "..") return segment;
  // A loop instead of a regular expression, which would backtrack at every dot of a long row.
  let end = segment.length;
  while (end > 0 && (segment[end - 1] === "." || segment[end - 1] === " ")) end--;
  return segment.slice(0, end);
}

/** The path as the laxest server reads it: decoded, normalised, dot segments resolved. */
export function plainPath(path: string): string {
  const segments: string[] = [];
  const decoded = decodeFully(path);
  for (const raw of decoded.split(/[/\\]+/)) {
    const segment = plainSegment(raw);
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  return `/${segments.join("/")}${segments.length > 0 && /[/\\]$/.test(decoded) ? "/" : ""}`;
}

/** Without one of these every server reads a path the same way, except for letter case. */
const SUSPECT = /[%\\;\s\p{Cc}]|\/[/.]|\.(?:\/|$)/u;
/** What stands for another place: empty, hidden and dot segments, back slashes, parameters, the path's end. */
const STRUCTURE = /[\\;?#\p{Cc}]|\/[/.]|[. ](?:\/|$)|\/ /u;

/**
 * Whether servers may read the path as another one: dot segments, doubled or back slashes, parameters, and such
 * encoded, encoded twice or wrongly. No such path counts as public, lest `/assets/..%2fcontacts` walk in by the side
 * door.
 */
export function isDoubtfulPath(path: string): boolean {
  if (!SUSPECT.test(path)) return false;
  if (STRUCTURE.test(path)) return true;
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    // Over-long UTF-8, %u002e, a stray %: servers differ in how they read these.
    return true;
  }
  // Some servers read full-width letters as the plain ones.
  return [decoded, decoded.normalize("NFKC")].some(
    (text) => text.includes("%") || STRUCTURE.test(text) || text.split("/").length !== path.split("/").length,
  );
}
