/** R3: what the limit should be, in a sentence with its reason. */
import { DAYS_ENOUGH, type Recommendation } from "../records/recommendation.ts";
import type { AdminView, Person } from "../tenant/tenant-calls.ts";
import { type Language, useLanguage } from "./language.ts";
import { licensingPath, PATHS, writeQuery } from "./paths.ts";

const MINUTE = 60_000;

export interface AdviceProps {
  recommendation: Recommendation;
  view: Pick<AdminView, "version" | "idleTimeoutMs">;
  visitor: Pick<Person, "role">;
}

export const Advice = ({ recommendation, view, visitor }: AdviceProps) => {
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
      {limit !== evidence.limit && (
        <div class="actions">
          <a class="button button-quiet" href={tryPath(limit, view.idleTimeoutMs)}>
            {words.advice.tryThis}
          </a>
          {verdict === "raise" && <Raise limit={limit} view={view} visitor={visitor} />}
        </div>
      )}
    </section>
  );
};

const tryPath = (limit: number, idleTimeoutMs: number): string =>
  `${PATHS.whatIf}${writeQuery({ limit: String(limit), minutes: String(Math.round(idleTimeoutMs / MINUTE)) })}#what-if`;

/** Whoever cannot take it back reads so before. */
const Raise = ({ limit, view, visitor }: { limit: number } & Omit<AdviceProps, "recommendation">) => {
  const { words, say } = useLanguage();
  return (
    <form method="post" action={licensingPath("limit")} class="inline">
      <input type="hidden" name="version" value={view.version} />
      <input type="hidden" name="limit" value={limit} />
      <button type="submit" class="button" aria-describedby={visitor.role === "support" ? undefined : "no-way-back"}>
        {say(words.advice.raiseTo, { advised: limit })}
      </button>{" "}
      {visitor.role !== "support" && (
        <span class="hint" id="no-way-back">
          {words.advice.noWayBack}
        </span>
      )}
    </form>
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
