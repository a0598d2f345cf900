/** L19: an explanation in the reader's language, for every place where "Why?" is answered: refusal page, overlay, popup. */
import type { DenialReason } from "../../shared/denial.ts";
import type { WhySaid } from "../../shared/why.ts";
import { choosePlural, fillWords, type Plural } from "./fill.ts";
import { writeList } from "./formats.ts";
import { sayReason } from "./reasons.ts";
import type { Tag } from "./tag.ts";
import de from "./why/de.json" with { type: "json" };
import en from "./why/en.json" with { type: "json" };
import es from "./why/es.json" with { type: "json" };
import fr from "./why/fr.json" with { type: "json" };

type WhyWords = typeof en;
const WORDS: Readonly<Record<Tag, WhyWords>> = { en, fr, de, es };

/** What an explanation holds of it; the ledger's own types say which facts, ways and steps there are. */
export interface Explained {
  reason: DenialReason | null;
  rule: string;
  facts: readonly ({ fact: keyof WhyWords["facts"] } & Values)[];
  ways: readonly ({ way: keyof WhyWords["ways"] } & Values)[];
  change: readonly Step[] | null;
}
interface Values {
  count?: number;
  inUse?: number;
  limit?: number;
  pools?: readonly string[];
}
type Step =
  | { what: "limit"; from: number; to: number }
  | { what: "reserved" | "most"; name: string; from: number; to: number }
  | { what: "assign"; licences: number | null }
  | { what: "free"; seats: number };

export const whyTitle = (tag: Tag): string => WORDS[tag].title;

/** `isManager`: reads the number of the rule and the smallest change, too. */
export function sayWhy(tag: Tag, { reason, rule, facts, ways, change }: Explained, isManager: boolean): WhySaid {
  const words = WORDS[tag];
  const say = (text: string | Plural, { count = 0, pools = [], ...values }: Values) => {
    const form = typeof text === "string" ? text : choosePlural(tag, text, count);
    return fillWords(form, { ...values, count, pools: writeList(tag, pools) });
  };
  return {
    title: words.title,
    facts: [
      ...(reason === null ? [] : [sayReason(tag, reason)]),
      ...facts.map(({ fact, ...values }) => say(words.facts[fact], values)),
      ...(reason === null || !isManager ? [] : [fillWords(words.facts.rule, { rule })]),
    ],
    waysTitle: words.waysTitle,
    ways: ways.map(({ way, ...values }) => say(words.ways[way], values)),
    changeTitle: words.changeTitle,
    change: isManager && change !== null ? change.map((step) => sayStep(tag, words.change, step)) : [],
  };
}

function sayStep(tag: Tag, words: WhyWords["change"], step: Step): string {
  switch (step.what) {
    case "limit":
      return fillWords(words.limit, { from: step.from, to: step.to });
    case "reserved":
    case "most":
      return fillWords(words[step.what], { pool: step.name, from: step.from, to: step.to });
    case "assign":
      return step.licences === null ? words.assign : fillWords(words.assign_more, { to: step.licences });
    case "free":
      return fillWords(choosePlural(tag, words.free, step.seats), { count: step.seats });
  }
}
