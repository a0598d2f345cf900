/**
 * Maps that forget their oldest entry when full, so that no stream of strangers can grow an isolate's memory. An isolate
 * serves many tenants, each with maps of its own: together they keep no more than `MEMORY_MAX_BYTES`.
 */

/** A fifth of what Cloudflare gives an isolate (128 MB), the rest being for requests under way. */
export const MEMORY_MAX_BYTES = 24 * 1024 * 1024;

interface Entry<K, V> {
  key: K;
  value: V;
  bytes: number;
  owner: { forget(entry: Entry<K, V>): void };
}

// biome-ignore lint/suspicious/noExplicitAny: entries of maps of any kind, the oldest first.
const ages = new Set<Entry<any, any>>();
let usedBytes = 0;

/** About how much the maps of this isolate keep, in bytes. */
export const memoryInUse = (): number => usedBytes;

export interface Bounds {
  /**
   * What is kept is of a size of its own making and comes from nobody else: it is bounded by its number alone, and never
   * makes room for other maps.
   */
  isOwn?: boolean;
}

export class BoundedMap<K, V> {
  readonly #entries = new Map<K, Entry<K, V>>();
  readonly #max: number;
  readonly #isOwn: boolean;

  /** `max` is the most entries kept, at least 1. */
  constructor(max: number, { isOwn = false }: Bounds = {}) {
    this.#max = max;
    this.#isOwn = isOwn;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Sets and makes the entry the youngest. */
  set(key: K, value: V): void {
    this.delete(key);
    if (this.#entries.size >= this.#max) {
      for (const oldest of this.#entries.values()) {
        this.forget(oldest);
        break;
      }
    }
    const entry: Entry<K, V> = { key, value, bytes: this.#isOwn ? 0 : weigh(key, 0) + weigh(value, 0), owner: this };
    this.#entries.set(key, entry);
    if (this.#isOwn) return;
    ages.add(entry);
    usedBytes += entry.bytes;
    for (const oldest of ages) {
      if (usedBytes <= MEMORY_MAX_BYTES) break;
      oldest.owner.forget(oldest);
    }
  }

  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.forget(entry);
    return true;
  }

  /** For the bound over all maps. */
  forget(entry: Entry<K, V>): void {
    this.#entries.delete(entry.key);
    if (ages.delete(entry)) usedBytes -= entry.bytes;
  }
}

const DEPTH_MAX = 4;
/** What an object, an entry of a map and a number take, roughly. */
const PIECE_BYTES = 64;

/** About how many bytes a value takes; at most, where texts share their memory. */
function weigh(value: unknown, depth: number): number {
  if (typeof value === "string") return PIECE_BYTES + 2 * value.length;
  if (typeof value !== "object" || value === null || depth === DEPTH_MAX) return PIECE_BYTES;
  let bytes = PIECE_BYTES;
  for (const part of Object.values(value)) bytes += weigh(part, depth + 1);
  return bytes;
}
