/** L33: a shadow beside the simulated object's ledger, held to the rules of any ledger, and to equality where nothing else is proposed. */
import { isDeepStrictEqual } from "node:util";
import type { HolderId } from "../../shared/ids.ts";
import type { Command } from "../../worker/ledger/command.ts";
import type { Ledger } from "../../worker/ledger/ledger.ts";
import { type Proposal, propose } from "../../worker/ledger/shadow/propose.ts";
import type { Step } from "../../worker/ledger/step.ts";
import type { LedgerRows } from "../../worker/tenant/ledger-rows.ts";
import { ShadowStore } from "../../worker/tenant/shadow/shadow-store.ts";
import { checkCounts, checkDue } from "./counting.ts";
import { must } from "./violation.ts";

const MANAGER = { id: "p0" as HolderId, name: "p0", email: null, role: "licence_manager" } as const;

export class Beside {
  readonly #rows: LedgerRows;
  readonly #isEqual: boolean;
  #store: ShadowStore;
  /** Steps in which the two did not do the same. */
  differed = 0;

  constructor(rows: LedgerRows, live: Ledger, proposals: readonly Proposal[]) {
    this.#rows = rows;
    this.#isEqual = proposals.length === 0;
    this.#store = new ShadowStore(rows, live);
    const proposed = propose(live, proposals, MANAGER, live.lastAt);
    if (!proposed.ok) throw new Error(JSON.stringify(proposed.error));
    this.#store.begin(live, proposed.value, MANAGER.id, live.lastAt);
    this.#store.keep(live, live.lastAt);
  }

  get dueAt(): number | null {
    return this.#store.dueAt;
  }

  get ledger(): Ledger {
    const { running } = this.#store;
    if (running === null) throw new Error("the shadow has ended");
    return running.ledger;
  }

  noteDue(liveDueAt: number | null): void {
    this.#store.noteDue(liveDueAt);
  }

  /** The object came back from its rows. */
  wake(live: Ledger): void {
    this.#store = new ShadowStore(this.#rows, live);
  }

  follow(live: Ledger, command: Command, done: Step, at: number): void {
    const own = this.#store.follow(live, command, done, at);
    if (!isDeepStrictEqual(own, done.events)) {
      must(
        !this.#isEqual,
        () =>
          `[L33] equal settings, ${command.type} led to ${JSON.stringify(done.events)}, and in the shadow to ${JSON.stringify(own)}`,
      );
      this.differed++;
    }
    checkDue(this.ledger, at);
    checkCounts(this.ledger);
  }

  keep(live: Ledger, at: number): void {
    this.#store.keep(live, at);
  }
}
