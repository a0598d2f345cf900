/** Reads the forms of the administration pages. */
import * as z from "zod/mini";
import { HolderId } from "../../shared/ids.ts";
import type { Problem } from "../../shared/problem.ts";
import { BODY_MAX_BYTES } from "../../shared/protocol.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { type Sentence, sentence } from "../../shared/sentence.ts";
import { readBounded } from "../http/bounded-body.ts";
import { TAGS } from "../i18n/tag.ts";
import { RECEIVER_KINDS } from "../tenant/alerts/receiver.ts";
import { NOTE_MAX } from "./pages/now/evict-page.tsx";

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;

export const FreeForm = z.strictObject({ holder: HolderId, note: z.string() });

const tick = z.optional(z.literal("yes"));
export const ReceiverForm = z.strictObject({
  kind: z.enum(RECEIVER_KINDS),
  url: z.string(),
  near: tick,
  full: tick,
  denied: tick,
  overdraft: tick,
  records: tick,
  requests: tick,
  events: tick,
  names: tick,
  heads: tick,
  report: tick,
});
export const ReceiverIdForm = z.strictObject({ id: z.string() });
export const NearForm = z.strictObject({ percent: z.string() });
export const RecountForm = z.strictObject({ mend: z.enum(["yes", "no"]) });
export const EraseForm = z.strictObject({ holder: HolderId });
export const LanguageForm = z.strictObject({ language: z.enum(TAGS), back: z.string() });
export const SureForm = z.strictObject({ sure: z.literal("yes") });

/** Parses a form by its schema. Refuses other content types, more than 64 KiB, and unknown, repeated or missing fields. */
export async function readForm<T extends z.ZodMiniType>(
  request: Request,
  schema: T,
): Promise<Result<z.infer<T>, Problem>> {
  const type = request.headers.get("content-type") ?? "";
  if (!FORM_TYPE.test(type.trim())) {
    return err({ code: "wrong_content_type", says: sentence("formsOnly") });
  }
  const bytes = await readBounded(request, BODY_MAX_BYTES);
  if (bytes === null) return err({ code: "too_large", says: sentence("formLarge", { most: BODY_MAX_BYTES }) });
  const fields = [...new URLSearchParams(new TextDecoder().decode(bytes))];
  const parsed = schema.safeParse(Object.fromEntries(fields));
  if (!parsed.success || new Set(fields.map(([name]) => name)).size !== fields.length) {
    return err({ code: "malformed", says: sentence("formOther") });
  }
  return ok(parsed.data);
}

/** A whole number as typed, at most nine digits; null: it is none. Its range is the tenant's to judge. */
export function readWhole(typed: string): number | null {
  const digits = typed.trim();
  return /^-?\d{1,9}$/.test(digits) ? Number(digits) : null;
}

/** A reason on one line: never empty, at most `NOTE_MAX` characters. */
export function readNote(typed: string): Result<string, Sentence> {
  const note = typed.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  if (note === "") return err(sentence("sayWhy"));
  if (note.length > NOTE_MAX) return err(sentence("noteLong", { most: NOTE_MAX, count: note.length }));
  return ok(note);
}
