/** R4, R9, R10: one message to one receiver, in the form that it takes. */

import { DAY_MS } from "../../../shared/durations.ts";
import { ADMIN_PATH } from "../../../shared/protocol.ts";
import { type Sentence, sentence } from "../../../shared/sentence.ts";
import type { SignedHead } from "../../audit/signed-head.ts";
import type { Mail } from "../mail/compose-mail.ts";
import { type MailAllowance, nextDayAt } from "../mail/mail-allowance.ts";
import type { MailFault } from "../mail/mail-fault.ts";
import { CONFIRM_WITHIN_MS, writeLink } from "../mail/mail-link.ts";
import { alertMail, askMail, headMail, type Letterhead, type MailText } from "../mail/mail-text.ts";
import { type MonthReport, reportMail } from "../mail/report-mail.ts";
import { describeAlert } from "./alert-text.ts";
import type { Alert } from "./alert-watch.ts";
import { isWebhook, isWilling, type Receiver } from "./receiver.ts";
import { NO_MAIL } from "./receivers.ts";
import { type PostPorts, post, sendAlert } from "./webhook.ts";

/** R10: asks a receiver whether it wants messages. */
export interface Question {
  ask: "confirm";
  /** ms: from when on the link counts. */
  at: number;
}

export type Message = Alert | { head: SignedHead } | { report: MonthReport } | Question;

export interface DispatchPorts {
  tenant: string;
  tenantName: string;
  /** They sign the links in messages. */
  secrets: readonly string[];
  ownHosts: readonly string[];
  now: () => number;
  fetch: typeof globalThis.fetch;
  /** R10: null where the operator has set no way for e-mail. */
  mail: ((mail: Mail) => Promise<MailFault | null>) | null;
}

/** Why a message was not taken: a sentence, and whether another try is of no use. */
export interface Refusal {
  fault: Sentence;
  isFinal: boolean;
  /** ms: it was not tried, and will be then; absent: it was. */
  due?: number;
}

const tryAgain = (fault: Sentence | null): Refusal | null => (fault === null ? null : { fault, isFinal: false });

const TOO_MANY = sentence("mailMost");
const TOO_LATE = sentence("mailOld");
/** R10: an alert or a question that is older says nothing of now; tries again are over long before. */
const LATE_MS = 3 * DAY_MS;
const NOT_CONFIRMED = sentence("mailUnconfirmed");

/** `id`: the same on every try. Null: it was taken. */
export async function dispatch(
  receiver: Receiver,
  message: Message,
  id: string,
  ports: DispatchPorts,
  allowance: MailAllowance,
): Promise<Refusal | null> {
  if (!isWebhook(receiver)) return sendMail(receiver, message, id, ports, allowance);
  const { tenant, tenantName, ownHosts, fetch } = ports;
  const now = ports.now();
  const posting: PostPorts = { ownHosts, now, fetch };
  // Neither is for webhooks.
  if ("ask" in message || "report" in message) return null;
  if (!("head" in message)) return tryAgain(await sendAlert(receiver, message, { id, tenant, tenantName }, posting));
  const body = JSON.stringify({
    type: "audit.head",
    timestamp: new Date(now).toISOString(),
    data: message.head,
  });
  return tryAgain(await post(receiver, { id, body }, posting));
}

async function sendMail(
  receiver: Receiver,
  message: Message,
  id: string,
  ports: DispatchPorts,
  allowance: MailAllowance,
): Promise<Refusal | null> {
  const { mail, now } = ports;
  if (mail === null) return tryAgain(NO_MAIL);
  const isQuestion = "ask" in message;
  if (!isQuestion && !isWilling(receiver)) return { fault: NOT_CONFIRMED, isFinal: true };
  const [sort, at] = [isQuestion ? "questions" : "messages", now()] as const;
  if ("at" in message && at - message.at > LATE_MS) return { fault: TOO_LATE, isFinal: true };
  if (!allowance.spend(sort, at)) return { fault: TOO_MANY, isFinal: false, due: nextDayAt(at) };
  const { language = "en", site = "" } = receiver;
  const stop = await linkOf(receiver, "stop", null, ports);
  const written = isQuestion
    ? await writeQuestion(receiver, message, ports)
    : write(message, { tenantName: ports.tenantName, language, stop }, site);
  const fault = await mail({ id, to: receiver.url, ...written, stop: isQuestion ? null : stop });
  if (fault?.isUnsent === true && !fault.isFinal) allowance.giveBack(sort, at);
  return fault === null ? null : { fault: fault.says, isFinal: fault.isFinal && !("report" in message) };
}

async function writeQuestion(receiver: Receiver, { at }: Question, ports: DispatchPorts): Promise<MailText> {
  const confirm = await linkOf(receiver, "confirm", at + CONFIRM_WITHIN_MS, ports);
  return askMail(ports.tenantName, receiver.language ?? "en", confirm);
}

/** `site`: origin of the tenant's pages. */
function write(message: Exclude<Message, Question>, letterhead: Letterhead, site: string): MailText {
  if ("head" in message) return headMail(letterhead, message.head);
  if ("report" in message) return reportMail(letterhead, message.report);
  const isAsked = message.request !== undefined && "asked" in message.request;
  const text = describeAlert(message, letterhead.tenantName, letterhead.language);
  return alertMail(letterhead, text, isAsked ? `${site}${ADMIN_PATH}/requests` : null);
}

const linkOf = ({ id, site = "" }: Receiver, act: "confirm" | "stop", until: number | null, ports: DispatchPorts) =>
  writeLink(ports.secrets, site, { tenant: ports.tenant, receiver: id, act, until });
