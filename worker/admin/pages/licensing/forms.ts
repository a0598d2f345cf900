/**
 * A7: the forms of the licensing page: what each holds, and what it asks of the tenant. What can be read is the tenant's
 * to judge, so that its sentence is the one that people read, and attempts are recorded (L10).
 */

import type { Child } from "hono/jsx";
import * as z from "zod/mini";
import { CORNERS } from "../../../../shared/corner.ts";
import { MINUTE_MS } from "../../../../shared/durations.ts";
import { HANDOVERS } from "../../../../shared/handover.ts";
import { HolderId } from "../../../../shared/ids.ts";
import { IDLE_TIMEOUT_MAX_MS, LIMIT_MAX } from "../../../../shared/timing.ts";
import {
  MODELS,
  OVERDRAFT_HOURS_MAX,
  REFUSAL_TOLERANCE_MAX_MS,
  type SettingsChange,
} from "../../../ledger/settings/settings.ts";
import type { AdminView, Change, Person, TenantCalls } from "../../../tenant/tenant-calls.ts";
import { readWhole } from "../../form.ts";
import type { Language } from "../../language.ts";
import { readLocalTime } from "../../ui/local-time.ts";
import { endOfPreset, PRESETS } from "./boost-preset.ts";

const NAME_MAX = 200;

export const version = z.string().check(z.regex(/^\d{1,15}$/));
const text = z.string();
/** Where a form on the first page comes back to. */
const back = z.optional(z.literal("now"));
const fields = <Shape extends z.core.$ZodShape>(shape: Shape) => z.strictObject({ ...shape, version });

/** What every form is read by. */
export interface Reading {
  language: Language;
  /** ms. */
  now: number;
  idleTimeoutMinMs: number;
}

/** What a form asks of the tenant, from the version it was made from; `fault` is a sentence in the reader's language. */
type Asked =
  | { ask: (tenant: TenantCalls, actor: Person, version: number) => Promise<Change> }
  /** `field`: the one that is wrong; the form's first where it has only one. */
  | { fault: string; field?: string };

interface Form<Shape> {
  schema: z.ZodMiniType<Shape>;
  /** The section of the page to come back to. */
  section: string;
  read(form: Shape, reading: Reading): Asked;
}

const form = <Shape>(made: Form<Shape>): Form<unknown> => made as unknown as Form<unknown>;
const change = (wanted: SettingsChange): Asked => ({
  ask: (tenant, actor, from) => tenant.changeSettings(actor, wanted, from),
});

const Assignee = fields({ id: text, name: text });

/** Somebody named by hand or found. */
function readPerson(
  { id, name }: { id: string; name: string },
  { language: { words } }: Reading,
): { id: HolderId; name: string } | { fault: string; field: string } {
  const key = HolderId.safeParse(id.trim());
  const called = name.trim();
  if (!key.success) return { fault: words.faults.personKey, field: "id" };
  if (called === "" || called.length > NAME_MAX) return { fault: words.faults.personName, field: "name" };
  return { id: key.data, name: called };
}

