/** A8: tokens of native clients: made, shown once, revoked. */
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import type { TokenRow } from "../../../tenant/tokens/token.ts";
import { TOKENS_MAX } from "../../../tenant/tokens/token-store.ts";
import { useLanguage } from "../../language.ts";
import { Copy } from "../../ui/copy.tsx";
import { Layout } from "../../ui/layout.tsx";
import { Fault, Said } from "../../ui/said.tsx";
import { MakeForm, type MakeFormProps } from "./make-form.tsx";
import { exampleOf } from "./token-example.ts";
import { TokenPeople, Tokens } from "./token-table.tsx";

export interface IntegrationsProps extends MakeFormProps {
  visitor: Person;
  view: AdminView;
  tokens: readonly TokenRow[];
  /** ms. */
  now: number;
  notice: string | null;
  /** A token, shown this once. */
  made: { token: string; row: TokenRow; origin: string } | null;
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
