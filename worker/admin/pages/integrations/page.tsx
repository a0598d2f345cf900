/** A8: tokens of native clients: made, shown once, revoked. */
import type { Child } from "hono/jsx";
import { TOKEN_POLICIES, type TokenPolicy } from "../../../../shared/native-protocol.ts";
import { API_PATH, OWN_PATH } from "../../../../shared/protocol.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { groupOfToken, type TokenRow } from "../../../tenant/tokens/token.ts";
import { TOKENS_MAX } from "../../../tenant/tokens/token-store.ts";
import { useLanguage } from "../../language.ts";
import { holderPath, PATHS, revokePath } from "../../paths.ts";
import { Copy } from "../../ui/copy.tsx";
import { Layout } from "../../ui/layout.tsx";
import { Fault, fieldTies, Said } from "../../ui/said.tsx";
import { Ago, Moment } from "../../ui/time.tsx";

export const TOKEN_KINDS = ["desktop", "mail", "mobile", "erp", "other"] as const;

export interface IntegrationsProps {
  visitor: Person;
  view: AdminView;
  tokens: readonly TokenRow[];
  /** ms. */
  now: number;
  notice: string | null;
  fault: Child | null;
  /** A token, shown this once. */
  made: { token: string; row: TokenRow; origin: string } | null;
  /** What was typed and not taken. */
  draft: { name: string; kind: string; policy: string } | null;
}

export const IntegrationsPage = (props: IntegrationsProps) => {
  const { visitor, view, tokens, now, notice, fault, made } = props;
  const { words, count } = useLanguage();
  const { integrations } = words;
  return (
    <Layout title={words.rooms.integrations} room="integrations" tenantName={view.tenant.name} visitor={visitor}>
      <div>
        <h1>{integrations.title}</h1>
        <p class="quiet">{integrations.intro}</p>
      </div>
      {made !== null && <Made {...made} />}
      <section class="card" id="tokens" aria-labelledby="tokens-title">
        <h2 id="tokens-title">{integrations.list}</h2>
        {notice !== null && <Said>{notice}</Said>}
        {fault !== null && props.draft === null && <Fault>{fault}</Fault>}
        {tokens.length === 0 ? <p class="empty">{integrations.none}</p> : <Tokens tokens={tokens} now={now} />}
        {tokens.map((token) => (
          <TokenPeople token={token} now={now} />
        ))}
      </section>
      {tokens.length >= TOKENS_MAX ? (
        <p class="hint">{count(integrations.most, tokens.length)}</p>
      ) : (
        <MakeForm {...props} />
      )}
    </Layout>
  );
};

const Made = ({ token, row, origin }: { token: string; row: TokenRow; origin: string }) => {
  const { integrations } = useLanguage().words;
  return (
    <section class="card" aria-labelledby="made-title">
      <h2 id="made-title">
        {integrations.made}: <bdi>{row.name}</bdi>
      </h2>
      <Said>{integrations.madeHint}</Said>
      <div class="secret">
        <code id="token" class="hash">
          {token}
        </code>
        <Copy of="token" />
      </div>
      <h3>{integrations.example}</h3>
      <div class="secret">
        <pre id="example">{exampleOf(origin, token, row.policy)}</pre>
        <Copy of="example" />
      </div>
    </section>
  );
};

const EXAMPLES: Record<Exclude<TokenPolicy, "metrics" | "read" | "scim">, { call: string; body: object }> = {
  consume: {
    call: "claim",
    body: { person: { id: "anna", name: "Anna Adams" }, client: "desk-of-anna", activeAgeMs: 0 },
  },
  reserved: {
    call: "claim",
    body: { person: { id: "anna", name: "Anna Adams" }, client: "desk-of-anna", activeAgeMs: 0 },
  },
  check: { call: "check", body: { person: { id: "anna", name: "Anna Adams" } } },
  records: { call: "records", body: { count: 12_500 } },
};

/** A call that works as it is pasted. */
export function exampleOf(origin: string, token: string, policy: TokenPolicy): string {
  // What only reads sends nothing.
  if (policy === "metrics") return `curl ${origin}${OWN_PATH}metrics -H 'Authorization: Bearer ${token}'`;
  if (policy === "read") return `curl ${origin}${API_PATH}read/usage -H 'Authorization: Bearer ${token}'`;
  if (policy === "scim") return `curl ${origin}${OWN_PATH}scim/v2/Users -H 'Authorization: Bearer ${token}'`;
  const { call, body } = EXAMPLES[policy];
  return [
    `curl ${origin}${API_PATH}native/${call} \\`,
    `  -H 'Authorization: Bearer ${token}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(body)}'`,
  ].join("\n");
}

