/** One person of the crash test: works, waits, is refused, releases, in one or two browsers, and remembers what was acknowledged. */
import { setTimeout as delay } from "node:timers/promises";
import { DENIALS, type DenialReason } from "../../shared/denial.ts";
import { REFUSED_HEADER, type Status } from "../../shared/protocol.ts";
import type { Random } from "../simulation/random.ts";
import { type Answer, type Browser, PASS, WHO } from "./browser.ts";
import type { Journal } from "./journal.ts";
import { Violation } from "./violation.ts";
import { readPass, type Witness } from "./witness.ts";

/** Where the person stands for certain: as of a request sent then; "unknown" while one is under way or was lost. */
export interface Standing {
  state: "seated" | "unseated" | "unknown";
  sentAt: number;
}

export interface Stage {
  journal: Journal;
  witness: Witness;
  random: Random;
  /** From the making of a pass to its `until`, ms. */
  passMs: number;
}

interface Seat {
  browser: Browser;
  client: string;
  seq: number;
  tab: number;
  /** A hand-back was sent, and no answer came. */
  inDoubt: boolean;
}

export class Player {
  readonly id: string;
  standing: Standing = { state: "unknown", sentAt: 0 };
  /** Until when an eviction may have come between own requests; infinite while one is under way. */
  evictedUntil = 0;
  readonly #stage: Stage;
  readonly #seats: Seat[];
  #passMadeAt = 0;

