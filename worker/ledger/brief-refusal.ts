/**
 * R1: refusals that do not count. A person who got a seat within the tenant's tolerance was hardly kept from working; a person
 * who gave up got none, and counts however soon that was.
 */

export const isBrief = (refusal: { outcome: string | null; waitedMs: number }, toleranceMs: number): boolean =>
  refusal.outcome === "seated" && refusal.waitedMs < toleranceMs;
