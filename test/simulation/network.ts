/** Messages under way, delivered in the order of their time: the later sent may come first. */

interface Message {
  at: number;
  deliver(): void;
}

export class Network {
  /** The latest first, so that the next is taken from the end. */
  readonly #messages: Message[] = [];

  post(at: number, deliver: () => void): void {
    let place = this.#messages.length;
    while (place > 0 && (this.#messages[place - 1] as Message).at <= at) place--;
    this.#messages.splice(place, 0, { at, deliver });
  }

  /** Delivers what is due at `now`, also what is posted meanwhile for that time. */
  deliverDue(now: number): void {
    for (;;) {
      const next = this.#messages.at(-1);
      if (next === undefined || next.at > now) return;
      this.#messages.pop();
      next.deliver();
    }
  }
}
