/** L33: what the form of a trial holds, and what it asks for. */
import * as z from "zod/mini";
import { MINUTE_MS } from "../../../../shared/durations.ts";
import type { Settings } from "../../../ledger/settings/settings.ts";
import type { Proposal } from "../../../ledger/shadow/propose.ts";
import type { ShadowView } from "../../../tenant/shadow/shadow-calls.ts";
import { readWhole } from "../../form.ts";
import type { Language } from "../../language.ts";

const text = z.string().check(z.maxLength(20));
export const TrialFormSchema = z.strictObject({
  limit: text,
  minutes: text,
  overdraft: text,
  enforced: z.enum(["yes", "no"]),
  pools: z.optional(z.literal("yes")),
});
export type TrialFields = z.infer<typeof TrialFormSchema>;

type Wanted = Pick<Settings, "limit" | "idleTimeoutMs" | "overdraft" | "enforced">;

/** What the form shows first: what is tried, else what holds. */
export function fieldsOf(settings: Settings, trial: ShadowView | null): TrialFields {
  const { limit, idleTimeoutMs, overdraft, enforced }: Wanted = { ...settings, ...trial?.proposed };
  return {
    limit: String(limit),
    minutes: String(Math.round(idleTimeoutMs / MINUTE_MS)),
    overdraft: String(overdraft.seats),
    enforced: enforced ? "yes" : "no",
    ...(trial?.proposed.pools === undefined ? {} : { pools: "yes" }),
  };
}

/**
 * What is proposed, as changes. Without lists of people, which no page is told, and without boosts, closings and
 * announcements, whose times have run on since.
 */
export function changesOf(proposed: Partial<Omit<Settings, "named" | "exempt">>): Proposal[] {
  const { limit, idleTimeoutMs, overdraft, enforced, pools, model, timeZone, contact, holidays } = proposed;
  const { nudge, handover, button, refusalToleranceMs, records } = proposed;
  return [
    ...(model === undefined ? [] : [{ what: "model", model } as const]),
    ...(timeZone === undefined ? [] : [{ what: "time_zone", timeZone } as const]),
    ...(contact === undefined ? [] : [{ what: "contact", contact } as const]),
    ...(holidays === undefined ? [] : [{ what: "holidays" as const, holidays: [...holidays] }]),
    ...(records === undefined ? [] : [{ what: "records_agreed", agreed: records.agreed } as const]),
    ...(nudge === undefined ? [] : [{ what: "nudge", ...nudge } as const]),
    ...(handover === undefined ? [] : [{ what: "handover", handover } as const]),
    ...(button === undefined ? [] : [{ what: "button", corner: button } as const]),
    ...(refusalToleranceMs === undefined
      ? []
      : [{ what: "refusal_tolerance", toleranceMs: refusalToleranceMs } as const]),
    ...(limit === undefined ? [] : [{ what: "limit", limit } as const]),
    ...(idleTimeoutMs === undefined ? [] : [{ what: "idle_timeout", idleTimeoutMs } as const]),
    ...(overdraft === undefined ? [] : [{ what: "overdraft", ...overdraft } as const]),
    ...(enforced === undefined ? [] : [{ what: "enforcement", enforced } as const]),
    ...(pools === undefined ? [] : [{ what: "pools", pools } as const]),
  ];
}

/** What the form itself says. */
const ON_FORM: ReadonlySet<Proposal["what"]> = new Set(["limit", "idle_timeout", "overdraft", "enforcement", "pools"]);

/** What the form asks for beyond what holds, with what else is tried already. */
export function readTrial(
  form: TrialFields,
  settings: Settings,
  trial: ShadowView | null,
  { words }: Language,
): { changes: Proposal[] } | { fault: string; field?: keyof TrialFields } {
  const { trial: said } = words;
  const [limit, minutes, seats] = [readWhole(form.limit), readWhole(form.minutes), readWhole(form.overdraft)];
  if (limit === null) return { fault: said.whole, field: "limit" };
  if (minutes === null) return { fault: said.whole, field: "minutes" };
  if (seats === null) return { fault: said.whole, field: "overdraft" };
  const enforced = form.enforced === "yes";
  const { hoursPerMonth } = trial?.proposed.overdraft ?? settings.overdraft;
  const overdraft = { seats, hoursPerMonth: seats === 0 ? null : hoursPerMonth };
  const isSameOverdraft =
    seats === settings.overdraft.seats && overdraft.hoursPerMonth === settings.overdraft.hoursPerMonth;
  const isSameTimeout = minutes === Math.round(settings.idleTimeoutMs / MINUTE_MS);
  const pools = form.pools === "yes" ? trial?.proposed.pools : undefined;
  const kept = changesOf(trial?.proposed ?? {}).filter(({ what }) => !ON_FORM.has(what));
  const asked = changesOf({
    ...(limit === settings.limit ? {} : { limit }),
    ...(isSameTimeout ? {} : { idleTimeoutMs: minutes * MINUTE_MS }),
    ...(isSameOverdraft ? {} : { overdraft }),
    ...(enforced === settings.enforced ? {} : { enforced }),
    ...(pools === undefined ? {} : { pools }),
  });
  const changes = [...kept, ...asked];
  return changes.length === 0 ? { fault: said.same } : { changes };
}

/** Which field a problem of the tenant's is about. */
export const fieldOf = (field: string | undefined): keyof TrialFields | undefined =>
  (({ limit: "limit", idleTimeoutMinutes: "minutes", seats: "overdraft", enforced: "enforced" }) as const)[field ?? ""];