  constructor(id: string, browsers: readonly Browser[], stage: Stage) {
    this.id = id;
    this.#stage = stage;
    this.#seats = browsers.map((browser, index) => ({
      browser,
      client: `client-${id}-${index}`,
      seq: 0,
      tab: 0,
      inDoubt: false,
    }));
  }

  /** Does one thing. Rejects when the connection breaks, and with a `Violation`. */
  async act(): Promise<void> {
    const { random } = this.#stage;
    const seat = this.#seats[random.below(this.#seats.length)] as Seat;
    if (seat.inDoubt) return this.#handBack(seat, "hand-back", {});
    const dice = random.below(100);
    if (!seat.browser.cookies.has(PASS)) {
      if (dice < 60 || !seat.browser.cookies.has(WHO)) return this.#visit(seat, "navigate");
      if (dice < 85) return this.#wait(seat);
      if (dice < 90) return this.#visit(seat, "poll");
      if (dice < 95) return this.#leave(seat);
      return this.#changeLimit(seat);
    }
    if (dice < 25) return this.#visit(seat, "navigate");
    if (dice < 45) return this.#visit(seat, "poll");
    if (dice < 65) return this.#beat(seat);
    if (dice < 78) return this.#handBack(seat, "release", {});
    if (dice < 84) return this.#handBack(seat, "bye", { client: seat.client, tab: this.#tabOf(seat) });
    if (dice < 88) return this.#signOut(seat);
    if (dice < 93) return this.#burst(seat);
    // Away: the pass runs out, at times the lease as well.
    await delay(random.below(1_500));
  }

  #tabOf = (seat: Seat): string => `tab-of-${this.id}-${seat.tab}`;

  async #ask(seat: Seat, send: () => Promise<Answer>): Promise<Answer> {
    const { journal, witness, passMs } = this.#stage;
    const sentAt = Date.now();
    this.standing = { state: "unknown", sentAt };
    const before = seat.browser.cookies.get(PASS);
    const answer = await send();
    journal.answered++;
    witness.see(seat.browser);
    const pass = readPass(seat.browser);
    if (pass !== null && seat.browser.cookies.get(PASS) !== before) {
      journal.passes.push({ holder: pass.holder, issuedAt: pass.until - passMs });
      this.#passMadeAt = pass.until - passMs;
    }
    return answer;
  }

  async #visit(seat: Seat, how: "navigate" | "poll"): Promise<void> {
    const { journal } = this.#stage;
    let answer: Answer;
    try {
      answer = await this.#ask(seat, () => seat.browser[how]());
    } catch (error) {
      journal.attempt(this.id);
      throw error;
    }
    const { sentAt, receivedAt } = answer;
    if (answer.status === 200) {
      // L6: a page's own request does not keep a seat whose last tab closed.
      if (how === "navigate" && this.#passMadeAt >= sentAt) this.standing = { state: "seated", sentAt };
      return;
    }
    const reason = answer.headers.get(REFUSED_HEADER) as DenialReason | null;
    if (answer.status !== 503 || reason === null) {
      throw new Violation(`${this.id} ${how}: ${answer.status} ${answer.body.slice(0, 300)}`);
    }
    journal.attempt(this.id);
    if (how === "navigate" && DENIALS[reason].waits) journal.denials.push({ holder: this.id, sentAt, receivedAt });
  }

  /** Several requests of one page at once. */
  async #burst(seat: Seat): Promise<void> {
    const all = await Promise.allSettled([1, 2, 3].map((n) => this.#visit(seat, n === 1 ? "navigate" : "poll")));
    this.standing = { state: "unknown", sentAt: Date.now() };
    for (const one of all) if (one.status === "rejected") throw one.reason;
  }

  async #call(seat: Seat, name: string, body: unknown = {}): Promise<Status | null> {
    const answer = await this.#ask(seat, () => seat.browser.call(name, body));
    // 401: the identity cookie went with a logout.
    if (answer.status === 401) return null;
    if (answer.status !== 200) throw new Violation(`${this.id} ${name}: ${answer.status} ${answer.body.slice(0, 300)}`);
    return JSON.parse(answer.body) as Status;
  }

  async #beat(seat: Seat): Promise<void> {
    const tabs = [{ id: this.#tabOf(seat), activeAgeMs: 0 }];
    const { sentAt } = this.standing;
    const status = await this.#call(seat, "heartbeat", { client: seat.client, seq: ++seat.seq, tabs });
    if (status !== null) this.standing = { state: status.state === "seated" ? "seated" : "unknown", sentAt };
  }

  async #wait(seat: Seat): Promise<void> {
    const status = await this.#call(seat, "wait");
    if (status?.state === "offered") await this.#visit(seat, "navigate");
  }

  async #leave(seat: Seat): Promise<void> {
    await this.#call(seat, "leave");
  }

  /** L9: once sent, the browser shows its pass no more; without an answer it hands back again. */
  async #handBack(seat: Seat, name: "release" | "bye" | "hand-back", body: unknown): Promise<void> {
    const { journal, witness } = this.#stage;
    const wasSeated = this.standing.state === "seated";
    const since = this.standing.sentAt;
    witness.handsBack(seat.browser);
    seat.inDoubt = true;
    const sentAt = Date.now();
    const status = await this.#call(seat, name, body);
    seat.inDoubt = false;
    // L9: the next call shows that the browser took the answer.
    if (status?.draining) await this.#call(seat, "hand-back");
    witness.handedBack(seat.browser);
    if (name === "bye") seat.tab++;
    if (name !== "release" || status === null) return;
    if (status.state === "seated") throw new Violation(`${this.id} has a seat after the release was acknowledged`);
    this.standing = { state: "unseated", sentAt };
    const isFresh = wasSeated && sentAt - since < 1_000 && since > this.evictedUntil;
    if (isFresh) journal.releases.push({ holder: this.id, sentAt, receivedAt: Date.now() });
  }

  async #signOut(seat: Seat): Promise<void> {
    const answer = await this.#ask(seat, () =>
      seat.browser.ask({ method: "GET", path: "/logout", headers: { accept: "text/html" } }),
    );
    if (answer.status !== 200) throw new Violation(`${this.id} sign-out: ${answer.status}`);
  }

  /** What a plain user may not do, and the audit tells. */
  async #changeLimit(seat: Seat): Promise<void> {
    const answer = await this.#ask(seat, () => seat.browser.call("admin/limit", { limit: 900, version: 1 }));
    // L2: asked too often it is refused, too, and not told again.
    if (answer.status === 401 || answer.status === 429) return;
    if (answer.status !== 403) throw new Violation(`${this.id} changed the limit: ${answer.status} ${answer.body}`);
    const { sentAt, receivedAt } = answer;
    this.#stage.journal.refusedChanges.push({ holder: this.id, sentAt, receivedAt });
  }
}
