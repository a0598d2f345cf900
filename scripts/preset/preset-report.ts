/** What the trial of a preset says, line by line, with secrets hidden; and what it found. */
import type { SecretMask } from "../cli/secret-mask.ts";

export class Report {
  readonly missing: string[] = [];
  readonly warnings: string[] = [];
  readonly mask: SecretMask;
  readonly #say: (line: string) => void;

  constructor(mask: SecretMask, say: (line: string) => void) {
    this.mask = mask;
    this.#say = say;
  }

  hide = (text: string): string => this.mask.hide(text);

  title(text: string): void {
    this.#say("");
    this.#say(this.hide(text));
  }
  line(text: string): void {
    this.#say(`  ${this.hide(text)}`);
  }
  good(text: string): void {
    this.line(`✓ ${text}`);
  }
  /** The preset does not do. */
  lack(text: string): void {
    this.line(`✗ ${text}`);
    this.missing.push(this.hide(text));
  }
  /** Somebody should look at it. */
  warn(text: string): void {
    this.line(`! ${text}`);
    this.warnings.push(this.hide(text));
  }
}
