/** R10: a message as RFC 5322 and MIME write it. Nothing in it can begin a header of its own. */

export interface Mail {
  /** The same on every try, so that mailboxes and services show the message once. */
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  attachments: readonly Attachment[];
  /** Address at which the receiver ends these messages; null: this one comes once. */
  stop: string | null;
}

export interface Attachment {
  name: string;
  type: string;
  text: string;
}

const LINE = 76;
/** UTF-8 bytes in one encoded word: with its frame and the header's name, a line stays within 76 characters (RFC 2047). */
const WORD_BYTES = 39;
const SUBJECT_MAX = 200;

const encoder = new TextEncoder();

/** Base64 of the UTF-8 of `text`. */
export function encodeText(text: string): string {
  let bytes = "";
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}

/** One line without control characters, of bounded length. */
export function plainLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();
  const letters = [...plain];
  return letters.length <= SUBJECT_MAX ? plain : `${letters.slice(0, SUBJECT_MAX - 1).join("")}…`;
}

/** A text for a header: what is not plain ASCII, or too long for one line, is encoded in words. */
export function headerText(text: string): string {
  const plain = plainLine(text);
  if (/^[\x20-\x7e]*$/.test(plain) && plain.length <= LINE - "Subject: ".length && !plain.includes("=?")) return plain;
  const words: string[] = [];
  let word = "";
  for (const letter of plain) {
    if (encoder.encode(word + letter).byteLength > WORD_BYTES) {
      words.push(word);
      word = "";
    }
    word += letter;
  }
  words.push(word);
  return words.map((each) => `=?UTF-8?B?${encodeText(each)}?=`).join("\r\n ");
}

/** Texts have CR LF in MIME, whatever they were written with. */
const withLineEnds = (text: string): string => text.replace(/\r\n|\r|\n/g, "\r\n");

function part(type: string, text: string, more: readonly string[] = []): string {
  const lines = encodeText(withLineEnds(text)).replace(new RegExp(`.{${LINE}}`, "g"), "$&\r\n");
  return [`Content-Type: ${type}`, "Content-Transfer-Encoding: base64", ...more, "", lines].join("\r\n");
}

/** Fixed, so that a message is the same on every try; base64 has no such letters. */
const MIXED = "=_hotseat_mixed";
const EITHER = "=_hotseat_either";

const join = (boundary: string, parts: readonly string[]): string =>
  `${parts.map((each) => `--${boundary}\r\n${each}\r\n`).join("")}--${boundary}--\r\n`;

/** In angle brackets, at the domain of `from`. */
export const messageIdOf = (id: string, from: string): string =>
  `<${id.replace(/[^A-Za-z0-9._-]/g, "-")}@${from.slice(from.indexOf("@") + 1)}>`;

/** RFC 8058: mail programs show a button that ends these messages. */
export const stopHeaders = (stop: string | null): [string, string][] =>
  stop === null
    ? []
    : [
        ["List-Unsubscribe", `<${stop}>`],
        ["List-Unsubscribe-Post", "List-Unsubscribe=One-Click"],
      ];

/** The whole message; lines end in CR LF. `from` and `to` are addresses that were checked. `now`: ms. */
export function composeMail(mail: Mail, from: string, now: number): string {
  const { id, to, subject, text, html, attachments, stop } = mail;
  const body = join(EITHER, [part("text/plain; charset=utf-8", text), part("text/html; charset=utf-8", html)]);
  const files = attachments.map(({ name, type, text: content }) =>
    part(type, content, [`Content-Disposition: attachment; filename="${name.replace(/[^A-Za-z0-9._-]/g, "-")}"`]),
  );
  const headers: [string, string][] = [
    ["From", `Hotseat <${from}>`],
    ["To", `<${to}>`],
    ["Subject", headerText(subject)],
    ["Date", new Date(now).toUTCString().replace("GMT", "+0000")],
    ["Message-ID", messageIdOf(id, from)],
    ["MIME-Version", "1.0"],
    ["Auto-Submitted", "auto-generated"],
    ...stopHeaders(stop),
    ["Content-Type", `multipart/mixed; boundary="${MIXED}"`],
  ];
  return [
    ...headers.map(([name, value]) => `${name}: ${value}`),
    "",
    join(MIXED, [`Content-Type: multipart/alternative; boundary="${EITHER}"\r\n\r\n${body}`, ...files]),
  ].join("\r\n");
}
