/** A7: what came of a form, in the card that it stands in: confirmed, overtaken, or not taken. */
import { useLanguage } from "../../language.ts";
import { Fault, Said } from "../../ui/said.tsx";
import { FORMS, type FormName } from "./forms.ts";
import type { LicensingProps } from "./licensing-props.ts";
import { Stale } from "./stale.tsx";

const POOLS = "pools";
const sectionOf = (done: LicensingProps["done"]): string | null =>
  done === null ? null : done === "pool" || done === "remove-pool" ? POOLS : FORMS[done].section;

/** Forms without a field, and those that only support sees: their fault has no other place. */
const FIELDLESS: ReadonlySet<FormName> = new Set<FormName>([
  "cancel-boost",
  "unassign",
  "end-exemption",
  "end-announcement",
  "end-closing",
  "enforcement",
]);
const SUPPORTS: ReadonlySet<FormName> = new Set<FormName>(["model", "exempt", "records-agreed", "overdraft"]);

/** Whether something is to be said in this card. */
export const isSaidIn = (section: string, { done, draft }: Pick<LicensingProps, "done" | "draft">): boolean =>
  sectionOf(done) === section || (draft !== null && FORMS[draft.form].section === section);

export const CardOutcome = ({ section, done, draft, since, visitor }: LicensingProps & { section: string }) => {
  const { words } = useLanguage();
  const isDraftHere = draft !== null && FORMS[draft.form].section === section;
  return (
    <>
      {done !== null && sectionOf(done) === section && <Said>{words.done[done]}</Said>}
      {isDraftHere && since !== undefined && <Stale since={since} />}
      {isDraftHere && draft.fault !== null && hasNoField(draft.form, visitor) && <Fault>{draft.fault}</Fault>}
    </>
  );
};

const hasNoField = (form: FormName, { role }: LicensingProps["visitor"]): boolean =>
  FIELDLESS.has(form) || (role !== "support" && SUPPORTS.has(form));
