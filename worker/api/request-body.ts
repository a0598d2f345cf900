/** P1: reads a request's JSON, or says what is wrong with it. */
import type * as z from "zod/mini";
import type { DoorProblem } from "../../shared/problem.ts";
import { BODY_MAX_BYTES } from "../../shared/protocol.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { readBoundedText } from "../http/bounded-body.ts";
import { describeFault } from "./fault.ts";

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;

/** Decoders put it where bytes are no UTF-8. */
const LOST = "\ufffd";

export const hasLostText = (text: string): boolean => text.includes(LOST);

const malformed = (detail: string): { ok: false; error: DoorProblem } => err({ code: "malformed", detail });

export function isJson(headers: Headers): boolean {
  const type = headers.get("content-type");
  return type !== null && JSON_TYPE.test(type.trim());
}

/** The body as the schema's value. Refuses another content type, more than 64 KiB, no JSON, any unknown field. */
export async function readBody<T extends z.ZodMiniType>(
  request: Request,
  schema: T,
): Promise<Result<z.infer<T>, DoorProblem>> {
  if (!isJson(request.headers)) {
    return err({ code: "wrong_content_type", detail: "Send the body as application/json." });
  }
  const text = await readBoundedText(request, BODY_MAX_BYTES);
  if (text === null) {
    return err({ code: "too_large", detail: `The body may be at most ${BODY_MAX_BYTES} bytes.` });
  }
  if (hasLostText(text)) {
    return malformed("The body is not UTF-8, or has the character U+FFFD, which stands for text that was lost.");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed("The body is not JSON.");
  }
  const parsed = schema.safeParse(value);
  return parsed.success ? ok(parsed.data) : err({ code: "malformed", ...describeFault(parsed.error) });
}
