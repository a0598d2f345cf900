/**
 * A form that was sent and refused: what the person typed is put into the refusal page, from where it is sent again,
 * byte for byte. Only of the CRM's own pages: another site's form, sent from ours, would pass for the CRM's own.
 */
import { readBounded } from "../../http/bounded-body.ts";
import type { ReadBody } from "../body-peek.ts";
import { boundaryOf, decode, type FormPart, readMultipart, readUrlEncoded } from "../proxy/form-bytes.ts";

export interface FormReplay {
  fields: readonly ReplayedField[];
  /**
   * In which the page's form is sent. Anything that is not UTF-8 is kept as windows-1252, whatever it was: each of the
   * 256 bytes is a character of it and comes back as the same byte (Encoding Standard).
   */
  charset: "utf-8" | "windows-1252";
  isMultipart: boolean;
}

/** `file`: which must be chosen again, or was not chosen before. */
export type ReplayedField = { name: string; value: string } | { name: string; file: "chosen" | "none" };

/** Whether files were chosen, which must be chosen again. */
export const hasFiles = ({ fields }: FormReplay): boolean =>
  fields.some((field) => "file" in field && field.file === "chosen");

/** Nobody types more than this. */
const TYPED_MAX_BYTES = 256 * 1024;
/** With files, which are read past. */
const BODY_MAX_BYTES = 10 * 1024 * 1024;
/** PHP, Django and ASP.NET take 1,000 by themselves. */
const FIELDS_MAX = 2_000;
const URL_ENCODED = /^\s*application\/x-www-form-urlencoded\s*(?:;|$)/i;
const MULTIPART = /^\s*multipart\/form-data\s*;/i;
/** No page can send characters that an HTML parser replaces. */
const UNSENDABLE = /\0/;

/**
 * `read`: the body, where it was looked into before. null: no form, one of another site, or too large; the body may
 * have been read.
 */
export async function readFormReplay(request: Request, read: ReadBody | null): Promise<FormReplay | null> {
  if (request.method !== "POST" || (request.bodyUsed && read === null)) return null;
  if (!isOfHost(request)) return null;
  const type = request.headers.get("content-type") ?? "";
  const isMultipart = MULTIPART.test(type);
  if (!isMultipart && !URL_ENCODED.test(type)) return null;
  const most = isMultipart ? BODY_MAX_BYTES : TYPED_MAX_BYTES;
  const body = read?.bytes ?? (await readBounded(request, most).catch(() => null));
  if (body === null) return null;
  const bytes = body instanceof Uint8Array ? body : new Uint8Array(body);
  const boundary = boundaryOf(type);
  const parts = isMultipart ? boundary && readMultipart(bytes, boundary) : readUrlEncoded(bytes);
  return parts ? keep(parts, isMultipart) : null;
}

/** A browser without Fetch Metadata, as of iOS before 16.4, says by `Origin` where a form was sent. */
function isOfHost({ url, headers }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  return site === null ? headers.get("origin") === new URL(url).origin : site === "same-origin";
}

function keep(parts: readonly FormPart[], isMultipart: boolean): FormReplay | null {
  // No page can send a field without a name, and the rest alone is another form than the person sent.
  if (parts.some(({ name }) => name === "")) return null;
  const typed = parts.map(({ name, value }) => name + (value ?? "")).join("\n");
  if (parts.length === 0 || parts.length > FIELDS_MAX || typed.length > TYPED_MAX_BYTES || UNSENDABLE.test(typed)) {
    return null;
  }
  const charset = decode(typed, "utf-8") === null ? "windows-1252" : "utf-8";
  const text = (bytes: string): string => decode(bytes, charset) ?? "";
  const fields = parts.map(({ name, value, hasFile }): ReplayedField => {
    if (value !== null) return { name: text(name), value: text(value) };
    return { name: text(name), file: hasFile ? "chosen" : "none" };
  });
  return { fields, charset, isMultipart };
}
