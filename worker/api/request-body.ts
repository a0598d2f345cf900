/** P1: reads a request's JSON, or says what is wrong with it. */
import type * as z from "zod/mini";
import type { Problem } from "../../shared/problem.ts";
import { BODY_MAX_BYTES } from "../../shared/protocol.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { readBounded } from "../bounded-body.ts";
import { describeFault } from "./fault.ts";

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

const malformed = (detail: string): { ok: false; error: Problem } => err({ code: "malformed", detail });

/** The body as the schema's value. Refuses another content type, more than 64 KiB, no JSON, any unknown field. */
export async function readBody<T extends z.ZodMiniType>(
  request: Request,
  schema: T,
): Promise<Result<z.infer<T>, Problem>> {
  const type = request.headers.get("content-type");
  if (type === null || !JSON_TYPE.test(type.trim())) {
    return err({ code: "wrong_content_type", detail: "Send the body as application/json." });
  }
  const bytes = await readBounded(request, BODY_MAX_BYTES);
  if (bytes === null) {
    return err({ code: "too_large", detail: `The body may be at most ${BODY_MAX_BYTES} bytes.` });
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    return malformed("The body is not JSON in UTF-8.");
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err({ code: "malformed", ...describeFault(parsed.error) });
}
