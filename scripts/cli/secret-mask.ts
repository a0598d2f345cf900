/** Keeps secrets out of what a command prints. */

const DOTS = "•••";
/** A secret shorter than this is hidden where it stands as a word of its own: anywhere else it would hide everything. */
const SHORT = 4;
/** A piece of base64 shorter than this could be anything. */
const PIECE = 6;

/** Learns secrets as they come up, and writes dots in their place, in every spelling in which they travel. */
export class SecretMask {
  readonly #spellings = new Set<string>();
  readonly #words = new Set<string>();

  /** Values that come up on the way. What is shorter than four characters is no secret. */
  learn(...secrets: (string | null | undefined)[]): void {
    for (const secret of secrets) if (secret && secret.length >= SHORT) this.#keep(secret);
  }

  /** A password is one however short it is. */
  learnPassword(password: string): void {
    if (password !== "") this.#keep(password);
  }

  #keep(secret: string): void {
    for (const spelling of spellingsOf(secret)) {
      (spelling.length < SHORT ? this.#words : this.#spellings).add(spelling);
    }
  }

  hide(text: string): string {
    const longestFirst = [...this.#spellings].sort((a, b) => b.length - a.length);
    const hidden = longestFirst.reduce((rest, secret) => rest.replaceAll(secret, DOTS), text);
    return [...this.#words].reduce((rest, word) => rest.replace(wordPattern(word), DOTS), hidden);
  }
}

/** As it is, as in addresses, forms, JSON, HTML and base64. */
function spellingsOf(secret: string): Set<string> {
  const bytes = Buffer.from(secret);
  const percent = encodeURIComponent(secret);
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  const everyByte = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const spellings = new Set([secret, percent, form, everyByte]);
  // Hexadecimal digits of escapes come in both cases.
  for (const spelling of [percent, form, everyByte]) {
    spellings.add(spelling.replace(/%[0-9a-f]{2}/gi, (code) => code.toLowerCase()));
    spellings.add(spelling.replace(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase()));
  }
  const json = JSON.stringify(secret).slice(1, -1);
  spellings.add(json).add(json.replaceAll("/", "\\/"));
  spellings.add(json.replace(/[^ -~]/g, escapeUnit)).add(json.replace(/[^ -~]|[<>&'/]/g, escapeUnit));
  spellings.add(escapeHtml(secret, "&#39;")).add(escapeHtml(secret, "&#039;"));
  for (const piece of base64Pieces(bytes)) spellings.add(piece).add(piece.replaceAll("+", "-").replaceAll("/", "_"));
  return spellings;
}

const escapeUnit = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text: string, apostrophe: string): string =>
  text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? apostrophe);

/** What base64 makes of the secret, alone and after any other text: of three alignments the part that is its own. */
function base64Pieces(bytes: Buffer): string[] {
  const whole = bytes.toString("base64");
  const pieces = [whole, whole.replace(/=+$/, "")];
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const shared = (before + bytes.length) % 3 === 0 ? 0 : 1;
    pieces.push(text.slice(before === 0 ? 0 : before + 1, shared === 0 ? undefined : -1));
  }
  return pieces.filter((piece, index) => index < 2 || piece.length >= PIECE);
}

function wordPattern(word: string): RegExp {
  const source = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, "gu");
}
