/** A7: named licences and exemptions: who has one, and who is given one. */
import { LIMIT_MAX } from "../../../../shared/timing.ts";
import type { Assigned } from "../../../ledger/settings/settings.ts";
import { useLanguage } from "../../language.ts";
import { holderPath, licensingPath } from "../../paths.ts";
import { CardOutcome } from "./card-outcome.tsx";
import { type Draft, type FormName, typedOr } from "./forms.ts";
import { roomPath } from "./licensing-parts.tsx";
import type { LicensingProps, Picking } from "./licensing-props.ts";
import { SettingForm, SupportOnly, tied } from "./setting-form.tsx";

export const NamedCard = (props: LicensingProps) => {
  const { view, draft, picking, visitor, support } = props;
  const { words, say } = useLanguage();
  const { licensing } = words;
  const { licences, assigned } = view.settings.named;
  return (
    <section class="card" id="named" aria-labelledby="named-title">
      <h2 id="named-title">{licensing.namedTitle}</h2>
      <CardOutcome {...props} section="named" />
      <p class="hint">{licensing.namedHint}</p>
      <p class="verdict">{say(licensing.namedCount, { assigned: assigned.length, licences })}</p>
      <SettingForm name="named-licences" version={view.version} draft={draft}>
        <label for="licences">{licensing.licences}</label>
        <input
          id="licences"
          name="licences"
          type="number"
          inputmode="numeric"
          min={0}
          max={LIMIT_MAX}
          required
          value={typedOr(draft, "named-licences", "licences", String(licences))}
          {...tied(draft, "named-licences", "licences-hint")}
        />
        <p class="hint" id="licences-hint">
          {licensing.licencesHint}
        </p>
      </SettingForm>
      {visitor.role !== "support" && <SupportOnly support={support} sentence="lockedLower" />}
      <h3>{licensing.assignTitle}</h3>
      <Picker kind="assign" version={view.version} draft={draft} picking={picking} />
      <People
        people={assigned}
        none={licensing.nobodyNamed}
        form="unassign"
        version={view.version}
        words={licensing.unassign}
      />
    </section>
  );
};

export const ExemptCard = (props: LicensingProps) => {
  const { view, draft, picking, visitor, support } = props;
  const { licensing } = useLanguage().words;
  return (
    <section class="card" id="exempt" aria-labelledby="exempt-title">
      <h2 id="exempt-title">{licensing.exemptTitle}</h2>
      <CardOutcome {...props} section="exempt" />
      <p class="hint">{licensing.exemptHint}</p>
      <People
        people={view.settings.exempt}
        none={licensing.nobodyExempt}
        form="end-exemption"
        version={view.version}
        words={licensing.endExemption}
      />
      <h3>{licensing.exemptAdd}</h3>
      {visitor.role === "support" ? (
        <Picker kind="exempt" version={view.version} draft={draft} picking={picking} />
      ) : (
        <SupportOnly support={support} />
      )}
    </section>
  );
};

const People = ({
  people,
  none,
  form,
  version,
  words,
}: {
  people: readonly Assigned[];
  none: string;
  form: FormName;
  version: number;
  words: string;
}) =>
  people.length === 0 ? (
    <p class="empty">{none}</p>
  ) : (
    <ul class="rows rows-tall">
      {people.map(({ id, name }) => (
        <li>
          <span>
            <a class="name" href={holderPath(id)}>
              <bdi>{name}</bdi>
            </a>{" "}
            <bdi class="quiet">{id}</bdi>
          </span>
          <form method="post" action={licensingPath(form)} class="inline">
            <input type="hidden" name="version" value={version} />
            <input type="hidden" name="id" value={id} />
            <button type="submit" class="button button-quiet button-small">
              {words}
              <span class="visually-hidden"> {name}</span>
            </button>
          </form>
        </li>
      ))}
    </ul>
  );

/** The most people that a search answers. */
const FOUND_MOST = 20;

const Picker = ({
  kind,
  version,
  draft,
  picking,
}: {
  kind: Picking["for"];
  version: number;
  draft: Draft | null;
  picking: Picking | null;
}) => {
  const { words, say } = useLanguage();
  const { licensing } = words;
  const mine = picking?.for === kind ? picking : null;
  const section = kind === "assign" ? "named" : "exempt";
  const typed = (field: string) => typedOr(draft, kind, field, "");
  return (
    <>
      <search>
        <form class="filter" method="get" action={`${roomPath("people")}#${section}`}>
          <div>
            <label for={`${kind}-search`}>{licensing.findPerson}</label>
            <input id={`${kind}-search`} name={kind} type="search" maxlength={200} value={mine?.search ?? ""} />
          </div>
          <button type="submit" class="button button-quiet">
            {licensing.find}
          </button>
        </form>
      </search>
      {mine !== null && mine.found.length === 0 && (
        <p class="empty" role="status">
          {say(licensing.foundNobody, { search: mine.search })}
        </p>
      )}
      {mine !== null && mine.found.length > 0 && (
        <ul class="rows">
          {mine.found.map(({ id, name, email }) => (
            <li>
              <span>
                <bdi class="name">{name}</bdi> <bdi class="quiet">{email ?? id}</bdi>
              </span>
              <form method="post" action={licensingPath(kind)} class="inline">
                <input type="hidden" name="version" value={version} />
                <input type="hidden" name="id" value={id} />
                <input type="hidden" name="name" value={name} />
                <button type="submit" class="button button-small">
                  {licensing.choose[kind]}
                  <span class="visually-hidden"> {name}</span>
                </button>
              </form>
            </li>
          ))}
        </ul>
      )}
      {mine?.found.length === FOUND_MOST && <p class="hint">{say(licensing.foundMany, { count: FOUND_MOST })}</p>}
      <details open={draft?.form === kind}>
        <summary>{licensing.notHere}</summary>
        <SettingForm name={kind} version={version} draft={draft} save={licensing.choose[kind]} quiet>
          <label for={`${kind}-id`}>{licensing.personKey}</label>
          <input
            id={`${kind}-id`}
            class="wide"
            name="id"
            maxlength={200}
            autocomplete="off"
            value={typed("id")}
            {...tied(draft, kind, `${kind}-id-hint`, "id")}
          />
          <p class="hint" id={`${kind}-id-hint`}>
            {licensing.personKeyHint}
          </p>
          <label for={`${kind}-name`}>{licensing.personName}</label>
          <input
            id={`${kind}-name`}
            class="wide"
            name="name"
            maxlength={200}
            autocomplete="off"
            value={typed("name")}
            {...tied(draft, kind, `${kind}-id-hint`, "name")}
          />
        </SettingForm>
      </details>
    </>
  );
};
