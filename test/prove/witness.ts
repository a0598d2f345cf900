/**
 * L9 as the browsers see it: how many people hold a pass that admits them, at any moment. Knows nothing of the
 * tenant's own books.
 */
import type { HolderId } from "../../shared/ids.ts";
import { BINDING, type Browser, PASS } from "./browser.ts";
import { Violation } from "./violation.ts";

export interface SeenPass {
  holder: HolderId;
  binding: string;
  /** ms: the gate admits by it until then. */
  until: number;
}

/** What the pass in the browser says, by its own signed words; null without one. */
export function readPass(browser: Browser): SeenPass | null {
  const [payload] = (browser.cookies.get(PASS) ?? "").split(".");
  if (!payload) return null;
  // As signed, the binding has the name of its cookie.
  const { holder, jar, until } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  return { holder, binding: jar, until };
}

export class Witness {
  /** Seats that may be had: raised when a higher limit is asked for, since its answer may be lost. */
  limitAtMost: number;
  /** The most people who could work at one moment. */
  most = 0;
  /** By how many that was over the limit, had browsers gone on that never heard the answer to a hand-back. */
  mostOver = 0;
  readonly #live = new Map<Browser, SeenPass>();
  readonly #doubtful = new Map<Browser, SeenPass>();

  constructor(limit: number) {
    this.limitAtMost = limit;
  }

  /** To be called whenever the browser's cookies may have changed. Throws a `Violation`. */
  see(browser: Browser): void {
    const pass = readPass(browser);
    // A pass admits only beside its binding.
    if (pass === null || pass.binding !== browser.cookies.get(BINDING)) this.#live.delete(browser);
    else this.#live.set(browser, pass);
    this.#count();
  }

  /**
   * The browser asks to hand its passes back. From now on its seat may be somebody else's; it shows the pass no more
   * until the answer is there, and asks again when that is lost.
   */
  handsBack(browser: Browser): void {
    const pass = this.#live.get(browser);
    if (pass === undefined) return;
    this.#live.delete(browser);
    this.#doubtful.set(browser, pass);
  }

  handedBack(browser: Browser): void {
    this.#doubtful.delete(browser);
    this.see(browser);
  }

  #count(): void {
    const now = Date.now();
    const holders = new Map<string, number>();
    for (const { holder, until } of this.#live.values()) if (until > now) holders.set(holder, until);
    this.most = Math.max(this.most, holders.size);
    if (holders.size > this.limitAtMost) {
      const list = [...holders].map(([holder, until]) => `${holder} for ${until - now} ms`);
      throw new Violation(`${holders.size} people can work on ${this.limitAtMost} seats: ${list.join(", ")}`);
    }
    for (const { holder, until } of this.#doubtful.values()) if (until > now) holders.set(holder, until);
    this.mostOver = Math.max(this.mostOver, holders.size - this.limitAtMost);
  }
}
