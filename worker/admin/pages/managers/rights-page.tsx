/** I13: which roles and groups of the CRM give which right, and who would gain and lose by another map. */
import type { Child } from "hono/jsx";
import { mayGiveRights } from "../../../ledger/person.ts";
import type { RightsMap } from "../../../ledger/settings/rights.ts";
import type { Pool } from "../../../ledger/settings/settings.ts";
import type { RightsAnswer, Turn } from "../../../tenant/rights/rights-calls.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import { type Language, useLanguage } from "../../language.ts";
import { holderPath, PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Fault, fieldTies, Said } from "../../ui/said.tsx";
import { sayRight, sayThrough } from "./page.tsx";
import { type Choice, choicesOf, fieldsOf, type RightRow } from "./rights-form.ts";

export interface RightsPageProps {
  visitor: Person;
  tenantName: string;
  rights: RightsAnswer;
  pools: readonly Pick<Pool, "id" | "name">[];
  /** The map in the form; with a preview it is what the preview is of. */
  draft: RightsMap | null;
  fault: Child | null;
  /** The field that is wrong; undefined: none. */
  field: string | undefined;
  isSaved: boolean;
}

export const RightsPage = (props: RightsPageProps) => {
  const { visitor, tenantName, rights, fault, field, isSaved } = props;
  const { rights: said } = useLanguage().words;
  return (
    <Layout title={said.title} tenantName={tenantName} visitor={visitor}>
      <p class="back">
        <a href={PATHS.managers}>{said.back}</a>
      </p>
      <div>
        <h1>{said.title}</h1>
        <p class="quiet">{said.intro}</p>
      </div>
      {isSaved && <Said>{said.saved}</Said>}
      {fault !== null && field === undefined && (
        <p class="banner banner-bad" role="alert" tabindex={-1} autofocus>
          {fault}
        </p>
      )}
      {rights.preview !== null && <Preview {...props} preview={rights.preview} />}
      <section class="card" aria-labelledby="rules-title">
        <h2 id="rules-title">{said.rules}</h2>
        <p class="hint">{rights.rights === null ? said.byPreset : said.byOwn}</p>
        {mayGiveRights(visitor.role) ? <MapForm {...props} /> : <MapTable {...props} />}
      </section>
    </Layout>
  );
};

const Preview = ({
  rights,
  draft,
  preview: { gains, loses },
}: RightsPageProps & { preview: NonNullable<RightsAnswer["preview"]> }) => {
  const { rights: said } = useLanguage().words;
  return (
    <section class="card" id="preview" aria-labelledby="preview-title">
      <h2 id="preview-title" tabindex={-1} autofocus>
        {said.previewTitle}
      </h2>
      <p class="hint">{said.previewHint}</p>
      {gains.length + loses.length === 0 && <p class="empty">{said.nobody}</p>}
      <Turns title={said.gains} turns={gains} />
      <Turns title={said.loses} turns={loses} />
      <form method="post" action={PATHS.saveRights}>
        <input type="hidden" name="version" value={rights.version} />
        <input type="hidden" name="map" value={JSON.stringify(draft)} />
        <div class="actions">
          <button type="submit" class="button">
            {said.save}
          </button>
        </div>
      </form>
    </section>
  );
};

