/** R2: one person: what is recorded, to hand out, or to erase who it was. */
import type { Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS, writeQuery } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Said } from "../../ui/said.tsx";

/** What the page says after a change; the name is in the address. */
export type AuditNotice = "erased" | "replayed";

/** On the page of the audit: whom to look up, and how records are filled again. */
export const PersonalData = ({ holder = "", notice = null }: { holder?: string; notice?: AuditNotice | null }) => {
  const { person, audit } = useLanguage().words;
  return (
    <section class="card" id="personal" aria-labelledby="personal-title">
      <h2 id="personal-title">{person.title}</h2>
      {notice !== null && <Said>{audit.notices[notice]}</Said>}
      <form method="get" action={PATHS.person}>
        <label for="holder">{person.key}</label>
        <div class="field">
          <input id="holder" name="holder" type="text" required value={holder} />
          <button type="submit" class="button button-quiet">
            {person.lookUp}
          </button>
        </div>
        <p class="hint">{person.hint}</p>
      </form>
      <form method="post" action={PATHS.replay}>
        <p class="hint">{audit.replayHint}</p>
        <div class="actions">
          <button type="submit" name="sure" value="yes" class="button button-quiet">
            {audit.replay}
          </button>
        </div>
      </form>
    </section>
  );
};

export interface PersonPageProps {
  visitor: Person;
  tenantName: string;
  holder: string;
  /** null: the records do not answer. */
  found: { names: string[]; events: number; denials: number } | null;
}

export const PersonPage = ({ visitor, tenantName, holder, found }: PersonPageProps) => {
  const { words, parts, count, list } = useLanguage();
  const { person, counts } = words;
  return (
    <Layout title={person.title} tenantName={tenantName} visitor={visitor}>
      <p class="back">
        <a href={PATHS.audit}>{person.back}</a>
      </p>
      <h1>{parts(person.heading, { holder: <bdi>{holder}</bdi> })}</h1>
      <section class="card plain">
        {found === null ? (
          <p class="fault">{person.noRecords}</p>
        ) : found.names.length === 0 ? (
          <p class="empty">{words.problems.keyUnknown}</p>
        ) : (
          <>
            <p>
              {parts(person.found, {
                names: <bdi class="name">{list(found.names)}</bdi>,
                events: count(counts.events, found.events),
                denials: count(counts.refusals, found.denials),
              })}
            </p>
            <p>
              <a class="button button-quiet" href={`${PATHS.personFile}${writeQuery({ holder })}`}>
                {person.download}
              </a>
            </p>
            <form method="post" action={PATHS.erase}>
              <input type="hidden" name="holder" value={holder} />
              <p class="hint">{person.eraseHint}</p>
              <div class="actions">
                <button type="submit" class="button button-danger">
                  {person.erase}
                </button>
              </div>
            </form>
          </>
        )}
      </section>
      {found?.names.length === 0 && <PersonalData holder={holder} />}
    </Layout>
  );
};
