/**
 * The encodings that the CRM may answer in: of those that the visitor takes, the ones that a Worker can carry and
 * decode.
 */

const CARRIED = ["gzip", "x-gzip", "br", "identity"];
const OTHER = /deflate|zstd|compress|dcb|dcz|\*/i;
/** What today's browsers send: read once. */
const seen = new Map<string, string>([
  ["gzip, deflate, br, zstd", "gzip, br"],
  ["gzip, deflate, br", "gzip, br"],
]);

/** What Cloudflare and its local runtime write in place of a visitor's own word, which then stands in `cf`. */
const WRITTEN = ["gzip, br", "br, gzip"];

/**
 * For a visitor who names none, `identity`: otherwise the runtime would ask for gzip and pass that on. `shown`: where
 * Cloudflare says what the visitor sent; looked at only where it matters, since reading `cf` parses all of it.
 */
export function acceptedEncodings(header: string | null, shown?: Pick<Request, "cf">): string {
  const asked = header !== null && WRITTEN.includes(header) ? (writtenOver(shown) ?? header) : header;
  if (asked === null || asked.trim() === "") return "identity";
  return seen.get(asked) ?? (OTHER.test(asked) ? limit(asked) : asked);
}

function writtenOver(shown: Pick<Request, "cf"> | undefined): string | null {
  const value = shown?.cf?.clientAcceptEncoding;
  return typeof value === "string" ? value : null;
}

function limit(asked: string): string {
  const wanted = asked.split(",").map((part) => part.trim());
  const nameOf = (part: string): string => (part.split(";")[0] ?? "").trim().toLowerCase();
  const kept = wanted.filter((part) => CARRIED.includes(nameOf(part)));
  const rest = wanted.find((part) => nameOf(part) === "*");
  if (rest !== undefined) {
    const quality = rest.slice(rest.indexOf("*") + 1);
    for (const name of ["gzip", "br"]) if (!kept.some((part) => nameOf(part) === name)) kept.push(name + quality);
  }
  return kept.length === 0 ? "identity" : kept.join(", ");
}
