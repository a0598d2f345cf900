/** Callers as the Worker writes them down with each heartbeat, read once while the object is awake. */
import { BoundedMap } from "../memory/bounded-map.ts";
import type { Caller } from "./tenant-calls.ts";

const KNOWN_MAX = 20_000;

export class CallerTexts {
  readonly #known = new BoundedMap<string, Caller>(KNOWN_MAX);

  read(text: string): Caller {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const caller = JSON.parse(text) as Caller;
    this.#known.set(text, caller);
    return caller;
  }
}
