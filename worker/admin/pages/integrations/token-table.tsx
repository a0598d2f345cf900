/** The tokens that there are, and N5: who works through each. */
import { groupOfToken, type TokenRow } from "../../../tenant/tokens/token.ts";
import { useLanguage } from "../../language.ts";
import { holderPath, revokePath } from "../../paths.ts";
import { Ago, Moment } from "../../ui/time.tsx";

export const Tokens = ({ tokens, now }: { tokens: readonly TokenRow[]; now: number }) => {
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

/** N5: who works through a program, also where it only checks. */
export const TokenPeople = ({ token, now }: { token: TokenRow; now: number }) => {
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
