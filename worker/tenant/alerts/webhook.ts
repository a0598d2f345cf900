/** R4: tells an alert to an address that a licence manager named. The address is somebody's choice and not trusted. */
import * as z from "zod/mini";
import { ALERT_KINDS, type Alert } from "./alert-watch.ts";

export const WEBHOOK_KINDS = ["generic", "slack", "teams"] as const;
export type WebhookKind = (typeof WEBHOOK_KINDS)[number];

export const Webhook = z.object({
  id: z.string(),
  kind: z.enum(WEBHOOK_KINDS),
  url: z.string(),
  /** Signs the messages; only of `generic`. */
  secret: z.nullable(z.string()),
  on: z.array(z.enum(ALERT_KINDS)),
});
export type Webhook = z.infer<typeof Webhook>;

const URL_MAX = 500;
/** A receiver that takes longer counts as down. */
export const RECEIVER_PATIENCE_MS = 10_000;
/** Names of private networks, or of none. */
const INNER_NAMES = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|private|arpa|onion|invalid|test)$/;
const TEAMS_HOSTS = /\.(?:webhook\.office\.com|logic\.azure\.com|powerplatform\.com|powerautomate\.com)$/;

/**
 * Why messages must not go to `address`, in a sentence; null: they may. Only https to a public name: an address in
 * numbers, of a private network or of the CRM (`ownHosts`) could reach what the person who named it cannot.
 */
export function refuseAddress(kind: WebhookKind, address: string, ownHosts: readonly string[]): string | null {
  if (address.length > URL_MAX) return `The address may have at most ${URL_MAX} characters.`;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return "The address must be a whole one, such as https://hooks.example.com/hotseat.";
  }
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (url.protocol !== "https:") return "The address must begin with https://.";
  if (url.username !== "" || url.password !== "") return "The address must not hold a name or a password.";
  if (url.port !== "") return "The address must not name a port: messages go to 443 alone.";
  if (host.startsWith("[") || /^[\d.]+$/.test(host)) return "The address must have a name, not a number, as its host.";
  if (!host.includes(".") || INNER_NAMES.test(host)) return "The address must be one of the public internet.";
  if (ownHosts.includes(host)) return "The address must not be the CRM's own.";
  if (kind === "slack" && host !== "hooks.slack.com") return "A Slack webhook is at https://hooks.slack.com/.";
  if (kind === "teams" && !TEAMS_HOSTS.test(host)) {
    return "A Teams webhook is at an address of webhook.office.com, logic.azure.com or powerplatform.com.";
  }
  return null;
}

/** An alert in a sentence. Names nobody. */
export function describeAlert({ kind, inUse, limit, records }: Alert, tenantName: string): string {
  switch (kind) {
    case "near":
      return `${tenantName}: ${inUse} of ${limit} licences are in use.`;
    case "full":
      return `${tenantName}: all ${limit} licences are in use. Anyone who comes now is refused or waits.`;
    case "denied":
      return `${tenantName}: somebody was refused, since all licences are taken (${inUse} of ${limit}).`;
    case "records":
      return `${tenantName}: the CRM holds ${records?.count} records, and ${records?.agreed} are agreed.`;
    case "divided":
      return `${tenantName}: the licence data was restored to an earlier state. The audit keeps both courses of events; npm run audit:verify says where they part.`;
    case "test":
      return `${tenantName}: this is a test of Hotseat's alerts. ${inUse} of ${limit} licences are in use.`;
  }
}

interface Told {
  id: string;
  tenant: string;
  tenantName: string;
}

function composeBody(kind: WebhookKind, alert: Alert, { id, tenant, tenantName }: Told): unknown {
  const text = describeAlert(alert, tenantName);
  switch (kind) {
    case "generic": {
      const { at, inUse, limit, records } = alert;
      const said = { id, tenant, at: new Date(at).toISOString(), text };
      if (records !== undefined) return { ...said, type: "records_near", ...records };
      return { ...said, type: alert.kind === "divided" ? "audit_divided" : `seats_${alert.kind}`, inUse, limit };
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

const NO_NAME = "The receiver's host name has no address in DNS: check its spelling.";
const NO_CONNECTION = "The receiver's server takes no connection.";

/**
 * Sends one alert. Returns null when the receiver took it, otherwise the sentence that says what went wrong. Follows
 * no redirect, and reads nothing of the answer: whoever named the address learns nothing through us.
 */
export async function sendAlert(
  hook: Webhook,
  alert: Alert,
  told: Told,
  { ownHosts, now, fetch }: { ownHosts: readonly string[]; now: number; fetch: typeof globalThis.fetch },
): Promise<string | null> {
  const refused = refuseAddress(hook.kind, hook.url, ownHosts);
  if (refused !== null) return refused;
  const body = JSON.stringify(composeBody(hook.kind, alert, told));
  const headers: Record<string, string> = { "content-type": "application/json", "user-agent": "Hotseat" };
  if (hook.secret !== null) {
    headers["x-hotseat-delivery"] = told.id;
    headers["x-hotseat-signature"] = await signBody(hook.secret, body, now);
  }
  // Not AbortSignal.timeout: its timer continues after the answer and keeps the tenant's object awake.
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), RECEIVER_PATIENCE_MS);
  try {
    const { signal } = patience;
    const answer = await fetch(hook.url, { method: "POST", headers, body, redirect: "manual", signal });
    await answer.body?.cancel();
    if (answer.ok) return null;
    // Cloudflare's own answers for a name without an address, and for a server that takes no connection.
    if (answer.status === 530) return NO_NAME;
    if (answer.status >= 521 && answer.status <= 523) return NO_CONNECTION;
    if (answer.status >= 300 && answer.status < 400) return "The receiver redirects, and redirects are not followed.";
    return `The receiver answered with status ${answer.status}.`;
  } catch (error) {
    if (patience.signal.aborted) return `The receiver did not answer within ${RECEIVER_PATIENCE_MS / 1_000} seconds.`;
    return /dns|lookup|resolve/i.test(String(error)) ? NO_NAME : NO_CONNECTION;
  } finally {
    clearTimeout(timer);
  }
}
