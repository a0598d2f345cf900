/** Settings that are tried beside the live ones, as a schema. */
import * as z from "zod/mini";
import { DENIAL_REASONS, ENDING_CAUSES } from "../../shared/denial.ts";
import { DIFFERENCE_KINDS } from "../ledger/shadow/difference.ts";
import { SHADOW_ENDS } from "../tenant/shadow/shadow-store.ts";

const Figures = z.object({
  refused: z.int(),
  brief: z.int(),
  reasons: z.partialRecord(z.enum(DENIAL_REASONS), z.int()),
  waitedMs: z.int(),
  gaveUp: z.int(),
  lostMs: z.int(),
  beyond: z.int(),
  most: z.int(),
});
const KindSum = z.object({ count: z.int(), ms: z.int() });
const HourSide = z.object({ refused: z.int(), most: z.int() });

export const ShadowAnswer = z.object({
  shadow: z.nullable(
    z.object({
      /** ms since 1970. */
      beganAt: z.int(),
      until: z.int(),
      by: z.string(),
      ended: z.nullable(z.object({ at: z.int(), how: z.enum(SHADOW_ENDS), by: z.string() })),
      /** From what to what; each names its field. */
      traces: z.array(z.looseObject({ field: z.string() })),
      /** The settings in which it differs, without lists of people; named as in the view. */
      proposed: z.looseObject({}),
      live: Figures,
      tried: Figures,
      kinds: z.object({ kept_out: KindSum, let_in: KindSum, ended_sooner: KindSum, kept_longer: KindSum }),
      hours: z.array(z.object({ hour: z.int(), live: HourSide, tried: HourSide })),
      people: z.array(
        z.object({
          holder: z.string(),
          name: z.string(),
          kind: z.enum(DIFFERENCE_KINDS),
          reason: z.nullable(z.enum([...DENIAL_REASONS, ...ENDING_CAUSES])),
          /** null: goes on. */
          from: z.int(),
          to: z.nullable(z.int()),
        }),
      ),
    }),
  ),
});
