/** What clients were told for certain, to be held against the records afterwards. */

/** When a request was sent and its answer was there, ms of this machine's clock. */
export interface Span {
  holder: string;
  sentAt: number;
  receivedAt: number;
}

export class Journal {
  /** A pass came, made by the tenant at this moment: then its holder had a lease. */
  readonly passes: { holder: string; issuedAt: number }[] = [];
  /** A navigation was refused for want of a seat. */
  readonly denials: Span[] = [];
  readonly releases: Span[] = [];
  readonly evictions: Span[] = [];
  readonly limits: (Span & { to: number })[] = [];
  /** A change was refused to somebody who may not make it. */
  readonly refusedChanges: Span[] = [];
  /** Requests that may have been recorded as attempts, by holder: refused, or without an answer. */
  readonly attempts = new Map<string, number>();
  answered = 0;
  lost = 0;

  attempt(holder: string): void {
    this.attempts.set(holder, (this.attempts.get(holder) ?? 0) + 1);
  }
}
