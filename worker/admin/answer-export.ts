/** Streams a file of the records as it is read. */
import { CONTENT_TYPES, EXPORT_FORMATS, type ExportFormat } from "../audit/audit-export.ts";

/** As typed; `json` is JSON lines, too. null: it is none of them. */
export const readFormat = (word: string | undefined): ExportFormat | null =>
  word === "json" ? "jsonl" : (EXPORT_FORMATS.find((format) => format === word) ?? null);

/** `name` without extension. Neither stored by caches nor shown by the browser. */
export function answerExport(
  body: ReadableStream<Uint8Array>,
  format: ExportFormat,
  name: string,
  now: number,
): Response {
  const day = new Date(now).toISOString().slice(0, 10);
  return new Response(body, {
    headers: {
      "content-type": CONTENT_TYPES[format],
      "content-disposition": `attachment; filename="${name}-${day}.${format}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
    },
  });
}
