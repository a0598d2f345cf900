/**
 * Lists for D1, as JSON in bound values. D1 takes two million bytes a value (a row, a text); a list that is longer goes
 * in pieces, several statements of one batch.
 */

/** Half of what D1 takes: room for what a row has beside its list. */
export const PIECE_MOST_BYTES = 1_000_000;

const encoder = new TextEncoder();

/** Bytes of the text in UTF-8. */
export const bytesOf = (text: string): number => encoder.encode(text).byteLength;

/** JSON arrays of the items in their order, each of at most `most` bytes unless a single item is longer. */
export function jsonPieces(items: readonly unknown[], most = PIECE_MOST_BYTES): string[] {
  const pieces: string[] = [];
  let open: string[] = [];
  let bytes = 0;
  for (const item of items) {
    const text = JSON.stringify(item);
    const more = bytesOf(text) + 1;
    if (open.length > 0 && bytes + more > most) {
      pieces.push(`[${open.join(",")}]`);
      open = [];
      bytes = 0;
    }
    open.push(text);
    bytes += more;
  }
  if (open.length > 0) pieces.push(`[${open.join(",")}]`);
  return pieces;
}
