/** The frame of every administration page. */
import { html } from "hono/html";
import type { Child } from "hono/jsx";
import type { Person } from "../tenant/tenant-calls.ts";
import { PATHS } from "./paths.ts";
import { ROLE_WORDS } from "./words.ts";

export interface LayoutProps {
  title: string;
  tenantName: string;
  /** null: nobody is known to be signed in. */
  visitor: Person | null;
  /** The page has parts that renew themselves. */
  live?: boolean;
  children?: Child;
}

export const Layout = ({ title, tenantName, visitor, live = false, children }: LayoutProps) =>
  html`<!doctype html>${(
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Hotseat`}</title>
        <link rel="stylesheet" href={PATHS.style} />
        {live && <script src={PATHS.script} defer />}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="bar">
          <div class="bar-in">
            <p class="brand">
              <Mark />
              <span class="brand-name">Hotseat</span>
              <bdi class="firm">{tenantName}</bdi>
            </p>
            <div class="whoami">
              {visitor !== null && (
                <span class="me">
                  <bdi>{visitor.name}</bdi>, {ROLE_WORDS[visitor.role]}
                </span>
              )}
              <a href="/">Back to the CRM</a>
            </div>
          </div>
        </header>
        {visitor !== null && visitor.role !== "user" && <Nav here={title} />}
        <main id="main" tabindex={-1}>
          {children}
        </main>
      </body>
    </html>
  )}`;

const ROOMS = [
  [PATHS.home, "Seats"],
  [PATHS.refusals, "Refusals"],
  [PATHS.usage, "Usage"],
  [PATHS.audit, "Audit"],
  [PATHS.alerts, "Alerts"],
] as const;

const Nav = ({ here }: { here: string }) => (
  <nav class="rooms" aria-label="Administration">
    <ul>
      {ROOMS.map(([href, words]) => (
        <li>
          <a href={href} aria-current={words === here ? "page" : undefined}>
            {words}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

/** A chair, seen from the side. */
const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" width="28" height="28" aria-hidden="true" focusable="false">
    <rect width="24" height="24" rx="6" fill="currentColor" />
    <path class="mark-line" d="M8 5v8.5h8M8 13.5V19M16 13.5V19" />
  </svg>
);
