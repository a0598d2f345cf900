/** Why somebody has a seat or none, as a schema. */
import * as z from "zod/mini";
import { DENIAL_REASONS } from "../../shared/denial.ts";
import { WhySaid } from "../../shared/why.ts";

export const ExplanationAnswer = z.object({
  reason: z.nullable(z.enum(DENIAL_REASONS)),
  /** The rule of docs/SPEC.md that decides. */
  rule: z.string(),
  sentence: z.string(),
  counts: z.object({
    limit: z.int(),
    inUse: z.int(),
    free: z.int(),
    reserved: z.int(),
    waiting: z.int(),
    draining: z.int(),
    position: z.nullable(z.int()),
  }),
  facts: z.array(
    z.discriminatedUnion("fact", [
      z.object({
        fact: z.enum(["in_use", "named_in_use", "people_at_work"]),
        inUse: z.int(),
        limit: z.int(),
      }),
      z.object({ fact: z.enum(["free", "reserved", "draining", "ahead"]), count: z.int() }),
      z.object({ fact: z.literal("nobody_ahead") }),
    ]),
  ),
  ways: z.array(
    z.discriminatedUnion("way", [
      z.object({ way: z.literal("raise"), limit: z.int() }),
      z.object({
        way: z.enum(["reservation_ends", "pool_gives_back", "pool_most"]),
        pools: z.array(z.string()),
      }),
      z.object({
        way: z.enum([
          "wait",
          "given_back",
          "ahead_seated",
          "unreserved",
          "reserved_given_back",
          "more_reserved",
          "assign",
          "opens",
          "wait_minute",
          "go_on",
        ]),
      }),
    ]),
  ),
  wouldChange: z.array(z.string()),
  said: z.optional(WhySaid),
  change: z.nullable(
    z.array(
      z.discriminatedUnion("what", [
        z.object({ what: z.literal("limit"), from: z.int(), to: z.int() }),
        z.object({ what: z.literal("reserved"), pool: z.string(), name: z.string(), from: z.int(), to: z.int() }),
        z.object({ what: z.literal("most"), pool: z.string(), name: z.string(), from: z.int(), to: z.int() }),
        z.object({ what: z.literal("assign"), licences: z.nullable(z.int()) }),
        z.object({ what: z.literal("free"), seats: z.int() }),
      ]),
    ),
  ),
});
