/** Says of a person what the gate would know, and where in the CRM's answers each piece was taken from. */
import { type CrmAnswer, extract } from "../../worker/identity/crm/crm-answer.ts";
import type { IdentityResult } from "../../worker/identity/identity-result.ts";
import type { TextPattern } from "../../worker/identity/preset/html-extract.ts";
import type { Preset } from "../../worker/identity/preset/preset-schema.ts";
import type { PersonField } from "../../worker/identity/preset/question-schema.ts";
import type { Role } from "../../worker/tenant/tenant-calls.ts";
import type { CrmAddress } from "./preset-visitor.ts";

/** What a question brought, and the CRM's answers to its steps. */
export interface Asked {
  result: IdentityResult;
  answers: CrmAnswer[];
}

export const nameOf = (asked: Asked | null): string => asked?.result.kind.replace("_", " ") ?? "without a session";

/** Who signed in: what is known of the person, from where, and what is not as it must be. */
export function reportPerson(
  { preset, report }: CrmAddress,
  asked: Asked | null,
  expectRole: Role | null,
  maybeWrong: string,
): void {
  const result = asked?.result;
  if (result?.kind === "exempt") {
    report.good("exempt: this person passes without a seat");
    report.warn(
      "The person who signed in needs no licence by identity.exemptWhen: right for customers of the CRM's own, and for " +
        "nobody who works there. Whoever it holds of is neither counted nor refused.",
    );
    if (expectRole !== null) report.lack(`The person must be ${expectRole}, but needs no seat: see exemptWhen.`);
    return;
  }
  if (asked === null || result?.kind !== "signed_in") {
    const why = result?.kind === "unknown" ? ` (${result.why})` : "";
    const hint = result?.kind === "anonymous" ? ` ${maybeWrong}` : "";
    report.lack(`The person who signed in must be recognised as signed in, but is ${nameOf(asked)}${why}.${hint}`);
    return;
  }
  const { id, name, email, role } = result.person;
  report.good(`signed in: id ${id}, name ${name}, email ${email ?? "none"}, role ${role}`);
  for (const line of describePerson(preset, asked.answers)) report.line(`  ${line}`);
  reportListedNames({ preset, report }, asked.answers);
  if (expectRole !== null && role !== expectRole) {
    report.lack(`The person must be ${expectRole}, but is ${role}: see roles and identity.person.roles.`);
  } else if (role === "user" && Object.keys(preset.roles).length > 0) {
    report.line("  none of the person's roles is mapped, so this is a plain user; LICENCE_MANAGERS names others");
  }
}

function reportListedNames({ preset, report }: Pick<CrmAddress, "preset" | "report">, answers: readonly CrmAnswer[]) {
  for (const by of preset.listedBy) {
    const source = preset.identity.person[by];
    const value = source === undefined ? null : extract(source, answers);
    if (typeof value === "string" && value !== "") {
      report.line(`  LICENCE_MANAGERS, ADMINS and SUPPORT name this person by ${by}: ${value.toLowerCase()}`);
    } else {
      report.lack(`The preset's lists name people by ${by}, but the CRM's answer has none: see listedBy.`);
    }
  }
}

/** A line for each field that the preset reads. */
function describePerson(preset: Preset, answers: readonly CrmAnswer[]): string[] {
  const { roles = [], groups = [], ...single } = preset.identity.person;
  const sources: [string, PersonField][] = [
    ...Object.entries(single).filter((entry): entry is [string, PersonField] => entry[1] !== undefined),
    ...roles.map((source): [string, PersonField] => ["role", source]),
    ...groups.map((source): [string, PersonField] => ["group", source]),
  ];
  return sources.map(([name, source]) => {
    const isEditable = source.editable ?? name === "name";
    const note = isEditable ? "; people can edit it, so no right comes from it" : "";
    const value = extract(source, answers);
    const shown = "as" in source && source.as !== undefined && value ? String(source.as) : show(value);
    return `${name}: ${shown}, from ${placeOf(source, answers)}${note}`;
  });
}

function placeOf({ step, pointer, text: given, header }: PersonField, answers: readonly CrmAnswer[]): string {
  const answer = `the answer to step ${step}`;
  const { or, ...first } = given ?? {};
  const isElsewhere = or !== undefined && extract({ step, text: first as TextPattern }, answers) === null;
  const text = isElsewhere ? or : given;
  if (pointer !== undefined) return `${pointer} of ${answer}`;
  if (header !== undefined) return `the header ${header} of ${answer}`;
  const before = text?.before === undefined ? `before ${text?.after}` : `after ${text.before}`;
  const region = text?.from === undefined ? "" : `, between ${text.from} and ${text.to}`;
  return `the text ${before}${region}, of ${answer}`;
}

function show(value: unknown): string {
  if (value === undefined || value === null || value === "") return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
