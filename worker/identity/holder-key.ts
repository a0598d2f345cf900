/**
 * L1: one person, one spelling. A holder's key that people type or that names them (a login, an e-mail address) is
 * compared in one normal form at every door; an id of the CRM's stays as it is, since it may differ by case.
 */
import type { IdentityConfig } from "../config/identity-config.ts";
import type { Preset } from "./preset/preset-schema.ts";

export type SpellKey = (key: string) => string;

/** Unicode NFC, without blanks around it and without letter case. */
export const spellName: SpellKey = (name) => name.normalize("NFC").trim().toLowerCase().normalize("NFC");
/** Whether the tenant's people are keyed by a name of theirs, not by an id. */
export const spellsNames = (spell: SpellKey): boolean => spell === spellName;
const spellId: SpellKey = (id) => id.trim();

/** By which field of the CRM's answer a preset keys its people. */
export function keySpelling({ holder, person }: Preset["identity"]): SpellKey {
  const id = JSON.stringify(person.id);
  const isName = holder === "login" || id === JSON.stringify(person.login) || id === JSON.stringify(person.email);
  return isName ? spellName : spellId;
}

/** By which claim of a token. */
export function claimSpelling({ claims }: Exclude<IdentityConfig, { kind: "crm" }>): SpellKey {
  return claims.id === claims.email || claims.id === claims.login || /e-?mail|upn|username/i.test(claims.id)
    ? spellName
    : spellId;
}