const Turns = ({ title, turns }: { title: string; turns: readonly Turn[] }) => {
  const language = useLanguage();
  const { rights: said } = language.words;
  if (turns.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="rows">
        {turns.map(({ id, name, from, to, fromPools, toPools, through }) => (
          <li>
            <a href={holderPath(id)}>
              <bdi>{name}</bdi>
            </a>{" "}
            <span>
              {language.say(said.turn, {
                from: sayRight(language, from, fromPools),
                to: sayRight(language, to, toPools),
                through: sayThrough(language, through),
              })}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
};

const MapForm = ({ visitor, rights, pools, draft, fault, field }: RightsPageProps) => {
  const { rights: said } = useLanguage().words;
  const { order, rows } = fieldsOf(draft ?? rights.preset, rights.names);
  return (
    <form method="post" action={PATHS.rights} novalidate class="wide-form">
      <table>
        <caption class="visually-hidden">{said.rules}</caption>
        <Heads />
        <tbody>
          {rows.map((row, place) => (
            <Row {...{ row, place, pools, fault, field }} isSupport={visitor.role === "support"} />
          ))}
        </tbody>
      </table>
      <p class="hint" id="another-hint">
        {said.anotherHint}
      </p>
      <label for="order">{said.order}</label>
      <textarea id="order" name="order" rows={6} {...fieldTies(field === "order", "order-fault", "order-hint")}>
        {order}
      </textarea>
      {field === "order" && <Fault id="order-fault">{fault}</Fault>}
      <p class="hint" id="order-hint">
        {said.orderHint}
      </p>
      <div class="actions">
        <button type="submit" name="do" value="preview" class="button">
          {said.preview}
        </button>
        {rights.rights !== null && (
          <button type="submit" name="do" value="preset" class="button button-quiet">
            {said.backToPreset}
          </button>
        )}
      </div>
    </form>
  );
};

const Heads = () => {
  const { rights: said } = useLanguage().words;
  return (
    <thead>
      <tr>
        {[said.name, said.kind, said.people, said.right].map((head) => (
          <th scope="col">{head}</th>
        ))}
      </tr>
    </thead>
  );
};

interface RowProps {
  row: RightRow;
  place: number;
  pools: RightsPageProps["pools"];
  isSupport: boolean;
  fault: Child | null;
  field: string | undefined;
}

const Row = ({ row, place, pools, isSupport, fault, field }: RowProps) => {
  const language = useLanguage();
  const { words, number } = language;
  const { rights: said } = words;
  const { of, name, people, choice } = row;
  const id = `right-${place}`;
  const isTyped = people === null;
  return (
    <tr>
      <th scope="row">
        {isTyped ? (
          <input
            name={`typed-${place}`}
            class="wide"
            value={name}
            aria-label={said.another}
            aria-describedby="another-hint"
            autocomplete="off"
          />
        ) : (
          <>
            <bdi>{name}</bdi>
            <input type="hidden" name={`name-${place}`} value={name} />
          </>
        )}
      </th>
      <td data-label={said.kind}>
        {isTyped ? (
          <select name={`of-${place}`} aria-label={said.kind}>
            {(["role", "group"] as const).map((kind) => (
              <option value={kind} selected={kind === of}>
                {said.kinds[kind]}
              </option>
            ))}
          </select>
        ) : (
          <>
            {said.kinds[of]}
            <input type="hidden" name={`of-${place}`} value={of} />
          </>
        )}
      </td>
      <td data-label={said.people}>{isTyped ? "" : number(people)}</td>
      <td data-label={said.right}>
        <select
          id={id}
          name={id}
          aria-label={`${said.right}: ${name === "" ? said.another : name}`}
          {...fieldTies(field === id, `${id}-fault`)}
        >
          <option value="" selected={choice === ""}>
            {said.none}
          </option>
          {choicesOf(row, pools, isSupport).map((one) => (
            <option value={one.value} selected={one.value === choice}>
              {sayChoice(language, one)}
            </option>
          ))}
        </select>
        {field === id && <Fault id={`${id}-fault`}>{fault}</Fault>}
      </td>
    </tr>
  );
};

function sayChoice({ words, say }: Language, { right, isHigher, pool }: Omit<Choice, "value">): string {
  const { rights: said, roles } = words;
  if (pool !== null) return say(isHigher ? said.ofPoolHigher : said.ofPool, { pool });
  return isHigher ? say(said.orHigher, { right: roles[right] }) : roles[right];
}

/** For people who may read it alone. */
const MapTable = ({ rights, pools }: RightsPageProps) => {
  const language = useLanguage();
  const { words, number } = language;
  const { rights: said } = words;
  const poolOf = (id: string | undefined) =>
    id === undefined ? null : (pools.find((one) => one.id === id)?.name ?? id);
  const { rules } = rights.rights ?? rights.preset;
  return (
    <>
      <table>
        <caption class="visually-hidden">{said.rules}</caption>
        <Heads />
        <tbody>
          {rules.map(({ of, name, right, orHigher = false, pool }) => (
            <tr>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td data-label={said.kind}>{said.kinds[of]}</td>
              <td data-label={said.people}>
                {number(rights.names.find((known) => known.of === of && known.name === name)?.people ?? 0)}
              </td>
              <td data-label={said.right}>{sayChoice(language, { right, isHigher: orHigher, pool: poolOf(pool) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="hint">{said.readOnly}</p>
    </>
  );
};
