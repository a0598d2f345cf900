/** L20: what the doors may ask of a tenant's object about the firm's own groups. */
import type { HolderId } from "../../../shared/ids.ts";

/** How many groups a firm makes, people one has, and rows all have together. */
export const FIRM_GROUPS_MAX = 100;
export const GROUP_PEOPLE_MAX = 50_000;
export const ALL_PEOPLE_MAX = 200_000;
export const RULES_MAX = 20;
export const GROUP_NAME_MAX = 100;
/** People of one group that a page of it shows. */
export const PEOPLE_SHOWN = 100;

/** Somebody of a group: picked, by the CRM's key, or named by a login or an e-mail address. */
export type MemberWish = { id: HolderId } | { name: string };

export type GroupsCall =
  | { do: "list" }
  | { do: "read"; id: string; search: string; page: number }
  | { do: "make"; name: string; rules: string[]; people: MemberWish[] }
  /** `revision`: of the group as it was seen. */
  | { do: "change"; id: string; revision: number; name: string; rules: string[] }
  | { do: "add" | "take" | "replace"; id: string; people: MemberWish[] }
  | { do: "remove"; id: string; revision: number };

export interface GroupRow {
  id: string;
  name: string;
  rules: string[];
  /** `scim`: an identity provider fills it; its name and people change there alone. */
  source: "hand" | "scim";
  revision: number;
  /** People who are listed; whom the rules name is known only as they come. */
  people: number;
  madeAt: number;
}

export interface Member {
  /** The CRM's key; null: named by login or address. */
  id: HolderId | null;
  /** What the list says. */
  name: string;
  /** The name of the person, as far as known. */
  known: string | null;
}

export interface GroupView {
  group: GroupRow;
  people: Member[];
  found: number;
  page: number;
  pages: number;
}

export interface GroupsAnswer {
  groups: GroupRow[];
  /** Of `read`, and after a change of one group. */
  view: GroupView | null;
  /** How many came, went, and were there before. */
  changed: { added: number; taken: number; already: number } | null;
}
