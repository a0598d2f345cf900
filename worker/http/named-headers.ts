/** Of `Headers` what looks at single ones. */
export type HeaderReader = Pick<Headers, "get" | "has">;

/**
 * The head of an answer. One runtime quirk: each look at a `Headers` crosses into the runtime, also one for a header that is
 * not there, and of some thirty that the gate looks for in an answer hardly any is. So the names are read once.
 */
export class NamedHeaders implements HeaderReader {
  /** In lower case, each once, except for `set-cookie`. */
  readonly names: readonly string[];
  readonly #headers: Headers;

  /** `headers` must not change afterwards. */
  constructor(headers: Headers) {
    this.names = [...headers.keys()];
    this.#headers = headers;
  }

  /** `name`: in lower case, as in `has`. */
  get(name: string): string | null {
    return this.has(name) ? this.#headers.get(name) : null;
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  getSetCookie(): string[] {
    return this.has("set-cookie") ? this.#headers.getSetCookie() : [];
  }
}
