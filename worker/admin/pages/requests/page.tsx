/** Q1 to Q3: what people ask for, with the history behind it, and a press that carries it out. */
import type { Sentence } from "../../../../shared/sentence.ts";
import { LIMIT_MAX } from "../../../../shared/timing.ts";
import type { DenialStats } from "../../../audit/denials/denial-stats.ts";
import { mayLower } from "../../../ledger/person.ts";
import {
  openRequests,
  REQUEST_KINDS,
  REQUEST_NOTE_MAX,
  raisedLimit,
  type SeatRequest,
} from "../../../ledger/requests.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { eveningAfter } from "../../evening.ts";
import { type Language, useLanguage, type Words } from "../../language.ts";
import { holderPath, PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Fault, fieldTies, Said } from "../../ui/said.tsx";
import { Moment } from "../../ui/time.tsx";
import { Translated } from "../../ui/translated.tsx";

/** What the page says after a change; the name is in the address. */
export type RequestNotice = keyof Words["requests"]["done"];

export interface RequestsPageProps {
  visitor: Person;
  view: AdminView;
  /** Refusals of the last sixty days by person; null: the records do not answer. */
  people: DenialStats["people"] | null;
  notice: RequestNotice | null;
  /** What was not taken; `field` is of the form to ask with, null of an answer to a request. */
  fault: { says: Sentence; field: "count" | "note" | "kind" | null } | null;
  draft: { kind: string; count: string; note: string } | null;
  /** ms. */
  now: number;
}

export const RequestsPage = (props: RequestsPageProps) => {
  const { visitor, view, fault, notice } = props;
  const { words } = useLanguage();
  const { requests } = words;
  const open = openRequests(view.settings);
  return (
    <Layout title={requests.title} tenantName={view.tenant.name} visitor={visitor}>
      <p class="back">
        <a href={PATHS.home}>{words.layout.backToSeats}</a>
      </p>
      <div>
        <h1>{requests.title}</h1>
        <p class="quiet">{requests.intro}</p>
      </div>
      <section class="card" id="open" aria-labelledby="open-title">
        <h2 id="open-title">{requests.open}</h2>
        {notice !== null && notice !== "asked" && <Said>{requests.done[notice]}</Said>}
        {fault !== null && fault.field === null && (
          <Fault>
            <Translated of={fault.says} />
          </Fault>
        )}
        {open.length === 0 ? (
          <p class="empty">{requests.none}</p>
        ) : (
          <ul class="rows">
            {open.map((request) => (
              <OpenRequest {...props} request={request} />
            ))}
          </ul>
        )}
        {open.length > 0 && props.people === null && <p class="hint">{requests.noRecords}</p>}
        <p>
          <a href={PATHS.usage}>{requests.usage}</a>
        </p>
      </section>
      <AskForm {...props} />
      <Decided requests={view.settings.requests} />
    </Layout>
  );
};

const sayWish = ({ words, say, count }: Language, request: SeatRequest, limit: number): string =>
  request.kind === "more"
    ? count(words.requests.more, request.count)
    : say(words.requests.lower, { count: request.count, limit });

const OpenRequest = ({ request, people, view, visitor, now }: RequestsPageProps & { request: SeatRequest }) => {
  const language = useLanguage();
  const { words, count, workTime } = language;
  const { requests } = words;
  const { person, note, at, kind } = request;
  const refused = people?.find(({ holder }) => holder === person.id);
  return (
    <li>
      <span>
        <a class="name" href={holderPath(person.id)}>
          {person.name || requests.somebody}
        </a>{" "}
        {sayWish(language, request, view.limit)}
        {note !== "" && (
          <blockquote class="note" dir="auto">
            {note}
          </blockquote>
        )}
        <span class="again">
          <Moment at={at} />
          {people !== null && kind === "more" && (
            <>
              {" · "}
              {refused === undefined
                ? requests.notRefused
                : count(requests.refused, refused.count, { duration: workTime(refused.waitedMs) })}
            </>
          )}
        </span>
      </span>
      {kind === "lower" && !mayLower(visitor.role) ? (
        <span class="quiet">{requests.waitsForSupport}</span>
      ) : (
        <Answers request={request} view={view} now={now} />
      )}
    </li>
  );
};

