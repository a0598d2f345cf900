/**
 * G8: whether the background still does a document's work: it answers, and reaches the seat service. A stuck background
 * neither answers nor fails, and one whose site was taken away reaches nothing; the gate's agent speaks then.
 */

/** A background that had to be started has answered by then; ms. */
const ANSWER_WITHIN_MS = 5_000;

export class Reach {
  readonly #ask: () => Promise<boolean>;
  #isThere = true;
  /** When the question was asked that no answer has come to; null: all are answered. */
  #askedAt: number | null = null;

  constructor(ask: () => Promise<boolean>) {
    this.#ask = ask;
  }

  /** By the last answer; asks again, for the next time. */
  look(): boolean {
    const now = performance.now();
    const isSilent = this.#askedAt !== null && now - this.#askedAt > ANSWER_WITHIN_MS;
    if (isSilent) this.#isThere = false;
    if (isSilent || this.#askedAt === null) void this.#question(now);
    return this.#isThere;
  }

  async #question(now: number): Promise<void> {
    this.#askedAt = now;
    // A background that stops in the moment of the question takes it with it.
    const isThere = (await this.#ask()) || (await this.#ask());
    if (this.#askedAt !== now) return;
    this.#askedAt = null;
    this.#isThere = isThere;
  }
}
