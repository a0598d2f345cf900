/** One form of the licensing page, and what stands in it: its version, its fields, its fault. */
import type { Child } from "hono/jsx";
import { useLanguage } from "../../language.ts";
import { licensingPath } from "../../paths.ts";
import { Fault, fieldTies } from "../../ui/said.tsx";
import type { Draft, FormName } from "./forms.ts";

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

/** Works without JavaScript. The tenant validates; `novalidate`, so that people read its sentence. */
export const SettingForm = ({ name, version, draft, save, quiet = false, children }: SettingFormProps) => {
  const { licensing } = useLanguage().words;
  return (
    <form method="post" action={licensingPath(name)} novalidate>
      <input type="hidden" name="version" value={version} />
      {children}
      <FaultOf name={name} draft={draft} />
      <div class="actions">
        <button type="submit" class={quiet ? "button button-quiet" : "button"}>
          {save ?? licensing.save}
        </button>
      </div>
    </form>
  );
};

const FaultOf = ({ name, draft }: { name: FormName; draft: Draft | null }) =>
  draft?.form === name && draft.fault !== null ? <Fault id={`${name}-fault`}>{draft.fault}</Fault> : null;

/** A field's ties to its sentence and its fault: only the one that is wrong is marked, and has the focus. */
export const tied = (draft: Draft | null, name: FormName, hint: string, field?: string) => {
  const isWrong =
    draft?.form === name && draft.fault !== null && (field === undefined || (draft.field ?? field) === field);
  return fieldTies(isWrong, `${name}-fault`, hint);
};

/** What may be seen and not changed, or only raised: one mark, and a way to ask for it. */
export const SupportOnly = ({
  support,
  sentence = "locked",
  request,
}: {
  support: readonly string[];
  /** Where support is asked in the pages themselves; else by mail. */
  request?: string;
  sentence?: "locked" | "lockedLower" | "lockedRunning";
}) => {
  const { licensing } = useLanguage().words;
  const address = support.find((one) => one.includes("@"));
  return (
    <p class="lock">
      <svg viewBox="0 0 16 16" width={14} height={14} aria-hidden="true" focusable="false">
        <path d="M5 7V5a3 3 0 0 1 6 0v2h1v7H4V7zm1.5 0h3V5a1.5 1.5 0 0 0-3 0z" fill="currentColor" />
      </svg>
      <span>{licensing[sentence]}</span> {request !== undefined && <a href={request}>{licensing.request}</a>}
      {request === undefined && address !== undefined && (
        <a href={`mailto:${address}?subject=${encodeURIComponent(licensing.request)}`}>{licensing.request}</a>
      )}
    </p>
  );
};