export const FORMS = {
  limit: form({
    schema: fields({ limit: text, back }),
    section: "limit",
    read: ({ limit }, { language: { words, say } }) => {
      const typed = readWhole(limit);
      return typed === null
        ? { fault: say(words.faults.limit, { most: LIMIT_MAX }) }
        : { ask: (tenant, actor, from) => tenant.setLimit(actor, typed, from) };
    },
  }),
  "idle-timeout": form({
    schema: fields({ minutes: text }),
    section: "idle",
    read: ({ minutes }, { language: { words, say }, idleTimeoutMinMs }) => {
      const typed = readWhole(minutes);
      const [least, most] = [Math.ceil(idleTimeoutMinMs / MINUTE_MS), IDLE_TIMEOUT_MAX_MS / MINUTE_MS];
      return typed === null
        ? { fault: say(words.faults.minutes, { least, most }) }
        : { ask: (tenant, actor, from) => tenant.setIdleTimeout(actor, typed * MINUTE_MS, from) };
    },
  }),
  boost: form({
    schema: fields({ extra: text, starts: text, ends: text, preset: z.optional(z.enum(PRESETS)), back }),
    section: "boosts",
    read: ({ extra, starts, ends, preset = "times" }, { language: { words, say, zone }, now }) => {
      const seats = readWhole(extra);
      if (seats === null || seats < 1 || seats > LIMIT_MAX) {
        return { fault: say(words.faults.extra, { most: LIMIT_MAX }), field: "extra" };
      }
      const from = starts.trim() === "" ? now : readLocalTime(starts, zone);
      if (from === null) return { fault: words.faults.starts, field: "starts" };
      // The minute that was typed may be the one that runs.
      if (from < now - MINUTE_MS) return { fault: words.faults.startsPast, field: "starts" };
      const until =
        preset === "times" || ends.trim() !== ""
          ? readLocalTime(ends, zone)
          : endOfPreset(preset, zone, Math.max(from, now));
      if (until === null) return { fault: words.faults.ends, field: "ends" };
      const startsInMs = Math.max(0, from - now);
      const lastsMs = until - now - startsInMs;
      if (lastsMs < MINUTE_MS) return { fault: words.faults.endsBefore, field: "ends" };
      return change({ what: "boost", extra: seats, startsInMs, lastsMs });
    },
  }),
  "cancel-boost": form({
    schema: fields({ id: text.check(z.maxLength(20)) }),
    section: "boosts",
    read: ({ id }) => change({ what: "cancel_boost", id }),
  }),
  model: form({
    schema: fields({ model: z.enum(MODELS) }),
    section: "model",
    read: ({ model }) => change({ what: "model", model }),
  }),
  "time-zone": form({
    schema: fields({ zone: text.check(z.maxLength(100)) }),
    section: "zone",
    read: ({ zone }) => change({ what: "time_zone", timeZone: zone.trim() }),
  }),
  "named-licences": form({
    schema: fields({ licences: text }),
    section: "named",
    read: ({ licences }, { language: { words, say } }) => {
      const typed = readWhole(licences);
      return typed === null || typed < 0 || typed > LIMIT_MAX
        ? { fault: say(words.faults.licences, { most: LIMIT_MAX }) }
        : change({ what: "named_licences", licences: typed });
    },
  }),
  assign: form({
    schema: Assignee,
    section: "named",
    read: (typed, reading) => {
      const person = readPerson(typed, reading);
      return "fault" in person ? person : change({ what: "assign", person });
    },
  }),
  unassign: form({
    schema: fields({ id: HolderId }),
    section: "named",
    read: ({ id }) => change({ what: "unassign", id }),
  }),
  exempt: form({
    schema: Assignee,
    section: "exempt",
    read: (typed, reading) => {
      const person = readPerson(typed, reading);
      return "fault" in person ? person : change({ what: "exempt", person });
    },
  }),
  "end-exemption": form({
    schema: fields({ id: HolderId }),
    section: "exempt",
    read: ({ id }) => change({ what: "end_exemption", id }),
  }),
  "records-agreed": form({
    schema: fields({ agreed: text }),
    section: "records",
    read: ({ agreed }, { language: { words } }) => {
      const typed = agreed.trim() === "" ? null : readWhole(agreed);
      return agreed.trim() !== "" && (typed === null || typed < 1)
        ? { fault: words.faults.agreed }
        : change({ what: "records_agreed", agreed: typed });
    },
  }),
  "records-count": form({
    schema: fields({ count: text }),
    section: "records",
    read: ({ count }, { language: { words } }) => {
      const typed = readWhole(count);
      return typed === null || typed < 0
        ? { fault: words.faults.count }
        : { ask: (tenant, actor) => tenant.reportRecords(actor, typed) };
    },
  }),
  announce: form({
    schema: fields({ text, ends: text }),
    section: "announcement",
    read: ({ text, ends }, { language: { words, zone }, now }) => {
      const until = readLocalTime(ends, zone);
      if (until === null) return { fault: words.faults.ends, field: "ends" };
      if (until - now < MINUTE_MS) return { fault: words.faults.endsBefore, field: "ends" };
      return change({ what: "announce", text, lastsMs: until - now });
    },
  }),
  "end-announcement": form({
    schema: fields({}),
    section: "announcement",
    read: () => change({ what: "end_announcement" }),
  }),
  close: form({
    schema: fields({ starts: text, ends: text, text }),
    section: "closing",
    read: ({ starts, ends, text }, { language: { words, zone }, now }) => {
      const from = readLocalTime(starts, zone);
      if (from === null) return { fault: words.faults.ends, field: "starts" };
      const until = readLocalTime(ends, zone);
      if (until === null) return { fault: words.faults.ends, field: "ends" };
      if (until - from < MINUTE_MS) return { fault: words.closing.faults.ends, field: "ends" };
      // How soon it may begin, the tenant says.
      return change({ what: "close", startsInMs: Math.max(0, from - now), lastsMs: until - from, text });
    },
  }),
  "end-closing": form({
    schema: fields({}),
    section: "closing",
    read: () => change({ what: "end_closing" }),
  }),
  contact: form({
    schema: fields({ contact: text }),
    section: "contact",
    read: ({ contact }) => change({ what: "contact", contact: contact.replace(/[\p{Cc}\s]+/gu, " ").trim() }),
  }),
  enforcement: form({
    schema: fields({ enforced: z.enum(["yes", "no"]), back }),
    section: "enforcement",
    read: ({ enforced }) => change({ what: "enforcement", enforced: enforced === "yes" }),
  }),
  overdraft: form({
    schema: fields({ seats: text, hours: text }),
    section: "overdraft",
    read: ({ seats, hours }, { language: { words, say } }) => {
      const people = readWhole(seats);
      if (people === null || people < 0 || people > LIMIT_MAX) {
        return { fault: say(words.faults.overdraftSeats, { most: LIMIT_MAX }), field: "seats" };
      }
      const hoursPerMonth = hours.trim() === "" ? null : readWhole(hours);
      if (hours.trim() !== "" && (hoursPerMonth === null || hoursPerMonth < 1 || hoursPerMonth > OVERDRAFT_HOURS_MAX)) {
        return { fault: say(words.faults.overdraftHours, { most: OVERDRAFT_HOURS_MAX }), field: "hours" };
      }
      return change({ what: "overdraft", seats: people, hoursPerMonth });
    },
  }),
  nudge: form({
    schema: fields({ nudge: z.enum(["no", "yes", "names"]) }),
    section: "nudge",
    read: ({ nudge }) => change({ what: "nudge", allowed: nudge !== "no", showNames: nudge === "names" }),
  }),
  tolerance: form({
    schema: fields({ seconds: text }),
    section: "tolerance",
    read: ({ seconds }, { language: { words, say } }) => {
      const typed = readWhole(seconds);
      return typed === null
        ? { fault: say(words.faults.tolerance, { most: REFUSAL_TOLERANCE_MAX_MS / 1_000 }) }
        : change({ what: "refusal_tolerance", toleranceMs: typed * 1_000 });
    },
  }),
  handover: form({
    schema: fields({ handover: z.enum(HANDOVERS) }),
    section: "handover",
    read: ({ handover }) => change({ what: "handover", handover }),
  }),
  button: form({
    schema: fields({ button: z.enum(CORNERS) }),
    section: "button",
    read: ({ button }) => change({ what: "button", corner: button }),
  }),
} as const satisfies Record<string, Form<unknown>>;

export type FormName = keyof typeof FORMS;
export const FORM_NAMES = Object.keys(FORMS) as FormName[];

/** A form that was sent and not taken. */
export interface Draft {
  form: FormName;
  fields: Readonly<Record<string, string>>;
  /** A sentence; null: what changed meanwhile is said instead. */
  fault: Child | null;
  /** The field that is wrong; left out: the form's first. */
  field?: string | undefined;
}

/** What a field shows: what was typed and not taken, else what holds. */
export const typedOr = (draft: Draft | null, name: FormName, field: string, holds: string): string =>
  (draft?.form === name ? draft.fields[field] : undefined) ?? holds;

/** What changed since `from`; null: more than is remembered. */
export function changesSince({ settings }: AdminView, from: number): AdminView["settings"]["history"] | null {
  const since = settings.history.filter((one) => one.version > from);
  return since.length < settings.version - from ? null : since;
}
