/** R3, R5, R7: how items for programs and files write times and shares. */

/** To four digits: enough for a third of a second in hours. */
export const share = (ms: number, unit: number): number => Math.round((ms / unit) * 10_000) / 10_000;

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));
