/** R4, R8: tells an alert or an event to an address that a licence manager named. The address is somebody's choice and not trusted. */

import { type Sentence, sentence } from "../../../shared/sentence.ts";
import { describeAlert } from "./alert-text.ts";
import type { Alert } from "./alert-watch.ts";
import type { Webhook, WebhookKind } from "./receiver.ts";
import { isStandardSecret, webhookHeaders } from "./standard-webhooks.ts";

const URL_MAX = 500;
/** A receiver that takes longer counts as down. */
export const RECEIVER_PATIENCE_MS = 10_000;
/** Names of private networks, or of none. */
const INNER_NAMES = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|arpa|onion|invalid|test)$/;
/** Public names that stand for any number in them, inner ones too. */
const NUMBER_NAMES = /(?:^|\.)(?:nip\.io|sslip\.io|xip\.io|localtest\.me|lvh\.me|vcap\.me|lacolhost\.com|traefik\.me)$/;
const TEAMS_HOSTS = /\.(?:webhook\.office\.com|logic\.azure\.com|powerplatform\.com|powerautomate\.com)$/;

/**
 * Why messages must not go to `address`, in a sentence; null: they may. Only https to a public name: an address in
 * numbers, of a private network or of the CRM (`ownHosts`) could reach what the person who named it cannot.
 */
export function refuseAddress(kind: WebhookKind, address: string, ownHosts: readonly string[]): Sentence | null {
  if (address.length > URL_MAX) return sentence("addressLong", { most: URL_MAX });
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return sentence("addressWhole");
  }
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (url.protocol !== "https:") return sentence("addressHttps");
  if (url.username !== "" || url.password !== "") return sentence("addressUser");
  if (url.port !== "") return sentence("addressPort");
  if (host.startsWith("[") || /^[\d.]+$/.test(host)) return sentence("addressNumber");
  if (!host.includes(".") || INNER_NAMES.test(host) || NUMBER_NAMES.test(host)) return sentence("addressPublic");
  if (ownHosts.includes(host)) return sentence("addressOwn");
  if (kind === "slack" && host !== "hooks.slack.com") return sentence("addressSlack");
  if (kind === "teams" && !TEAMS_HOSTS.test(host)) {
    return sentence("addressTeams");
  }
  return null;
}

interface Told {
  id: string;
  tenant: string;
  tenantName: string;
}

function composeBody({ kind, language }: Webhook, alert: Alert, { id, tenant, tenantName }: Told): unknown {
  const text = describeAlert(alert, tenantName, language);
  switch (kind) {
    case "generic": {
      const { at, inUse, limit, records, request, measure, reason } = alert;
      const why = { ...(measure === undefined ? {} : { measure }), ...(reason === undefined ? {} : { reason }) };
      const time = new Date(at).toISOString();
      const said = { id, tenant, at: time, timestamp: time, text };
      if (request !== undefined)
        return { ...said, type: "asked" in request ? "seats_requested" : "request_decided", ...request, inUse, limit };
      if (records !== undefined) return { ...said, type: "records_near", ...records };
      return {
        ...said,
        type: alert.kind === "divided" ? "audit_divided" : `seats_${alert.kind}`,
        inUse,
        limit,
        ...why,
      };
    }
    case "slack":
      return { text: text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;") };
    case "teams": {
      const content = { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text, wrap: true }] };
      return { type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", content }] };
    }
  }
}

/** `t=SECONDS,v1=HEX`: HMAC-SHA256 of the seconds, a dot and the body. The receiver refuses old seconds. */
export async function signBody(secret: string, body: string, now: number): Promise<string> {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const seconds = Math.floor(now / 1_000);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(`${seconds}.${body}`)));
  return `t=${seconds},v1=${[...signature].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** The specification's way to say that nobody wants messages there any more. */
export const GONE = sentence("sentGone");
const NO_NAME = sentence("sentNoName");
const NO_CONNECTION = sentence("sentNoConnection");

export interface PostPorts {
  ownHosts: readonly string[];
  now: number;
  fetch: typeof globalThis.fetch;
}

/** Sends one alert, as `post` does. */
export async function sendAlert(hook: Webhook, alert: Alert, told: Told, ports: PostPorts): Promise<Sentence | null> {
  return post(hook, { id: told.id, body: JSON.stringify(composeBody(hook, alert, told)) }, ports);
}

/** What a receiver verifies by. A secret of an earlier version signs as that version did. */
async function signatureHeaders(
  { secret, former }: Webhook,
  message: { id: string; body: string },
  now: number,
): Promise<Record<string, string>> {
  const secrets = [secret, former !== undefined && former.until > now ? former.secret : null].filter(
    (each) => each !== null,
  );
  const standard = secrets.filter(isStandardSecret);
  const old = secrets.find((each) => !isStandardSecret(each));
  return {
    ...(standard.length === 0 ? {} : await webhookHeaders(standard, message, now)),
    ...(old === undefined
      ? {}
      : {
          "x-hotseat-delivery": message.id,
          "x-hotseat-signature": await signBody(old, message.body, now),
        }),
  };
}

/**
 * Sends one message; `id` is the same on every try. Returns null when the receiver took it, otherwise the sentence that
 * says what went wrong. Follows no redirect, and reads nothing of the answer: whoever named the address learns nothing
 * through us.
 */
export async function post(
  hook: Webhook,
  message: { id: string; body: string },
  { ownHosts, now, fetch }: PostPorts,
): Promise<Sentence | null> {
  const refused = refuseAddress(hook.kind, hook.url, ownHosts);
  if (refused !== null) return refused;
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "user-agent": "Hotseat",
    ...(await signatureHeaders(hook, message, now)),
  };
  const { body } = message;
  // Not AbortSignal.timeout: its timer continues after the answer and keeps the tenant's object awake.
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), RECEIVER_PATIENCE_MS);
  try {
    const { signal } = patience;
    const answer = await fetch(hook.url, { method: "POST", headers, body, redirect: "manual", signal });
    await answer.body?.cancel();
    if (answer.ok) return null;
    if (answer.status === 410) return GONE;
    // Cloudflare's own answers for a name without an address, and for a server that takes no connection.
    if (answer.status === 530) return NO_NAME;
    if (answer.status >= 521 && answer.status <= 523) return NO_CONNECTION;
    if (answer.status >= 300 && answer.status < 400) return sentence("sentRedirect");
    return sentence("sentStatus", { status: answer.status });
  } catch (error) {
    if (patience.signal.aborted) return sentence("sentLate", { seconds: RECEIVER_PATIENCE_MS / 1_000 });
    return /dns|lookup|resolve/i.test(String(error)) ? NO_NAME : NO_CONNECTION;
  } finally {
    clearTimeout(timer);
  }
}
