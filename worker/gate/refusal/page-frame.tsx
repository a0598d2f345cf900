/** The frame of every page that Hotseat shows in place of one of the CRM's. */

import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import PAGE_STYLE from "./page.style.js";

export interface PageParts {
  /** Tag of the page's language. */
  language: string;
  title: string;
  /** Value of `<meta name="hotseat">`, by which the extension knows the page. */
  kind: "refusal" | "problem";
  /** Own script of the page, if any. */
  script: string | null;
  /** Without JavaScript the page goes to this address after so many seconds; null: it stays. */
  refresh: { seconds: number; address: string } | null;
  /** Who may show the page in a frame; this origin alone where absent. */
  frameAncestors?: string;
  children: Child;
}

const SECURITY_HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
  vary: "accept-language",
} as const;

/** A whole HTML answer: not stored, no script or style but its own, framed by this origin alone unless the page says otherwise. */
export function framedPage(status: number, parts: PageParts, headers: Record<string, string> = {}): Response {
  const nonce = crypto.randomUUID();
  const policy = [
    "default-src 'self'",
    `style-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "base-uri 'none'",
    // Browsers hold redirects against this, too: a page of the CRM may lead to a sign-in elsewhere.
    "form-action 'self' https:",
    `frame-ancestors ${parts.frameAncestors ?? "'self'"}`,
  ].join("; ");
  const { language, title, kind, script, refresh, children } = parts;
  const document = (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="hotseat" content={kind} />
        <meta name="robots" content="noindex" />
        <title>{title}</title>
        {/* Without one the browser asks the CRM for /favicon.ico, and is refused once more. */}
        <link rel="icon" href="data:," />
        {refresh === null ? null : (
          <noscript>
            <meta http-equiv="refresh" content={`${refresh.seconds};url=${refresh.address}`} />
          </noscript>
        )}
        <style nonce={nonce}>{raw(PAGE_STYLE)}</style>
        {script === null ? null : <script src={script} defer />}
      </head>
      <body>{children}</body>
    </html>
  );
  return new Response(`<!doctype html>${document}`, {
    status,
    headers: { ...SECURITY_HEADERS, "content-language": language, "content-security-policy": policy, ...headers },
  });
}
