/** Names as people search and sort them: without case and accents. */

/** Only names with such characters need normalising. */
const PLAIN = /^[\x20-\x7e]*$/;

/** `Åsa MÜLLER` and `asa muller` are the same. */
export const foldText = (text: string): string =>
  PLAIN.test(text) ? text.toLowerCase() : text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
