/** The frame of every administration page. */
import { html } from "hono/html";
import { type Child, createContext, useContext } from "hono/jsx";
import { TAGS } from "../../i18n/tag.ts";
import { isPoolManager, type Person } from "../../tenant/tenant-calls.ts";
import { Logo } from "../../theme/logo.tsx";
import { TABLES, useLanguage } from "../language.ts";
import { PATHS } from "../paths.ts";

export interface LayoutProps {
  title: string;
  /** The room of the administration that the page is the first of. */
  room?: Room;
  tenantName: string;
  /** null: nobody is known to be signed in. */
  visitor: Person | null;
  /** A5: it renews itself also where there is no script. */
  refreshes?: boolean;
  children?: Child;
}

export const Layout = ({ title, room, tenantName, visitor, refreshes = false, children }: LayoutProps) => {
  const { tag, words, here } = useLanguage();
  return html`<!doctype html>${(
    <html lang={tag}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>{`${title} · Hotseat`}</title>
        <link rel="stylesheet" href={PATHS.style} />
        <script src={PATHS.script} defer />
        {refreshes && (
          <noscript>
            <meta http-equiv="refresh" content="60" />
          </noscript>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          {words.layout.skip}
        </a>
        <div class="top">
          <header class="bar">
            <div class="bar-in">
              <p class="brand">
                <Logo size={28} />
                <span class="brand-name">Hotseat</span>
                <bdi class="firm">{tenantName}</bdi>
              </p>
              <div class="whoami">
                {visitor !== null && (
                  <span class="me">
                    <bdi>{visitor.name}</bdi>, {words.roles[isPoolManager(visitor) ? "licence_manager" : visitor.role]}
                  </span>
                )}
                <a href="/">{words.layout.toCrm}</a>
              </div>
            </div>
          </header>
          {visitor !== null && visitor.role !== "user" && <Nav room={room} />}
        </div>
        <main id="main" tabindex={-1}>
          {children}
        </main>
        <LanguageChoice back={here ?? (room === undefined ? PATHS.home : ROOMS[room])} />
      </body>
    </html>
  )}`;
};

/** The rooms of the administration, in their order; their names are `words.rooms`. */
const ROOMS = {
  seats: PATHS.home,
  licensing: PATHS.licensing,
  refusals: PATHS.refusals,
  usage: PATHS.usage,
  report: PATHS.report,
  audit: PATHS.audit,
  alerts: PATHS.alerts,
  integrations: PATHS.integrations,
  warnings: PATHS.warnings,
} as const;
type Room = keyof typeof ROOMS;

/** A11: how many warnings there are, on every page; `answerPage` provides it. */
export const WarningCount = createContext(0);

const Nav = ({ room }: { room: Room | undefined }) => {
  const { words, say, number, plural: choose } = useLanguage();
  const { warnings } = words;
  const count = useContext(WarningCount);
  return (
    <nav class="rooms" aria-label={words.layout.navigation}>
      <ul>
        {(Object.keys(ROOMS) as Room[]).map((name) => (
          <li>
            <a href={ROOMS[name]} aria-current={name === room ? "page" : undefined}>
              {name === "warnings" ? warnings.room : words.rooms[name]}
              {name === "warnings" && count > 0 && (
                <span class="badge" title={say(choose(warnings.badge, count), { count })}>
                  <span aria-hidden="true">{number(count)}</span>
                  <span class="visually-hidden"> {say(choose(warnings.badge, count), { count })}</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
};

/** Each language in its own name; remembered for this browser. */
const LanguageChoice = ({ back }: { back: string }) => {
  const { tag, words } = useLanguage();
  return (
    <footer class="foot">
      <form class="languages" method="post" action={PATHS.language} aria-label={words.layout.language}>
        <input type="hidden" name="back" value={back} />
        {TAGS.map((other) => (
          <button
            type="submit"
            name="language"
            value={other}
            lang={other}
            aria-current={other === tag ? "true" : undefined}
          >
            {TABLES[other].layout.ownName}
          </button>
        ))}
      </form>
    </footer>
  );
};
