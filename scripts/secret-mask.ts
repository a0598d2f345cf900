/** Keeps secrets out of what a command prints. */

const SHORTEST = 4;

/** Learns secrets as they come up, and writes dots in their place, also where they stand encoded. */
export class SecretMask {
  readonly #secrets = new Set<string>();

  /** Shorter texts than four characters are no secrets: hiding them would hide everything. */
  learn(...secrets: (string | null | undefined)[]): void {
    for (const secret of secrets) {
      if (secret === null || secret === undefined || secret.length < SHORTEST) continue;
      for (const spelling of [
        secret,
        encodeURIComponent(secret),
        new URLSearchParams({ s: secret }).toString().slice(2),
      ]) {
        this.#secrets.add(spelling);
      }
      this.#secrets.add(JSON.stringify(secret).slice(1, -1));
    }
  }

  hide(text: string): string {
    const longestFirst = [...this.#secrets].sort((a, b) => b.length - a.length);
    return longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, "•••"), text);
  }
}
