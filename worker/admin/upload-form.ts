/** Forms with a file upload. */
import type * as z from "zod/mini";
import type { Problem } from "../../shared/problem.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { sentence } from "../../shared/sentence.ts";
import { readBounded } from "../http/bounded-body.ts";

const UPLOAD_TYPE = /^multipart\/form-data\s*;/i;
/** 50,000 people with names and addresses fit. */
export const UPLOAD_MAX_BYTES = 4 * 1024 * 1024;
/** Fields and the marks between them. */
const FIELDS_MAX_BYTES = 128 * 1024;

export interface Upload<T> {
  fields: T;
  /** Of the file that was chosen; null: none was. */
  file: Uint8Array | null;
}

/** The fields of the schema, texts all, and the file in the field `file`. `too_large`: the file is. */
export async function readUpload<T extends z.ZodMiniType>(
  request: Request,
  schema: T,
): Promise<Result<Upload<z.infer<T>>, Problem>> {
  const type = request.headers.get("content-type") ?? "";
  if (!UPLOAD_TYPE.test(type.trim())) {
    return err({ code: "wrong_content_type", says: sentence("formsOnly") });
  }
  const bytes = await readBounded(request, UPLOAD_MAX_BYTES + FIELDS_MAX_BYTES);
  if (bytes === null) return err({ code: "too_large", says: sentence("fileLarge", { most: UPLOAD_MAX_BYTES }) });
  const malformed = {
    code: "malformed" as const,
    says: sentence("formOther"),
  };
  let form: FormData;
  try {
    form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  } catch {
    return err(malformed);
  }
  const fields: Record<string, string> = {};
  let file: Uint8Array | null = null;
  for (const [name, value] of form as unknown as Iterable<[string, string | File]>) {
    if (typeof value === "string") {
      if (Object.hasOwn(fields, name)) return err(malformed);
      fields[name] = value;
    } else if (name !== "file" || file !== null) return err(malformed);
    else if (value.size > 0) file = new Uint8Array(await value.arrayBuffer());
  }
  const parsed = schema.safeParse(fields);
  if (!parsed.success) return err(malformed);
  return ok({ fields: parsed.data, file });
}

/** The file as text; null: it is not UTF-8. */
export function readUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
