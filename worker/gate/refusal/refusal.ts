/** G5: how a request that gets no seat is answered. */

import { REFUSED_HEADER, type Refusal } from "../../../shared/protocol.ts";
import type { WhySaid } from "../../../shared/why.ts";
import type { Config } from "../../config/config.ts";
import { sayReason } from "../../i18n/reasons.ts";
import type { RefusalAnswer } from "../../identity/preset/preset-schema.ts";
import { fillTemplate } from "../../identity/preset/template.ts";
import type { Denied } from "../../tenant/tenant-calls.ts";
import type { Language } from "../reader-language.ts";
import type { SignOut } from "../session/sign-out.ts";
import type { FormReplay } from "./form-replay.ts";
import type { AdminPanel } from "./refusal-admin-panel.tsx";
import { refusalPage } from "./refusal-page.tsx";

export interface Refused {
  /** The answer is shown as a page. */
  isPage: boolean;
  denied: Denied;
  /** Break-glass (L13): may free a seat or raise the limit. */
  mayAdminister: boolean;
  /** What such a person can change at once; null where it is not known. */
  adminPanel: AdminPanel | null;
  /** L19; undefined: no page, or the tenant did not say. */
  why: WhySaid | undefined;
  /** Path and query of the page wanted. */
  page: string;
  /** Absolute address of the request. */
  address: string;
  /** The browser shows the refusal in the place of that page: loading it again asks for the page. */
  isInPlace: boolean;
  /** The refused request was a form being sent. */
  isForm: boolean;
  signOut: SignOut | null;
  /** What the person had typed and sent, where it can be sent again. */
  formReplay: FormReplay | null;
  /** The request wants a WebSocket: no CRM's shape fits there. */
  isUpgrade: boolean;
  answer: RefusalAnswer;
  language: Language;
  /** What the request's body says its id is; null when it says nothing. */
  requestId: string | number | null;
}

const PAGE_STATUS = 503;
const RETRY_AFTER = { "retry-after": "5" };

/** A page for a navigation, else what makes this CRM's pages stop politely. Carries no cookies yet. */
export function refuse(config: Config, refused: Refused): Response {
  const { isPage, denied, isUpgrade, answer, requestId, language } = refused;
  const { reason, limit, inUse } = denied;
  const mark = { [REFUSED_HEADER]: reason, "cache-control": "no-store" };
  if (isPage) {
    const { mayAdminister, adminPanel, why, page, address, isInPlace, isForm, formReplay, signOut } = refused;
    const { tenantName } = config;
    const contact = denied.contact ?? config.contact;
    const shown = { tenantName, contact, reason, denied, mayAdminister, adminPanel, why, isFramed: false, signOut };
    const facts = { language, ...shown, page, address, isInPlace, isForm, formReplay };
    return refusalPage(facts, PAGE_STATUS, { ...mark, ...RETRY_AFTER });
  }
  const { title } = language.words.denials[reason];
  // L27: a program reads it, or a message box of the CRM's shows it: it speaks of no page of ours.
  const text = sayReason(language.tag, reason);
  const standard: Refusal = { error: "no_seat", reason, message: title, limit, inUse };
  if (isUpgrade) return Response.json(standard, { status: PAGE_STATUS, headers: { ...RETRY_AFTER, ...mark } });
  const values = { title, text, reason, limit, inUse, requestId: requestId ?? 0 };
  if (answer.text !== undefined) {
    const headers = { ...answer.headers, ...mark, "content-type": "text/plain; charset=utf-8" };
    return new Response(String(fillTemplate(answer.text, values)), { status: answer.status, headers });
  }
  const body = answer.body === undefined ? standard : fillTemplate(answer.body, values);
  return Response.json(body, { status: answer.status, headers: { ...answer.headers, ...mark } });
}
