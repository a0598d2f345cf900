/** G1: which paths are Hotseat's own. Asked of every request, so the common case is a few string operations. */

import { decodeFully, plainSegment } from "./path-spelling.ts";

/** `own`: Hotseat answers. `disguised`: another spelling of an own path, answered 404 here. `crm`: the gate's. */
export type PathKind = "own" | "disguised" | "crm";

const OWN_ROOT = "/.hotseat";
const OWN_SEGMENT = ".hotseat";
const OWN_NAME = "hotseat";

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
  const end = endOfSuspect(address, start);
  return end !== null && isDisguised(address.slice(start, end)) ? "disguised" : "crm";
}

/** The end of the path that begins at `start`, if it may be another spelling of an own path; null for all others. */
function endOfSuspect(address: string, start: number): number | null {
  let isSuspect = false;
  for (let at = start; at < address.length; at++) {
    switch (address[at]) {
      case "?":
      case "#":
        return isSuspect ? at : null;
      case "%":
      case "\\":
      case ";":
        isSuspect = true;
        break;
      case "/":
        isSuspect ||= address[at + 1] === "/" || address[at + 1] === ".";
        break;
      case "h":
      case "H":
        isSuspect ||= address.slice(at, at + OWN_NAME.length).toLowerCase() === OWN_NAME;
    }
  }
  return isSuspect ? address.length : null;
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
