/** A8: the form that makes a token. */
import type { Child } from "hono/jsx";
import { TOKEN_POLICIES } from "../../../../shared/native-protocol.ts";
import { groupOfToken } from "../../../tenant/tokens/token.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Fault, fieldTies } from "../../ui/said.tsx";

export const TOKEN_KINDS = ["desktop", "mail", "mobile", "erp", "other"] as const;

export interface MakeFormProps {
  fault: Child | null;
  /** What was typed and not taken. */
  draft: { name: string; kind: string; policy: string } | null;
}

export const MakeForm = ({ draft, fault }: MakeFormProps) => {
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
