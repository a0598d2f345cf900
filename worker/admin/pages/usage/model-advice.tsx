/** R3, L14: advice where licences are not seats of a pool: about named licences, or about the CRM's records. */
import type { Child } from "hono/jsx";
import { adviseNamed, adviseRecords, type NamedEvidence, REFUSED_DAYS } from "../../../audit/usage/model-choice.ts";
import { DAYS_ENOUGH } from "../../../audit/usage/recommendation.ts";
import type { Settings } from "../../../tenant/tenant-calls.ts";
import { type Language, useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { ExportLinks } from "../../ui/filter.tsx";

const Card = ({ verdict, children }: { verdict: string; children?: Child }) => (
  <section class="card" aria-labelledby="advice-title">
    <h2 id="advice-title">{useLanguage().words.advice.title}</h2>
    <p class="verdict">{verdict}</p>
    {children}
    <ExportLinks path={PATHS.adviceFile} filter={{}} />
  </section>
);

export const NamedAdvice = ({ evidence }: { evidence: NamedEvidence }) => {
  const language = useLanguage();
  const { words, say } = language;
  const { verdict, advised } = adviseNamed(evidence);
  return (
    <Card verdict={say(words.fullness.advice[verdict], { licences: evidence.licences, advised })}>
      <p>{sayWhy(language, evidence)}</p>
      {(verdict === "assign" || verdict === "more" || verdict === "none") && (
        <div class="actions">
          <a class="button button-quiet" href={`${PATHS.licensing}/people`}>
            {words.fullness.advice.toPeople}
          </a>
        </div>
      )}
    </Card>
  );
};

function sayWhy({ words, count }: Language, evidence: NamedEvidence): string {
  const { licences, assigned, refused, peak, usedDays } = evidence;
  const { advice } = words.fullness;
  if (adviseNamed(evidence).verdict === "young") return count(advice.whyYoung, usedDays, { enough: DAYS_ENOUGH });
  const days = count(words.advice.days, REFUSED_DAYS);
  if (refused > 0) return count(advice.whyRefused, refused, { days, assigned, licences });
  if (assigned < licences) return count(advice.whyUnassigned, licences - assigned, { days });
  return count(advice.whyFits, peak, { days });
}

export const RecordsAdvice = ({ records }: { records: Settings["records"] }) => {
  const { words, say, share } = useLanguage();
  const { advice } = words.fullness;
  const { count, agreed } = records;
  const verdict = {
    over: advice.recordsOver,
    near: advice.recordsNear,
    fit: advice.recordsFit,
    none: advice.recordsNone,
    uncounted: advice.recordsUncounted,
  }[adviseRecords(records)];
  return (
    <Card verdict={verdict}>
      {count !== null && agreed !== null && (
        <p>{say(advice.whyRecords, { count, agreed, share: share(count / agreed) })}</p>
      )}
    </Card>
  );
};