const Answers = ({ request, view, now }: { request: SeatRequest; view: AdminView; now: number }) => {
  const { words, say, date, zone } = useLanguage();
  const { requests } = words;
  const { limit } = view;
  const name = request.person.name || requests.somebody;
  const next = raisedLimit(limit, request);
  const evening = eveningAfter(zone, now);
  const time = date("hour", evening.at);
  const { count } = request;
  return (
    <form method="post" action={PATHS.decideRequest} class="answers">
      <input type="hidden" name="version" value={view.version} />
      <input type="hidden" name="id" value={request.id} />
      <input type="hidden" name="ends" value={evening.typed} />
      {request.kind === "lower" ? (
        count < limit && (
          <button type="submit" name="answer" value="lower" class="button button-small">
            {say(requests.lowerTo, { limit, count })}
            <Whose name={name} />
          </button>
        )
      ) : (
        <>
          {view.effective.limit + count <= LIMIT_MAX && (
            <button type="submit" name="answer" value="boost" class="button button-small">
              {say(requests.boost, { count, time })}
              <Whose name={name} />
            </button>
          )}
          {next > limit && (
            <button type="submit" name="answer" value="raise" class="button button-quiet button-small">
              {say(requests.raise, { limit, next })}
              <Whose name={name} />
            </button>
          )}
        </>
      )}
      <details>
        <summary>{requests.decline}</summary>
        <label for={`note-${request.id}`}>{requests.declineNote}</label>
        <input id={`note-${request.id}`} class="wide" name="note" maxlength={REQUEST_NOTE_MAX} autocomplete="off" />
        <button type="submit" name="answer" value="decline" class="button button-quiet button-small">
          {requests.decline}
          <Whose name={name} />
        </button>
      </details>
    </form>
  );
};

/** Beside the words of a button that others have, too. */
const Whose = ({ name }: { name: string }) => {
  const { words, say } = useLanguage();
  return <span class="visually-hidden"> {say(words.requests.of, { name })}</span>;
};

const AskForm = ({ visitor, view, notice, fault, draft }: RequestsPageProps) => {
  const { words, say } = useLanguage();
  const { requests } = words;
  // Support carries out what others ask for.
  if (mayLower(visitor.role) || view.settings.model !== "concurrent") return null;
  const isWrong = (field: string) => fault !== null && fault.field === field;
  return (
    <section class="card" id="ask" aria-labelledby="ask-title">
      <h2 id="ask-title">{requests.ask}</h2>
      {notice === "asked" && <Said>{requests.done.asked}</Said>}
      <p class="hint">{requests.askHint}</p>
      {isWrong("kind") && <Fault>{fault !== null && <Translated of={fault.says} />}</Fault>}
      <form method="post" action={PATHS.askRequest} novalidate>
        <fieldset class="choices choices-row">
          <legend>{requests.kind}</legend>
          {REQUEST_KINDS.map((kind, place) => (
            <div>
              <input
                type="radio"
                id={`kind-${kind}`}
                name="kind"
                value={kind}
                checked={draft === null ? place === 0 : draft.kind === kind}
              />
              <label for={`kind-${kind}`}>{requests.kinds[kind]}</label>
            </div>
          ))}
        </fieldset>
        <label for="count">{requests.count}</label>
        <input
          id="count"
          name="count"
          type="number"
          inputmode="numeric"
          min={1}
          max={LIMIT_MAX}
          required
          value={draft?.count ?? "1"}
          {...fieldTies(isWrong("count"), "count-fault")}
        />
        {isWrong("count") && <Fault id="count-fault">{fault !== null && <Translated of={fault.says} />}</Fault>}
        <label for="note">{requests.note}</label>
        <textarea
          id="note"
          name="note"
          rows={2}
          maxlength={REQUEST_NOTE_MAX}
          dir="auto"
          {...fieldTies(isWrong("note"), "note-fault", "note-hint")}
        >
          {draft?.note ?? ""}
        </textarea>
        {isWrong("note") && <Fault id="note-fault">{fault !== null && <Translated of={fault.says} />}</Fault>}
        <p class="hint" id="note-hint">
          {say(requests.noteHint, { most: REQUEST_NOTE_MAX })}
        </p>
        <div class="actions">
          <button type="submit" class="button">
            {requests.send}
          </button>
        </div>
      </form>
    </section>
  );
};

const Decided = ({ requests: all }: { requests: readonly SeatRequest[] }) => {
  const language = useLanguage();
  const { words, parts } = language;
  const { requests } = words;
  const decided = all.filter(({ decision }) => decision !== null).reverse();
  if (decided.length === 0) return null;
  return (
    <section class="card" aria-labelledby="decided-title">
      <h2 id="decided-title">{requests.decided}</h2>
      <table>
        <caption class="visually-hidden">{requests.decided}</caption>
        <thead>
          <tr>
            <th scope="col">{requests.when}</th>
            <th scope="col">{requests.who}</th>
            <th scope="col">{requests.what}</th>
            <th scope="col">{requests.outcome}</th>
          </tr>
        </thead>
        <tbody>
          {decided.map(({ kind, count, person, decision }) => (
            <tr>
              <td data-label={requests.when} class="when">
                {decision !== null && <Moment at={decision.at} />}
              </td>
              <th scope="row">
                <bdi class="name">{person.name || requests.somebody}</bdi>
              </th>
              <td data-label={requests.what}>
                {requests.kinds[kind]}: {count}
              </td>
              <td data-label={requests.outcome}>
                {decision !== null && (
                  <span>
                    {parts(requests.by, {
                      outcome: requests.ends[decision.end],
                      name: <bdi>{decision.by || requests.somebody}</bdi>,
                    })}
                    {decision.note !== "" && <span class="again">{decision.note}</span>}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
};
