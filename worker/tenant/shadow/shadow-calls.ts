/** L33: what the doors may ask of a tenant's object about its shadow. */
import type { DenialReason, EndingCause } from "../../../shared/denial.ts";
import type { HolderId } from "../../../shared/ids.ts";
import type { Settings, Trace } from "../../ledger/settings/settings.ts";
import type { DifferenceKind, Figures, HourFigures } from "../../ledger/shadow/difference.ts";
import type { Proposal } from "../../ledger/shadow/propose.ts";
import type { ShadowEnd } from "./shadow-store.ts";

/** More are no trial of something but another firm. */
export const PROPOSALS_MAX = 40;

export type ShadowCall =
  | { do: "view" }
  /** In place of one that runs. */
  | { do: "begin"; changes: readonly Proposal[] }
  | { do: "end" };

export interface EpisodeRow {
  /** Empty: erased. */
  holder: HolderId | "";
  /** Empty: not known any more. */
  name: string;
  kind: DifferenceKind;
  reason: DenialReason | EndingCause | null;
  /** ms since 1970; null: goes on. */
  from: number;
  to: number | null;
}

export interface ShadowView {
  /** ms since 1970. */
  beganAt: number;
  until: number;
  /** Who began it; empty: not known any more. */
  by: string;
  ended: { at: number; how: ShadowEnd; by: string } | null;
  traces: Trace[];
  /** What is proposed, without lists of people; nothing once it has ended. */
  proposed: Partial<Omit<Settings, "named" | "exempt">>;
  live: Figures;
  tried: Figures;
  /** With those that go on. */
  kinds: Record<DifferenceKind, { count: number; ms: number }>;
  hours: HourFigures[];
  /** Those that go on, then the latest, newest first. */
  people: EpisodeRow[];
}

export interface ShadowAnswer {
  /** null: there never was one. */
  shadow: ShadowView | null;
}
