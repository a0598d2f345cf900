/** R10: gives a message to an HTTP mail service. */
import * as z from "zod/mini";
import { sentence } from "../../../shared/sentence.ts";
import type { MailService } from "../../config/mail-config.ts";
import { encodeText, type Mail, messageIdOf, plainLine, stopHeaders } from "./compose-mail.ts";
import { MAIL_PATIENCE_MS, MailFault } from "./mail-fault.ts";

interface Asked {
  url: string;
  headers: Record<string, string>;
  body: unknown;
}

/** resend.com/docs/api-reference/emails/send-email: the same key is sent once within a day. */
function askResend({ id, to, subject, text, html, attachments, stop }: Mail, from: string, key: string): Asked {
  return {
    url: "https://api.resend.com/emails",
    headers: { authorization: `Bearer ${key}`, "idempotency-key": id },
    body: {
      from: `Hotseat <${from}>`,
      to: [to],
      subject: plainLine(subject),
      text,
      html,
      headers: {
        "Message-ID": messageIdOf(id, from),
        "Auto-Submitted": "auto-generated",
        ...Object.fromEntries(stopHeaders(stop)),
      },
      attachments: attachments.map(({ name, type, text: content }) => ({
        filename: name,
        content: encodeText(content),
        content_type: type,
      })),
    },
  };
}

/** postmarkapp.com/developer/user-guide/send-email-with-api: it has no key against repetition, but keeps our Message-ID. */
function askPostmark({ id, to, subject, text, html, attachments, stop }: Mail, from: string, key: string): Asked {
  const headers = [["Message-ID", messageIdOf(id, from)], ["X-PM-KeepID", "true"], ...stopHeaders(stop)];
  return {
    url: "https://api.postmarkapp.com/email",
    headers: { "x-postmark-server-token": key, accept: "application/json" },
    body: {
      From: `Hotseat <${from}>`,
      To: to,
      Subject: plainLine(subject),
      TextBody: text,
      HtmlBody: html,
      MessageStream: "outbound",
      Headers: headers.map(([Name, Value]) => ({ Name, Value })),
      Attachments: attachments.map(({ name, type, text: content }) => ({
        Name: name,
        Content: encodeText(content),
        ContentType: type,
      })),
    },
  };
}

const ASKS: Record<MailService, typeof askResend> = { resend: askResend, postmark: askPostmark };

const UNPROCESSABLE = 422;
/** Bytes read of an answer. */
const ANSWER_MAX = 10_000;
/** postmarkapp.com/developer/api/overview#error-codes: the receiver is inactive. */
const POSTMARK_INACTIVE = 406;

const Said = z.looseObject({
  ErrorCode: z.optional(z.unknown()),
  name: z.optional(z.unknown()),
  message: z.optional(z.unknown()),
});

/** Whether the address itself was refused for good. The same status tells of the operator's own faults, such as a sender that is not verified. */
const REFUSES_ADDRESS: Record<MailService, (said: z.infer<typeof Said>) => boolean> = {
  postmark: ({ ErrorCode }) => ErrorCode === POSTMARK_INACTIVE,
  resend: ({ name, message }) => name === "validation_error" && typeof message === "string" && /`to`/.test(message),
};

/** Null: not JSON, or too long. */
async function readAnswer(answer: Response): Promise<z.infer<typeof Said> | null> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const piece of answer.body ?? []) {
    bytes += piece.byteLength;
    if (bytes > ANSWER_MAX) return null;
    text += decoder.decode(piece, { stream: true });
  }
  try {
    return Said.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Resolves once the service has taken the message; throws a `MailFault`. */
export async function sendByService(
  { service, key, from }: { service: MailService; key: string; from: string },
  mail: Mail,
  fetch: typeof globalThis.fetch,
): Promise<void> {
  const { url, headers, body } = ASKS[service](mail, from, key);
  // Not AbortSignal.timeout: its timer continues after the answer and keeps the tenant's object awake.
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), MAIL_PATIENCE_MS);
  let status: number;
  let said: z.infer<typeof Said> | null = null;
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      redirect: "manual",
      signal: patience.signal,
    });
    status = answer.status;
    if (status === UNPROCESSABLE) said = await readAnswer(answer);
    else await answer.body?.cancel();
  } catch {
    throw new MailFault(sentence("mailSilent"));
  } finally {
    clearTimeout(timer);
  }
  if (status < 200 || status > 299) {
    const isFinal = said !== null && REFUSES_ADDRESS[service](said);
    throw new MailFault(sentence("mailStatus", { status }), { isFinal, isUnsent: true });
  }
}
