/** The cookies of one visitor of one host, as far as signing in to a CRM goes: no paths, no domains. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  set(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  /** Takes what an answer sets and drops what it takes back. */
  take(response: Response): string[] {
    const names: string[] = [];
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = cookie.split(";");
      const equals = pair.indexOf("=");
      const name = pair.slice(0, Math.max(0, equals)).trim();
      if (name === "") continue;
      names.push(name);
      const expires = attributes.find((part) => /^\s*expires=/i.test(part))?.split("=")[1];
      const isOver = expires !== undefined && Date.parse(expires) < Date.now();
      if (isOver || attributes.some((part) => /^\s*max-age=(?:0|-\d+)\s*$/i.test(part))) this.#cookies.delete(name);
      else this.#cookies.set(name, pair.slice(equals + 1).trim());
    }
    return names;
  }

  get names(): string[] {
    return [...this.#cookies.keys()];
  }

  get entries(): [string, string][] {
    return [...this.#cookies];
  }

  get values(): string[] {
    return [...this.#cookies.values()];
  }

  /** The Cookie header; null when there are none. */
  get header(): string | null {
    return this.#cookies.size === 0 ? null : [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }
}
