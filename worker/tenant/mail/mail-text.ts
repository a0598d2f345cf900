/** R10: what messages say, in the receiver's language: plain text and HTML of the same sentences. */
import type { SignedHead } from "../../audit/signed-head.ts";
import { fillWords } from "../../i18n/fill.ts";
import type { Tag } from "../../i18n/tag.ts";
import type { Attachment, Mail } from "./compose-mail.ts";
import WORDS from "./mail-words.json" with { type: "json" };

export const mailWords = (language: Tag) => WORDS[language];

export type MailText = Pick<Mail, "subject" | "text" | "html" | "attachments">;

/** To whom a message is written. */
export interface Letterhead {
  tenantName: string;
  language: Tag;
  /** Address that ends the messages. */
  stop: string;
}

export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

export const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

export function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (tag: "th" | "td", cells: readonly (string | number)[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(String(cell))}</${tag}>`).join("")}</tr>`;
  const body = rows.map((row) => line("td", row)).join("");
  return `<table border="1" cellpadding="6" style="border-collapse:collapse">${line("th", columns)}${body}</table>`;
}

const page = (language: Tag, body: string): string =>
  `<!doctype html><html lang="${language}"><meta charset="utf-8"><body style="font-family:system-ui,sans-serif;line-height:1.5">${body}</body></html>`;

const link = (address: string, words: string): string =>
  `<p><a href="${escapeHtml(address)}">${escapeHtml(words)}</a></p>`;

/** A message with the sentence by which its receiver ends them. `html` is the body's. */
export function letter(
  { tenantName, language, stop }: Letterhead,
  {
    subject,
    text,
    html,
    attachments = [],
  }: { subject: string; text: string; html: string; attachments?: Attachment[] },
): MailText {
  const words = mailWords(language);
  const footer = (at: string) => fillWords(words.footer, { firm: tenantName, stop: at });
  return {
    subject,
    text: `${text}\n\n-- \n${footer(stop)}\n`,
    html: page(language, `${html}<hr>${paragraph(footer(words.stop))}${link(stop, words.stop)}`),
    attachments,
  };
}

/** One sentence: the subject, too. `page`: address of the page where something can be done; null: there is none. */
export function alertMail(head: Letterhead, sentence: string, page: string | null): MailText {
  const text = page === null ? sentence : `${sentence}\n\n${page}`;
  return letter(head, { subject: sentence, text, html: paragraph(sentence) + (page === null ? "" : link(page, page)) });
}

/** Asks whether the address wants messages at all; `confirm`: where it says so. */
export function askMail(tenantName: string, language: Tag, confirm: string): MailText {
  const words = mailWords(language);
  const ask = fillWords(words.ask, { firm: tenantName });
  return {
    subject: fillWords(words.askSubject, { firm: tenantName }),
    text: `${ask}\n\n${confirm}\n\n${words.askNot}\n`,
    html: page(language, paragraph(ask) + link(confirm, words.confirm) + paragraph(words.askNot)),
    attachments: [],
  };
}

/** The head as the verifier reads it: one line of JSON. */
export function headFile(head: SignedHead): Attachment {
  return { name: `hotseat-head-${head.day}.jsonl`, type: "application/jsonl", text: `${JSON.stringify(head)}\n` };
}

/** R9: the day's head, and what to compare it with. */
export function headMail(letterhead: Letterhead, head: SignedHead): MailText {
  const words = mailWords(letterhead.language);
  const subject = fillWords(words.headSubject, { firm: letterhead.tenantName, day: head.day });
  const row = fillWords(words.headRow, { seq: head.seq, hash: head.hash });
  const line = JSON.stringify(head);
  return letter(letterhead, {
    subject,
    text: `${row}\n\n${words.headHow}\n\n${line}`,
    html: `${paragraph(row)}${paragraph(words.headHow)}<pre>${escapeHtml(line)}</pre>`,
    attachments: [headFile(head)],
  });
}
