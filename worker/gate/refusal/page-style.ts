/** How Hotseat's pages in place of the CRM's look: one card, in the reader's light or dark, down to 320 px. */
import { PALETTE } from "../../theme/theme.ts";

export const PAGE_STYLE = `${PALETTE}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { height: 100%; }
body {
  margin: 0; min-height: 100%; display: grid; place-items: center; padding: 24px 16px;
  background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main {
  width: 100%; max-width: 34rem; padding: 2rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 10px 30px rgb(0 0 0 / 0.08);
}
.firm { display: flex; align-items: center; gap: 0.6rem; margin: 0 0 1rem; color: var(--quiet); font-size: 0.9375rem; overflow-wrap: anywhere; }
.mark { flex: none; }
h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.25; text-wrap: balance; }
p { margin: 0 0 1rem; text-wrap: pretty; }
blockquote {
  margin: 0 0 1rem; padding: 0.5rem 0 0.5rem 1rem; border-left: 3px solid var(--warn-fill);
  overflow-wrap: anywhere;
}
dl {
  display: grid; grid-template-columns: auto 1fr; gap: 0.5rem 1.25rem; margin: 1.25rem 0; padding: 1rem 0;
  border-block: 1px solid var(--line);
}
dt { color: var(--quiet); }
dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
#estimate { grid-column: 2; margin-top: -0.5rem; color: var(--quiet); font-weight: 400; }
.acts { display: flex; flex-wrap: wrap; gap: 0.75rem; margin: 0; }
.acts form { margin: 0; }
.act.quiet { background: transparent; color: var(--accent); border-color: transparent; }
.act {
  display: inline-block; padding: 0.6rem 1.1rem; border: 1px solid var(--fill); border-radius: 8px;
  background: var(--fill); color: var(--fill-ink); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer;
}
.act.second { background: transparent; color: var(--accent); border-color: var(--field); }
.act:hover { filter: brightness(1.08); }
.act:disabled { opacity: 0.6; cursor: progress; }
.act:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.news { margin: 1rem 0 0; color: var(--quiet); font-size: 0.875rem; }
.news:empty { margin: 0; }
a { color: var(--accent); }
.managing { margin-top: 1.5rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
h2 { margin: 0 0 0.5rem; font-size: 1.0625rem; line-height: 1.3; }
.holders { margin: 0 0 1rem; padding: 0; list-style: none; }
.holders li {
  display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.125rem 1rem;
  padding: 0.6rem 0; border-bottom: 1px solid var(--line);
}
.holder { min-width: 0; overflow-wrap: anywhere; }
.holder b { display: block; }
.holder span { color: var(--quiet); font-size: 0.875rem; }
.raise { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem; }
.raise label { color: var(--quiet); font-size: 0.875rem; }
.raise input {
  display: block; width: 6.5rem; margin-top: 0.25rem; padding: 0.55rem 0.75rem; border: 1px solid var(--line);
  border-radius: 8px; background: var(--ground); color: var(--ink); font: inherit; font-size: 1rem;
}
.raise input:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
@media (max-width: 26rem) {
  main { padding: 1.25rem; border-radius: 10px; }
  dl { grid-template-columns: 1fr; gap: 0; }
  #estimate { grid-column: 1; margin-top: 0; }
  dd + dt { margin-top: 0.6rem; }
  .acts form, .act { width: 100%; text-align: center; }
  .holders li { flex-direction: column; }
}
@media (prefers-reduced-motion: no-preference) {
  .pulse::before {
    content: ""; display: inline-block; width: 0.55em; height: 0.55em; margin-right: 0.5em; border-radius: 50%;
    background: var(--warn-fill); animation: pulse 1.6s ease-in-out infinite;
  }
  @keyframes pulse { 50% { opacity: 0.25; } }
}
`;
