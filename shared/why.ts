/** L19: an explanation in the reader's language, as the seat service says it (GET explain). */
import * as z from "zod/mini";

/** Sentences, in order; names no person. */
export const WhySaid = z.object({
  title: z.string(),
  facts: z.array(z.string()),
  waysTitle: z.string(),
  ways: z.array(z.string()),
  /** For people who may change it; empty: nothing does, or the reader may not. */
  changeTitle: z.string(),
  change: z.array(z.string()),
});
export type WhySaid = z.infer<typeof WhySaid>;
