/** L33: a shadow is begun, looked at and ended; beginning and ending are in the audit. */
import type { Problem } from "../../../shared/problem.ts";
import { err, ok, type Result } from "../../../shared/result.ts";
import { sentence } from "../../../shared/sentence.ts";
import type { Person } from "../../ledger/person.ts";
import { EPISODES_MAX, type Episode } from "../../ledger/shadow/difference.ts";
import { type Proposal, propose } from "../../ledger/shadow/propose.ts";
import type { LedgerHost } from "../ledger-host.ts";
import { RateLimit } from "../rate-limit.ts";
import { respellChange } from "../respell.ts";
import { type EpisodeRow, PROPOSALS_MAX, type ShadowAnswer, type ShadowCall, type ShadowView } from "./shadow-calls.ts";

type Answer = Result<ShadowAnswer, Problem>;

export class ShadowDesk {
  readonly #host: LedgerHost;
  readonly #costs = new RateLimit();

  constructor(host: LedgerHost) {
    this.#host = host;
  }

  /** For people who may administer. */
  run(actor: Person, call: ShadowCall): Answer {
    // What is due ends, in both.
    this.#host.run({ type: "tick" });
    switch (call.do) {
      case "view":
        return this.#answer();
      case "begin":
        return this.#begin(actor, call.changes);
      case "end":
        return this.#end(actor);
    }
  }

  #begin(actor: Person, changes: readonly Proposal[]): Answer {
    if (changes.length > PROPOSALS_MAX) {
      const says = sentence("shadowMost", { most: PROPOSALS_MAX, count: changes.length });
      return err({ code: "out_of_range", field: "changes", says });
    }
    const { now } = this.#host;
    const early = this.#costs.spend(actor.id, "shadow", now);
    if (early !== null) return err(early);
    const { ledger, shadow } = this.#host.load();
    const spelled = changes.map((change) => respellChange(change, this.#host.spell));
    const proposed = propose(ledger, spelled, actor, now);
    if (!proposed.ok) return proposed;
    const { titles } = proposed.value;
    const change = titles.length === 0 ? sentence("shadowNothing") : sentence("shadowChanges", { changes: titles });
    if (shadow.running !== null) this.#end(actor);
    shadow.begin(ledger, proposed.value, actor.id, now);
    this.#tell(actor, { type: "shadow_began", at: now, change, until: shadow.until });
    return this.#answer();
  }

  #end(actor: Person): Answer {
    const { shadow } = this.#host.load();
    if (shadow.running === null) return err({ code: "not_found", field: "shadow", says: sentence("shadowNone") });
    const { now } = this.#host;
    shadow.end("ended", actor.id, now);
    this.#tell(actor, { type: "shadow_ended", at: now, how: "ended" });
    return this.#answer();
  }

  #tell(actor: Person, told: { type: string; at: number; [field: string]: unknown }): void {
    const { id, name, role } = actor;
    this.#host.transact(() => {
      const { outbox } = this.#host.load();
      this.#host.keepShadow(told.at);
      outbox.remark({ ...told, holder: id }, { id, name, role });
    });
  }

  #answer(): Answer {
    return ok({ shadow: this.#view() });
  }

  #view(): ShadowView | null {
    const { shadow, outbox } = this.#host.load();
    const { head, running } = shadow;
    if (head === null) return null;
    const { now } = this.#host;
    const nameOf = (holder: string) => (holder === "" ? "" : (outbox.people.nameOf(holder) ?? ""));
    const { difference, beganAt, until, by, ended, traces } = head;
    const open = running === null ? [] : [...running.open.values()];
    const kinds = structuredClone(difference.kinds);
    for (const { kind, from } of open) {
      kinds[kind].count++;
      kinds[kind].ms += Math.max(0, now - from);
    }
    const row = (episode: Episode, to: number | null): EpisodeRow => ({ ...episode, name: nameOf(episode.holder), to });
    const people = [
      ...open.toSorted((a, b) => b.from - a.from).map((episode) => row(episode, null)),
      ...difference.latest.toReversed().map((episode) => row(episode, episode.to)),
    ].slice(0, EPISODES_MAX);
    const { settings } = running?.ledger ?? {};
    const keys = [...(running?.proposed ?? [])].filter((key) => key !== "named" && key !== "exempt");
    const proposed = settings === undefined ? {} : Object.fromEntries(keys.map((key) => [key, settings[key]]));
    return {
      beganAt,
      until,
      by: nameOf(by),
      ended: ended && { ...ended, by: nameOf(ended.by) },
      traces,
      proposed,
      live: difference.live,
      tried: difference.tried,
      kinds,
      hours: difference.hours,
      people,
    };
  }
}
