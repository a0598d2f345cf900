/** Changes of named licences and exemptions: to whom they are given, and from whom they are taken. */
import { sentence } from "../../../shared/sentence.ts";
import { LIMIT_MAX } from "../../../shared/timing.ts";
import { type ChangeOf, type Checked, sound, whole, wrong } from "./checked.ts";
import type { Settings } from "./settings.ts";

export function checkNamedLicences(settings: Settings, change: ChangeOf<"named_licences">): Checked {
  const { licences } = change;
  const { assigned } = settings.named;
  const title = sentence("namedFromTo", { from: settings.named.licences, to: licences });
  if (!whole(licences, 0, LIMIT_MAX)) {
    return wrong(title, "licences", sentence("namedRange", { most: LIMIT_MAX }));
  }
  if (licences < assigned.length) {
    const says = sentence("namedAssigned", { assigned: assigned.length, more: assigned.length - licences });
    return wrong(title, "licences", says, "conflict");
  }
  const lower = licences < settings.named.licences;
  return sound(title, { named: { licences, assigned } }, lower ? sentence("supportNamed") : null);
}

export function checkAssign(settings: Settings, change: ChangeOf<"assign">): Checked {
  const { named } = settings;
  const title = sentence("assigned", { name: change.person.name });
  if (named.assigned.some(({ id }) => id === change.person.id)) {
    return wrong(title, "person", sentence("namedHas", { name: change.person.name }), "conflict");
  }
  if (named.assigned.length >= named.licences) {
    const says = sentence("namedAll", { licences: named.licences });
    return wrong(title, "person", says, "conflict");
  }
  return sound(title, { named: { ...named, assigned: [...named.assigned, change.person] } });
}

export function checkUnassign(settings: Settings, change: ChangeOf<"unassign">): Checked {
  const { named } = settings;
  const person = named.assigned.find(({ id }) => id === change.id);
  const title = sentence("unassigned", { name: person?.name ?? change.id });
  if (person === undefined) return wrong(title, "id", sentence("namedNot"), "not_found");
  return sound(title, { named: { ...named, assigned: named.assigned.filter((other) => other !== person) } });
}

export function checkExempt(settings: Settings, change: ChangeOf<"exempt">): Checked {
  const title = sentence("exempted", { name: change.person.name });
  if (settings.exempt.some(({ id }) => id === change.person.id)) {
    return wrong(title, "person", sentence("exemptHas", { name: change.person.name }), "conflict");
  }
  if (settings.exempt.length >= LIMIT_MAX) return wrong(title, "person", sentence("exemptMost", { most: LIMIT_MAX }));
  return sound(title, { exempt: [...settings.exempt, change.person] }, sentence("supportExempts"));
}

export function checkEndExemption(settings: Settings, change: ChangeOf<"end_exemption">): Checked {
  const person = settings.exempt.find(({ id }) => id === change.id);
  const title = sentence("exemptNoMore", { name: person?.name ?? change.id });
  if (person === undefined) return wrong(title, "id", sentence("exemptNot"), "not_found");
  return sound(title, { exempt: settings.exempt.filter((other) => other !== person) });
}
