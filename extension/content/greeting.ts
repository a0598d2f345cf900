/** Under which id one CRM document is known to the background, from its hello on (L6). */
import { newTab } from "../../shared/page/tab-id.ts";
import type { Welcome } from "../messages.ts";

const GREET_TRIES = 5;
const GREET_AGAIN_MS = 1_000;
/** The background has answered the first hello by then, also where it had to be started; ms. */
const KNOWN_WITHIN_MS = 5_000;

export interface GreetingPorts {
  /** The background's answer; undefined: none. */
  hello(tab: Welcome["tab"]): Promise<object | string | undefined>;
  /** It knows the document now. */
  welcome(told: Welcome): void;
  /** The extension is gone. */
  isOrphan(): boolean;
}

export class Greeting {
  readonly #ports: GreetingPorts;
  #startedAt = performance.now();
  #tab = newTab();
  #isKnown = false;
  #isGone = false;

  constructor(ports: GreetingPorts) {
    this.#ports = ports;
  }

  get tab(): Welcome["tab"] {
    return this.#tab;
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** Whether the background knows the document, or may still come to know it by its first hello. */
  get speaksFor(): boolean {
    return this.#isKnown || performance.now() - this.#startedAt < KNOWN_WITHIN_MS;
  }

  async greet(tries = GREET_TRIES): Promise<void> {
    const greeted = this.#tab;
    const answer = await this.#ports.hello(greeted);
    // On its way into the back-forward cache it still hears: a goodbye made ready now would be the next document's.
    if (greeted !== this.#tab || this.#isGone) return;
    if (typeof answer === "object" && "client" in answer) {
      this.#isKnown = true;
      this.#ports.welcome(answer as Welcome);
    } else if (tries > 1 && !this.#ports.isOrphan()) {
      setTimeout(() => void this.greet(tries - 1), GREET_AGAIN_MS);
    }
  }

  /** The document hides, for good or for the back-forward cache. */
  hide(): void {
    this.#isGone = true;
  }

  /** P3: a closed tab's id is dead, so the document goes on under another. */
  comeBack(): void {
    if (this.#ports.isOrphan()) return;
    this.#tab = newTab();
    this.#isGone = false;
    this.#isKnown = false;
    this.#startedAt = performance.now();
    void this.greet();
  }
}
