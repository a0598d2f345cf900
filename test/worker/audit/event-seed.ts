/** An event of an audit as tests write it. */
import type { Sentence } from "../../../shared/sentence.ts";
import type { ChainedRow } from "../../../worker/audit/chain.ts";

export type EventSeed = Partial<Omit<ChainedRow, "body" | "seq">> & {
  at: number;
  kind: string;
  body?: Record<string, unknown>;
  note?: string;
  /** What the core said, by the fields that have it in English. */
  sentences?: Readonly<Record<string, Sentence>>;
};
