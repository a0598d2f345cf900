/** G1: which paths are Hotseat's own. Asked of every request, so the common case is a few string operations. */

/** `own`: Hotseat answers. `disguised`: another spelling of an own path, answered 404 here. `crm`: the gate's. */
export type PathKind = "own" | "disguised" | "crm";

const OWN_ROOT = "/.hotseat";
const OWN_SEGMENT = ".hotseat";
/** Only a path that has one of these can be another spelling of an own path. */
const SUSPECT = /[%\\;]|\/\/|\/\.|hotseat/i;
/** No server decodes more often; what is still encoded then is no path that anybody would take for ours. */
const DECODINGS = 8;

/**
 * Sorts the path of a request's address. The CRM is never asked for a path of Hotseat's in a spelling that
 * its server or a proxy before it may undo (percent-encoding, also repeated, double and back slashes, dot
 * segments, path parameters, letter case, trailing dots, control characters): nothing that carries our name
 * may lead to two places.
 */
export function readPathKind(address: string): PathKind {
  const start = address.indexOf("/", "https://".length);
  if (start === -1) return "crm";
  if (address.startsWith(OWN_ROOT, start)) {
    const next = address[start + OWN_ROOT.length];
    if (next === undefined || next === "/" || next === "?" || next === "#") return "own";
  }
  const end = address.slice(start).search(/[?#]/);
  const path = end === -1 ? address.slice(start) : address.slice(start, start + end);
  return SUSPECT.test(path) && isDisguised(path) ? "disguised" : "crm";
}

/** Whether any reading of the path passes through a first segment that is ours. */
function isDisguised(path: string): boolean {
  const depth: string[] = [];
  for (const raw of decodeFully(path).split(/[/\\]+/)) {
    const segment = plainSegment(raw);
    if (segment === "" || segment === ".") continue;
    if (segment === "..") depth.pop();
    else if (depth.length === 0 && segment === OWN_SEGMENT) return true;
    else depth.push(segment);
  }
  return false;
}

function decodeFully(path: string): string {
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

function plainSegment(raw: string): string {
  const segment = raw
    .replace(/;.*$/s, "")
    .replace(/\p{Cc}/gu, "")
    .trim()
    .toLowerCase();
  if (segment === "." || segment === "..") return segment;
  // A loop, not a pattern for the end: that would try again at every dot of a long row.
  let end = segment.length;
  while (end > 0 && (segment[end - 1] === "." || segment[end - 1] === " ")) end--;
  return segment.slice(0, end);
}
