/** The licence manager of the crash test: raises the limit, one seat at a time, and frees seats. */
import { type Answer, type Browser, WHO } from "./browser.ts";
import type { Player, Stage } from "./player.ts";
import { Violation } from "./violation.ts";

interface View {
  version: number;
  limit: number;
  holders: { id: string }[];
}

export class LicenceManager {
  /** The highest limit whose change was acknowledged. */
  limit: number;
  readonly #id: string;
  readonly #browser: Browser;
  readonly #players: ReadonlyMap<string, Player>;
  readonly #stage: Stage;

  constructor(id: string, browser: Browser, players: ReadonlyMap<string, Player>, stage: Stage) {
    this.#id = id;
    this.#browser = browser;
    this.#players = players;
    this.#stage = stage;
    this.limit = stage.witness.limitAtMost;
  }

  async act(): Promise<void> {
    const { random } = this.#stage;
    if (!this.#browser.cookies.has(WHO)) {
      this.#stage.journal.attempt(this.#id);
      await this.#browser.navigate();
      this.#stage.witness.see(this.#browser);
      return;
    }
    const answer = await this.#browser.read("admin/view");
    if (answer.status !== 200) throw new Violation(`the manager's view: ${answer.status} ${answer.body.slice(0, 300)}`);
    const view = JSON.parse(answer.body) as View;
    if (random.once(20)) return this.#raise(view);
    if (random.once(8)) return this.#evict(view);
  }

  async #raise({ limit, version }: View): Promise<void> {
    const { journal, witness } = this.#stage;
    const to = limit + 1;
    witness.limitAtMost = Math.max(witness.limitAtMost, to);
    const answer = await this.#browser.call("admin/limit", { limit: to, version });
    if (answer.status !== 200) throw new Violation(`the limit ${to}: ${answer.status} ${answer.body.slice(0, 300)}`);
    this.limit = to;
    journal.limits.push({ holder: this.#id, to, ...spanOf(answer) });
  }

  async #evict({ holders }: View): Promise<void> {
    if (holders.length === 0) return;
    const { id } = this.#stage.random.pick(holders);
    const player = this.#players.get(id);
    if (player === undefined) return;
    player.evictedUntil = Number.POSITIVE_INFINITY;
    const answer = await this.#browser.call("admin/evict", { holder: id, note: "Month end" });
    player.evictedUntil = answer.receivedAt;
    // Gone by itself since the view was made.
    if (answer.status === 404) return;
    if (answer.status !== 200) throw new Violation(`evicting ${id}: ${answer.status} ${answer.body.slice(0, 300)}`);
    this.#stage.journal.evictions.push({ holder: id, ...spanOf(answer) });
  }
}

const spanOf = ({ sentAt, receivedAt }: Answer) => ({ sentAt, receivedAt });
