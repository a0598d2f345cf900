/** Streams a file of the records as it is read. */
import { CONTENT_TYPES, EXPORT_FORMATS, type ExportFormat } from "../audit/audit-export.ts";

/** As typed; `json` is JSON lines, too. null: it is none of them. */
export const readFormat = (word: string | undefined): ExportFormat | null =>
  word === "json" ? "jsonl" : (EXPORT_FORMATS.find((format) => format === word) ?? null);

/**
 * `name` without extension. Neither stored by caches nor shown by the browser. Throws where the first piece cannot be
 * read: nothing is answered then, and the page that says so still can be.
 */
export async function answerExport(
  body: ReadableStream<Uint8Array>,
  format: ExportFormat,
  name: string,
  now: number,
): Promise<Response> {
  const day = new Date(now).toISOString().slice(0, 10);
  return new Response(await begun(body), {
    headers: {
      "content-type": CONTENT_TYPES[format],
      "content-disposition": `attachment; filename="${name}-${day}.${format}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
    },
  });
}

/** The same stream once its first piece is there. */
async function begun(body: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  let first: ReadableStreamReadResult<Uint8Array> | null = await reader.read();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = first ?? (await reader.read());
      first = null;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (why) => reader.cancel(why),
  });
}
