/** A8: whether a token is really to be revoked. */
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import type { TokenRow } from "../../../tenant/tokens/token.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Ago } from "../../ui/time.tsx";

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
