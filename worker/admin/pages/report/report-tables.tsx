/** The parts of the report on use against the limit (R5). */
import type { LimitSpan, Proof } from "../../../audit/report/compliance.ts";
import type { Overrun } from "../../../audit/report/overruns.ts";
import type { PastBoost } from "../../../audit/report/past-boosts.ts";
import type { Uncounted } from "../../../audit/report/uncounted.ts";
import { type Language, useLanguage } from "../../language.ts";
import { Moment } from "../../ui/time.tsx";

export const Spans = ({ limits }: { limits: readonly LimitSpan[] }) => {
  const { words, number } = useLanguage();
  const { limits: said } = words.report;
  const { warnings } = words;
  return (
    <section class="card" aria-labelledby="limits-title">
      <h2 id="limits-title">{said.title}</h2>
      <table>
        <Head columns={[said.from, said.to]} numbers={[said.limit, said.peak]} />
        <tbody>
          {limits.map(({ from, to, limit, peak }) => (
            <tr>
              <td data-label={said.from}>
                <Moment at={from} />
              </td>
              <td data-label={said.to}>
                <Moment at={to} />
              </td>
              <td class="number" data-label={said.limit}>
                {number(limit)}
              </td>
              <td class={peak > limit ? "number fault" : "number"} data-label={said.peak}>
                {number(peak)}
                {peak > limit && <span class="tag">{warnings.tag}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};

export const Overruns = ({ overruns, more }: { overruns: readonly Overrun[]; more: boolean }) => {
  const language = useLanguage();
  const { overruns: said } = language.words.report;
  return (
    <section class="card" aria-labelledby="over-title">
      <h2 id="over-title">{said.title}</h2>
      <p class="hint">{said.hint}</p>
      <table>
        <Head columns={[said.from, said.to, said.cause]} numbers={[said.most]} />
        <tbody>
          {overruns.map((overrun) => (
            <tr>
              <td data-label={said.from}>
                <Moment at={overrun.from} />
              </td>
              <td data-label={said.to}>{overrun.to === null ? said.goesOn : <Moment at={overrun.to} />}</td>
              <td data-label={said.cause}>{describeCause(overrun, language)}</td>
              <td class="number" data-label={said.most}>
                {language.say(language.words.counts.of, { part: overrun.inUse, whole: overrun.limit })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more && <p class="hint">{said.more}</p>}
    </section>
  );
};

function describeCause({ cause, actor }: Overrun, { words, parts }: Language) {
  const { causes } = words.report;
  if (actor !== null && (cause === "lowered" || cause === "changed")) {
    return <>{parts(cause === "lowered" ? causes.loweredBy : causes.changedBy, { actor: <bdi>{actor}</bdi> })}</>;
  }
  return causes[cause];
}

export const UncountedPeople = ({ people, more }: { people: readonly Uncounted[]; more: boolean }) => {
  const { words, number, workTime } = useLanguage();
  const { uncounted: said } = words.report;
  return (
    <section class="card" aria-labelledby="uncounted-title">
      <h2 id="uncounted-title">{said.title}</h2>
      {people.length === 0 ? (
        <p class="empty">{said.none}</p>
      ) : (
        <table>
          <Head columns={[said.person, said.kind]} numbers={[said.stays, said.held]} />
          <tbody>
            {people.map(({ name, named, stays, heldMs }) => (
              <tr>
                <th scope="row">{name === null ? said.erased : <bdi>{name}</bdi>}</th>
                <td data-label={said.kind}>{named ? said.named : said.exempt}</td>
                <td class="number" data-label={said.stays}>
                  {number(stays)}
                </td>
                <td class="number" data-label={said.held}>
                  {workTime(heldMs)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {more && <p class="hint">{words.report.overruns.more}</p>}
    </section>
  );
};

export const Boosts = ({ boosts }: { boosts: readonly PastBoost[] }) => {
  const { words, count } = useLanguage();
  const { boosts: said } = words.report;
  return (
    <section class="card" aria-labelledby="boosts-title">
      <h2 id="boosts-title">{said.title}</h2>
      {boosts.length === 0 ? (
        <p class="empty">{said.none}</p>
      ) : (
        <table>
          <Head columns={[said.from, said.to, said.seats]} numbers={[]} />
          <tbody>
            {boosts.map(({ from, until, extra, times }) => (
              <tr>
                <td data-label={said.from}>
                  <Moment at={from} />
                </td>
                <td data-label={said.to}>
                  <Moment at={until} />
                </td>
                <td data-label={said.seats}>
                  {count(said.extra, extra)}
                  {times !== undefined && `, ${words.repeat.between}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
};

export const Proofs = ({ proof, now }: { proof: Proof; now: number }) => {
  const { words, count, say, date } = useLanguage();
  const { proof: said, nothing } = words.report;
  const { first, last, rows } = proof;
  return (
    <section class="card" aria-labelledby="proof-title">
      <h2 id="proof-title">{said.title}</h2>
      {first === null || last === null ? (
        <p>{nothing}</p>
      ) : (
        <>
          <p>{count(said.text, rows, { first: String(first.seq), last: String(last.seq) })}</p>
          <p class="hint">{said.check}</p>
          <p>
            {said.first}: <code>{first.hash}</code>
          </p>
          <p>
            {said.last}: <code>{last.hash}</code>
          </p>
        </>
      )}
      <p class="hint">{say(said.made, { date: date("moment", now) })}</p>
    </section>
  );
};

const Head = ({ columns, numbers }: { columns: readonly string[]; numbers: readonly string[] }) => (
  <thead>
    <tr>
      {columns.map((words) => (
        <th scope="col">{words}</th>
      ))}
      {numbers.map((words) => (
        <th scope="col" class="number">
          {words}
        </th>
      ))}
    </tr>
  </thead>
);
