/** One form of the licensing page, and what stands in it: its version, its fields, its fault. */
import type { Child } from "hono/jsx";
import { useLanguage } from "./language.ts";
import type { Draft, FormName } from "./licensing-forms.ts";
import { licensingPath } from "./paths.ts";

export interface SettingFormProps {
  name: FormName;
  version: number;
  draft: Draft | null;
  /** The button's words. */
  save?: string;
  /** Not the main thing on its card. */
  quiet?: boolean;
  children?: Child;
}

/** Plain and complete without JavaScript. The tenant judges; `novalidate`, so that it is its sentence that people read. */
export const SettingForm = ({ name, version, draft, save, quiet = false, children }: SettingFormProps) => {
  const { licensing } = useLanguage().words;
  return (
    <form method="post" action={licensingPath(name)} novalidate>
      <input type="hidden" name="version" value={version} />
      {children}
      <Fault name={name} draft={draft} />
      <div class="actions">
        <button type="submit" class={quiet ? "button button-quiet" : "button"}>
          {save ?? licensing.save}
        </button>
      </div>
    </form>
  );
};

const Fault = ({ name, draft }: { name: FormName; draft: Draft | null }) =>
  draft?.form === name && draft.fault !== null ? (
    <p class="fault" id={`${name}-fault`}>
      {draft.fault}
    </p>
  ) : null;

/** The fields' ties to their sentence and their fault. */
export const tied = (draft: Draft | null, name: FormName, hint: string) =>
  draft?.form === name && draft.fault !== null
    ? { "aria-describedby": `${name}-fault ${hint}`, "aria-invalid": "true" as const }
    : { "aria-describedby": hint };

/** What may be seen and not changed, or only raised, and whom to ask. */
export const SupportOnly = ({
  support,
  sentence = "supportOnly",
}: {
  support: readonly string[];
  sentence?: "supportOnly" | "supportLowers" | "runningHint";
}) => {
  const { words, say, list } = useLanguage();
  const { licensing } = words;
  const whom = support.length === 0 ? licensing.whom : say(licensing.whomOf, { people: list(support) });
  return <p class="hint note">{say(licensing[sentence], { whom })}</p>;
};
