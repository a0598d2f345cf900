/**
 * The floors of the house: a file imports from its own room and from the floors below. Rooms of one floor never import
 * each other, so that one door can be understood, replaced or removed without the next.
 */
import { posix } from "node:path";
import { readImports, readSource } from "./source-text.ts";

/** Path from the project's root, with forward slashes, to its text. */
export type Sources = ReadonlyMap<string, string>;

interface Place {
  house: "shared" | "worker" | "extension" | "outside";
  /** The folder within the house; files of the house's own folder are a room "". */
  room: string;
  floor: number;
}

const WORKER_ROOMS: Record<string, number> = {
  async: 1,
  http: 1,
  i18n: 1,
  ledger: 1,
  memory: 1,
  theme: 1,
  config: 2,
  audit: 3,
  pass: 3,
  identity: 4,
  registry: 4,
  tenant: 5,
  gate: 6,
  api: 6,
  admin: 6,
  site: 7,
};
const MIDDLE = 2;
const DOORS = 3;
const ROOF = 8;
const EXTENSION_ROOMS: Record<string, number> = {
  _locales: 0,
  icons: 0,
  seat: 1,
  ports: MIDDLE,
  background: DOORS,
  content: DOORS,
  popup: DOORS,
  options: DOORS,
  welcome: DOORS,
};
const FILES: Record<string, number> = {
  "worker/index.ts": ROOF,
  "extension/vite.config.ts": ROOF,
  "extension/manifest.config.ts": ROOF,
  // The extension's own wire.
  "extension/messages.ts": 0,
};

/** Null: the file lies in a room that the house does not have. */
function placeOf(path: string, roofs: ReadonlySet<string>): Place | null {
  const [house = "", ...rest] = path.split("/");
  if (house === "shared") return { house, room: "", floor: 0 };
  if (house !== "worker" && house !== "extension") return { house: "outside", room: "", floor: ROOF + 1 };
  if (rest.length === 1) {
    const floor = FILES[path] ?? (house === "worker" ? undefined : roofs.has(path) ? ROOF : MIDDLE);
    return floor === undefined ? null : { house, room: "", floor };
  }
  const room = rest[0] ?? "";
  const floor = (house === "worker" ? WORKER_ROOMS : EXTENSION_ROOMS)[room];
  return floor === undefined ? null : { house, room, floor };
}

/** What each file imports of ours, as paths from the project's root. */
export function readTargets(sources: Sources): Map<string, string[]> {
  const targets = new Map<string, string[]>();
  for (const [path, text] of sources) {
    const own = readImports(readSource(text))
      // The extension's build gives a `?script` import the name of a built file, not its code.
      .filter((specifier) => specifier.startsWith(".") && !specifier.includes("?script"))
      .map((specifier) => posix.normalize(posix.join(posix.dirname(path), specifier)));
    targets.set(path, own);
  }
  return targets;
}

/** Files directly in the extension lie on its middle floor; those that import a door, or a roof, are the roof. */
function findRoofs(targets: ReadonlyMap<string, string[]>): Set<string> {
  const roofs = new Set<string>();
  for (let before = -1; before < roofs.size; ) {
    before = roofs.size;
    for (const [path, own] of targets) {
      const place = placeOf(path, roofs);
      if (place?.room !== "" || place.house !== "extension" || place.floor !== MIDDLE) continue;
      if (own.some((target) => (placeOf(target, roofs)?.floor ?? 0) >= DOORS)) roofs.add(path);
    }
  }
  return roofs;
}

function mayImport(from: Place, to: Place): boolean {
  if (to.house === "shared") return true;
  if (from.house !== to.house) return false;
  if (to.floor !== from.floor) return to.floor < from.floor;
  return from.room === to.room || (from.house === "extension" && from.floor === MIDDLE);
}

/** A sentence for every import that goes up or across, and for every file that lies in no room. */
export function findFloorFaults(sources: Sources): string[] {
  const targets = readTargets(sources);
  const roofs = findRoofs(targets);
  const faults: string[] = [];
  for (const [path, own] of targets) {
    const from = placeOf(path, roofs);
    if (from === null) {
      faults.push(`${path} lies in a room that the house does not have`);
      continue;
    }
    for (const target of own) {
      const to = placeOf(target, roofs);
      if (to === null || !mayImport(from, to)) faults.push(`${path} must not import ${target}`);
    }
  }
  return faults;
}

const PURE = /^(?:worker\/ledger|extension\/seat)\//;
const IMPURE =
  /\b(?:Date|Math\.random|crypto|performance|fetch|async|await|Promise|setTimeout|setInterval|queueMicrotask|console|process|chrome|browser|localStorage|document|window)\b(?!\s*\??:)/g;

/** A sentence for everything on a pure floor that has a clock, chance, a network or a later. */
export function findImpurities(sources: Sources): string[] {
  const faults: string[] = [];
  for (const [path, text] of sources) {
    if (!PURE.test(path)) continue;
    const found = new Set([...readSource(text).bare.matchAll(IMPURE)].map(([word]) => word));
    for (const word of found) faults.push(`${path} is on a pure floor and uses ${word}`);
  }
  return faults;
}

const EMPTY_NAMES = new Set(["utils", "util", "helpers", "helper", "common", "manager", "service", "types", "misc"]);

/** A sentence for every file or folder whose name says nothing, or is not written in kebab-case. */
export function findNameFaults(paths: Iterable<string>): string[] {
  const faults: string[] = [];
  for (const path of paths) {
    const parts = path.split("/");
    const file = parts.pop() ?? "";
    for (const name of [...parts, file.replace(/\..*$/, "")]) {
      if (EMPTY_NAMES.has(name)) faults.push(`${path} is named ${name}, which says nothing of what it owns`);
    }
    if (!/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)*\.tsx?$/.test(file)) faults.push(`${path} is not in kebab-case`);
  }
  return faults;
}