/** N5: who works through a program, also where it only checks. */
const TokenPeople = ({ token, now }: { token: TokenRow; now: number }) => {
  const { words, count } = useLanguage();
  const { native, reasons } = words;
  const people = token.people ?? [];
  if (people.length === 0) return null;
  return (
    <details>
      <summary>
        <bdi>{token.name}</bdi>: {count(native.count, people.length)}
      </summary>
      <table>
        <caption class="visually-hidden">
          {native.title}: <bdi>{token.name}</bdi>
        </caption>
        <thead>
          <tr>
            <th scope="col">{native.person}</th>
            <th scope="col">{native.first}</th>
            <th scope="col">{native.last}</th>
            <th scope="col">{native.refused}</th>
          </tr>
        </thead>
        <tbody>
          {people.map(({ id, name, firstAt, lastAt, refused }) => (
            <tr>
              <th scope="row">
                <a href={holderPath(id)}>
                  <bdi>{name}</bdi>
                </a>
              </th>
              <td data-label={native.first}>
                <Moment at={firstAt} />
              </td>
              <td data-label={native.last}>
                <Ago now={now} ageMs={Math.max(0, now - lastAt)} />
              </td>
              <td data-label={native.refused}>
                {refused === null ? (
                  native.never
                ) : (
                  <>
                    <Moment at={refused.at} /> {reasons[refused.reason]}
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
};

const Tokens = ({ tokens, now }: { tokens: readonly TokenRow[]; now: number }) => {
  const { words, say, parts } = useLanguage();
  const { integrations } = words;
  return (
    <table>
      <caption class="visually-hidden">{integrations.list}</caption>
      <thead>
        <tr>
          <th scope="col">{integrations.name}</th>
          <th scope="col">{integrations.policy}</th>
          <th scope="col">{integrations.madeWhen}</th>
          <th scope="col">{integrations.used}</th>
          <th scope="col">
            <span class="visually-hidden">{integrations.revoke}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr>
            <th scope="row" class="person">
              <bdi class="name">{token.name}</bdi>
              <span class="email">
                {kindWord(integrations.kinds, token.kind)} · <code>{token.id}</code>
              </span>
            </th>
            <td data-label={integrations.policy}>
              {integrations.policies[token.policy]}
              {token.policy === "reserved" && (
                <span class="again">
                  {parts(integrations.groupOf, { group: <code>{groupOfToken(token.id)}</code> })}
                </span>
              )}
            </td>
            <td data-label={integrations.madeWhen}>
              <span>
                {parts(integrations.madeBy, {
                  moment: <Moment at={token.madeAt} />,
                  name: <bdi>{token.madeBy}</bdi>,
                })}
              </span>
            </td>
            <td data-label={integrations.used}>
              <span>
                {token.lastUsedAt === null
                  ? integrations.never
                  : parts(integrations.hour, { age: <Ago now={now} ageMs={now - token.lastUsedAt} /> })}
              </span>
            </td>
            <td class="act">
              <a
                class="button button-quiet"
                href={revokePath(token.id)}
                aria-label={say(integrations.revokeOf, { name: token.name })}
              >
                {integrations.revoke}
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** Kinds that the API was given may be others. */
const kindWord = (kinds: Readonly<Record<string, string>>, kind: string): string =>
  (Object.hasOwn(kinds, kind) ? kinds[kind] : undefined) ?? kind;

const MakeForm = ({ draft, fault }: IntegrationsProps) => {
  const { words, parts } = useLanguage();
  const { integrations } = words;
  const isBad = fault !== null && draft !== null;
  return (
    <section class="card" aria-labelledby="make-title">
      <h2 id="make-title">{integrations.make}</h2>
      <form method="post" action={PATHS.makeToken} novalidate class="wide-form">
        <label for="name">{integrations.name}</label>
        <input
          id="name"
          class="wide"
          name="name"
          maxlength={100}
          required
          autocomplete="off"
          value={draft?.name ?? ""}
          {...fieldTies(isBad, "name-fault", "name-hint")}
        />
        {isBad && <Fault id="name-fault">{fault}</Fault>}
        <p class="hint" id="name-hint">
          {integrations.nameHint}
        </p>
        <label for="kind">{integrations.kind}</label>
        <select id="kind" name="kind" aria-describedby="kind-hint">
          {TOKEN_KINDS.map((kind) => (
            <option value={kind} selected={draft?.kind === kind}>
              {integrations.kinds[kind]}
            </option>
          ))}
        </select>
        <p class="hint" id="kind-hint">
          {integrations.kindHint}
        </p>
        <fieldset class="choices">
          <legend>{integrations.policy}</legend>
          {TOKEN_POLICIES.map((policy, place) => (
            <div>
              <input
                type="radio"
                id={`policy-${policy}`}
                name="policy"
                value={policy}
                checked={draft === null ? place === 0 : draft.policy === policy}
                aria-describedby={`policy-${policy}-hint`}
              />
              <label for={`policy-${policy}`}>{integrations.policies[policy]}</label>
              <p class="hint" id={`policy-${policy}-hint`}>
                {parts(integrations.policyHints[policy], { group: <code>{groupOfToken("…")}</code> })}
              </p>
            </div>
          ))}
        </fieldset>
        <div class="actions">
          <button type="submit" class="button">
            {integrations.makeDo}
          </button>
        </div>
      </form>
    </section>
  );
};

export const RevokePage = ({
  visitor,
  view,
  token,
  now,
}: {
  visitor: Person;
  view: AdminView;
  token: TokenRow;
  now: number;
}) => {
  const { words, say, parts } = useLanguage();
  const { integrations } = words;
  const title = say(integrations.sureTitle, { name: token.name });
  return (
    <Layout title={title} tenantName={view.tenant.name} visitor={visitor}>
      <p class="back">
        <a href={PATHS.integrations}>{integrations.back}</a>
      </p>
      <section class="card plain">
        <h1 dir="auto">{title}</h1>
        <p>{integrations.sure}</p>
        <p>
          {token.lastUsedAt === null
            ? integrations.sureNever
            : parts(integrations.sureUsed, { age: <Ago now={now} ageMs={now - token.lastUsedAt} /> })}
        </p>
        <form method="post" action={PATHS.revokeToken}>
          <input type="hidden" name="id" value={token.id} />
          <div class="actions">
            <button type="submit" class="button button-danger">
              {integrations.sureDo}
            </button>
            <a class="button button-quiet" href={PATHS.integrations}>
              {integrations.sureNot}
            </a>
          </div>
        </form>
      </section>
    </Layout>
  );
};
