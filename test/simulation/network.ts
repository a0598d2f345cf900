/** Messages under way, delivered in the order of their time: the later sent may come first. */

interface Message {
  at: number;
  deliver(): void;
}

const DELIVERED_MOST = 256;

export class Network {
  /** The next stands at `#next`; those before are delivered. */
  readonly #messages: Message[] = [];
  #next = 0;

  post(at: number, deliver: () => void): void {
    const messages = this.#messages;
    let place = messages.length;
    messages.push({ at, deliver });
    const message = messages[place] as Message;
    for (; place > this.#next; place--) {
      const before = messages[place - 1] as Message;
      if (before.at <= at) break;
      messages[place] = before;
    }
    messages[place] = message;
  }

  /** Delivers what is due at `now`, also what is posted meanwhile for that time. Answers whether there was anything. */
  deliverDue(now: number): boolean {
    const messages = this.#messages;
    let delivered = false;
    for (;;) {
      const next = messages[this.#next];
      if (next === undefined || next.at > now) break;
      this.#next++;
      next.deliver();
      delivered = true;
    }
    if (this.#next > DELIVERED_MOST) {
      messages.splice(0, this.#next);
      this.#next = 0;
    }
    return delivered;
  }
}
