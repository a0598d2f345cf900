/**
 * A form that was sent and refused: what the person typed is put into the refusal page, from where it is sent again.
 * Only of the CRM's own pages: another site's form, sent from ours, would pass for the CRM's own.
 */
import { readBounded } from "../bounded-body.ts";
import type { ReadBody } from "./request-body.ts";

export interface KeptForm {
  fields: readonly (readonly [name: string, value: string])[];
}

/** Nobody types more than this. */
const BODY_MAX_BYTES = 256 * 1024;
const FIELDS_MAX = 500;
const FORM_TYPE = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i;

/** `read`: the body, where it was looked into before. null: no form, one of another site, one with files, or too large; the body may have been read. */
export async function readKeptForm(request: Request, read: ReadBody | null): Promise<KeptForm | null> {
  if (request.method !== "POST" || (request.bodyUsed && read === null)) return null;
  if (request.headers.get("sec-fetch-site") !== "same-origin") return null;
  const type = request.headers.get("content-type") ?? "";
  if (!FORM_TYPE.test(type)) return null;
  const bytes = read?.bytes ?? (await readBounded(request, BODY_MAX_BYTES).catch(() => null));
  if (bytes === null) return null;
  try {
    const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
    const fields: [string, string][] = [];
    for (const [name, value] of form) {
      if (typeof value === "string") fields.push([name, value]);
      // A browser sends an empty file where none was chosen.
      else if (value.size > 0 || value.name !== "") return null;
    }
    return fields.length === 0 || fields.length > FIELDS_MAX ? null : { fields };
  } catch {
    return null;
  }
}
