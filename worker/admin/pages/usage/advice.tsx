/** R3: what the limit should be, in a sentence with its reason. */
import { MINUTE_MS } from "../../../../shared/durations.ts";
import { DAYS_AHEAD, DAYS_ENOUGH, type Recommendation } from "../../../audit/usage/recommendation.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { type Language, useLanguage } from "../../language.ts";
import { licensingPath, PATHS, writeQuery } from "../../paths.ts";
import { ExportLinks } from "../../ui/filter.tsx";

export interface AdviceProps {
  recommendation: Recommendation;
  view: Pick<AdminView, "version" | "idleTimeoutMs">;
  visitor: Pick<Person, "role">;
}

export const PoolAdvice = ({ recommendation, view, visitor }: AdviceProps) => {
  const language = useLanguage();
  const { words, say } = language;
  const { verdict, limit, evidence } = recommendation;
  return (
    <section class="card" aria-labelledby="advice-title">
      <h2 id="advice-title">{words.advice.title}</h2>
      <p class="verdict">{say(words.advice[verdict], { limit: evidence.limit, advised: limit })}</p>
      <p>{sayWhy(language, recommendation)}</p>
      <p class="hint">{sayBasis(language, recommendation)}</p>
      <Ignored evidence={evidence} />
      <ExportLinks path={PATHS.adviceFile} filter={{}} />
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
  `${PATHS.whatIf}${writeQuery({ limit: String(limit), minutes: String(Math.round(idleTimeoutMs / MINUTE_MS)) })}#what-if`;

/** Managers who cannot undo it are told so beforehand. */
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
  const { limit, refusals, waitedMs, peak, wanted, days, usedDays } = evidence;
  const sentence = words.advice.why[why];
  const values = {
    limit,
    wanted,
    days: count(words.advice.days, days),
    minutes: count(words.counts.minutes, Math.round(waitedMs / MINUTE_MS)),
    refusals: refusals === 0 ? words.adviceBasis.noRefusal : count(words.adviceBasis.refusals, refusals),
    enough: DAYS_ENOUGH,
  };
  switch (why) {
    case "refused":
    case "enough":
      return count(sentence, refusals, values);
    case "young":
      return count(sentence, usedDays, values);
    case "spare":
    case "fits":
      return count(sentence, peak, values);
  }
}

/** Which days were looked at, and how sure it is. */
function sayBasis({ words, say, count, day, share }: Language, { sure, evidence }: Recommendation): string {
  const { usedDays, first, last } = evidence;
  const { adviceBasis } = words;
  const basis = count(adviceBasis.days, usedDays, { from: day("day", first), to: day("day", last) });
  if (sure === null) return basis;
  return `${basis} ${say(adviceBasis.sure, { share: share(sure), ahead: DAYS_AHEAD })}`;
}

/** What is in no figure above, and why. */
const Ignored = ({ evidence: { brief, ignored } }: { evidence: Recommendation["evidence"] }) => {
  const { words, say, count } = useLanguage();
  const { adviceBasis, reasons } = words;
  if (brief === 0 && ignored.length === 0) return null;
  return (
    <ul class="facts">
      {brief > 0 && <li>{count(adviceBasis.brief, brief)}</li>}
      {ignored.map(({ reason, count: refusals }) => (
        <li>
          {say(adviceBasis.ignored, { reason: reasons[reason], refusals: count(adviceBasis.refusals, refusals) })}
        </li>
      ))}
    </ul>
  );
};
