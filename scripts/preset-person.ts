/** Says of a person what the gate would know, and where in the CRM's answers each piece was taken from. */
import { type CrmAnswer, extract } from "../worker/identity/crm-answer.ts";
import type { PersonField, Preset } from "../worker/identity/preset-schema.ts";

/** A line for each field that the preset reads. */
export function describePerson(preset: Preset, answers: readonly CrmAnswer[]): string[] {
  const { roles = [], groups = [], ...single } = preset.identity.person;
  const sources: [string, PersonField][] = [
    ...Object.entries(single).filter((entry): entry is [string, PersonField] => entry[1] !== undefined),
    ...roles.map((source): [string, PersonField] => ["role", source]),
    ...groups.map((source): [string, PersonField] => ["group", source]),
  ];
  return sources.map(([name, source]) => {
    const isEditable = source.editable ?? name === "name";
    const note = isEditable ? "; people can edit it, so no right comes from it" : "";
    return `${name}: ${show(extract(source, answers))}, from ${placeOf(source)}${note}`;
  });
}

export function placeOf({ step, pointer, text, header }: PersonField): string {
  const answer = `the answer to step ${step}`;
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
