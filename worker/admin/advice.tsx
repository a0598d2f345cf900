/** R3: what the limit should be, in a sentence with its reason. */
import { DAYS_ENOUGH, type Recommendation } from "../records/recommendation.ts";
import { type Language, useLanguage } from "./language.ts";

const MINUTE = 60_000;

export const Advice = ({ recommendation }: { recommendation: Recommendation }) => {
  const language = useLanguage();
  const { words, say } = language;
  const { verdict, limit, evidence } = recommendation;
  return (
    <section class="card" aria-labelledby="advice-title">
      <h2 id="advice-title">{words.advice.title}</h2>
      <p class="verdict">{say(words.advice[verdict], { limit: evidence.limit, advised: limit })}</p>
      <p>
        {sayWhy(language, recommendation)} {words.advice.basis}
      </p>
    </section>
  );
};

function sayWhy({ words, count }: Language, { why, evidence }: Recommendation): string {
  const { limit, total, days, usedDays } = evidence;
  const sentence = words.advice.why[why];
  const values = {
    limit,
    wanted: total.wanted,
    days: count(words.advice.days, days),
    minutes: count(words.counts.minutes, Math.round((total.waitedMs + total.lostMs) / MINUTE)),
    enough: DAYS_ENOUGH,
  };
  switch (why) {
    case "refused":
    case "enough":
      return count(sentence, total.denials, values);
    case "young":
      return count(sentence, usedDays, values);
    case "spare":
    case "fits":
      return count(sentence, total.peak, values);
  }
}
