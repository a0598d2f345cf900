/** The pages' style, as served at /.hotseat/admin.css. */
import { PALETTE } from "../../theme/theme.ts";

export const STYLESHEET = `${PALETTE}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1, h2, p, ul, ol, table, blockquote { margin: 0; }
h1 + p { margin-top: 0.35rem; }
h1 { font-size: 1.6rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; line-height: 1.35; font-weight: 650; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: 0.15em; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible, input:is([type="date"], [type="time"], [type="datetime-local"]):focus-within { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus, .said:focus { outline: none; }
.visually-hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 0.5rem; top: -4rem; background: var(--card); padding: 0.5rem 1rem; border-radius: 0 0 8px 8px; z-index: 1; }
.skip:focus { top: 0; }

.bar { background: var(--card); border-bottom: 1px solid var(--line); }
.bar-in, main { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; }
.bar-in { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.25rem 1.5rem; padding-block: 0.7rem; }
.brand { display: flex; align-items: center; gap: 0.6rem; min-width: 0; }
.mark { flex: none; }
.brand-name { font-weight: 700; }
.firm { color: var(--quiet); border-left: 1px solid var(--line); padding-left: 0.6rem; overflow-wrap: anywhere; min-width: 0; }
.whoami { display: flex; flex-wrap: wrap; gap: 0.1rem 1.25rem; font-size: 0.925rem; min-width: 0; }
.me { color: var(--quiet); overflow-wrap: anywhere; }

.rooms { background: var(--card); border-bottom: 1px solid var(--line); }
.rooms ul { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem; list-style: none; display: flex; gap: 0 1.5rem; overflow-x: auto; scrollbar-width: none; }
.rooms a { display: block; white-space: nowrap; padding: 0.55rem 0; color: var(--quiet); text-decoration: none; border-bottom: 3px solid transparent; }
.rooms a:hover { color: var(--ink); border-color: var(--line); }
.rooms a[aria-current] { color: var(--ink); font-weight: 650; border-color: var(--accent); }

main { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; padding-block: 1.75rem 4rem; }
.title { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.25rem 1.5rem; }
.quiet, .hint, .empty { color: var(--quiet); }
.title .quiet, .hint, .back { font-size: 0.925rem; }
.hint, .late, .choices label, h1 { overflow-wrap: anywhere; }
.late, .fault { color: var(--bad); font-weight: 600; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem; min-width: 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; align-content: start; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1.25rem; }
.plain { max-width: 40rem; padding: 2rem; gap: 1rem; }

.usage-head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.5rem 1rem; }
.figure { font-size: 1.15rem; }
.figure strong { font-size: 2.25rem; line-height: 1; font-weight: 700; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; margin-right: 0.15rem; }
.pill { font-size: 0.925rem; font-weight: 650; padding: 0.15rem 0.75rem; border-radius: 999px; }
.badge { position: relative; display: inline-block; min-width: 1.4rem; margin-inline-start: 0.35rem; padding: 0 0.4rem; border-radius: 999px; background: var(--bad-soft); color: var(--bad); font-size: 0.8125rem; font-weight: 700; text-align: center; font-variant-numeric: tabular-nums; }
.warnings { display: grid; gap: 0.75rem; margin: 0; padding: 0; list-style: none; }
.warnings li { border-inline-start: 4px solid var(--warn); padding: 0.35rem 0 0.35rem 0.9rem; }
.warnings .is-grave { border-color: var(--bad); }
tr.is-out td, tr.is-out th { background: var(--warn-soft); }
.pill-good { background: var(--good-soft); color: var(--good); }
.pill-warn { background: var(--warn-soft); color: var(--warn); }
.pill-bad { background: var(--bad-soft); color: var(--bad); }
.gauge { display: block; width: 100%; height: 0.75rem; border-radius: 999px; background: var(--track); overflow: hidden; }
.gauge-used { fill: var(--accent); }
.gauge-warn { fill: var(--warn-fill); }
.gauge-bad { fill: var(--bad); }
.gauge-kept { fill: var(--accent); opacity: 0.3; }
.facts { padding-left: 1.1rem; color: var(--quiet); display: grid; gap: 0.25rem; }
.facts:empty { display: none; }
.facts li:only-child { list-style: none; margin-left: -1.1rem; }

.banner { border-radius: 10px; padding: 0.75rem 1rem; border-left: 4px solid; font-weight: 550; overflow-wrap: anywhere; }
.banner-good { background: var(--good-soft); color: var(--good); }
.banner-bad { background: var(--bad-soft); color: var(--bad); }

table { width: 100%; border-collapse: collapse; font-size: 0.95rem; }
th, td { text-align: left; vertical-align: top; padding: 0.6rem 0.75rem 0.6rem 0; font-weight: inherit; }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--quiet); font-size: 0.85rem; font-weight: 600; border-bottom: 1px solid var(--line); padding-block: 0 0.4rem; white-space: nowrap; }
tbody tr + tr > * { border-top: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead .number { text-align: right; }
.number + :not(.number) { padding-left: 0.75rem; }
time { white-space: nowrap; }
tbody tr:last-child > * { padding-bottom: 0; }
.when { white-space: nowrap; font-variant-numeric: tabular-nums; }
.again { display: block; color: var(--quiet); font-size: 0.875rem; }
.person { min-width: 12rem; }
a.name { color: inherit; text-decoration-color: var(--line); text-underline-offset: 0.2em; }
a.name:hover { color: var(--accent); }
.name { font-weight: 600; overflow-wrap: anywhere; }
.email { display: block; color: var(--quiet); font-size: 0.9rem; overflow-wrap: anywhere; }
.tag { display: inline-block; margin-left: 0.5rem; padding: 0 0.5rem; border-radius: 6px; font-size: 0.8rem; font-weight: 600; background: var(--accent-soft); color: var(--accent); white-space: nowrap; }
.tag-quiet { background: transparent; color: var(--quiet); box-shadow: inset 0 0 0 1px var(--line); }
.act { text-align: right; }
.line { padding-left: 1.5rem; display: grid; gap: 0.6rem; }
.why { display: block; }
.preview-note { padding-left: 0.75rem; border-left: 3px solid var(--accent); }

label { font-weight: 600; }
form { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.5rem; }
.field, .actions { display: flex; flex-wrap: wrap; gap: 0.6rem; }
input, textarea { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--field); border-radius: 8px; padding: 0.45rem 0.7rem; }
input:not([type="checkbox"], [type="radio"]), select, .button:not(.button-small) { min-height: 2.6rem; }
table .button:not(.button-small) { min-height: 0; }
input { width: 7rem; font-variant-numeric: tabular-nums; }
textarea { width: 100%; resize: vertical; }
[aria-invalid="true"] { border-color: var(--bad); box-shadow: 0 0 0 1px var(--bad); }
.button { display: inline-block; font: inherit; font-weight: 600; line-height: 1.4; text-decoration: none; cursor: pointer; padding: 0.5rem 1rem; border-radius: 8px; border: 1px solid var(--fill); background: var(--fill); color: var(--fill-ink); }
.button:hover { filter: brightness(1.08); }
.button-quiet { background: transparent; color: var(--ink); border-color: var(--field); }
.button-danger { background: var(--bad); border-color: var(--bad); color: var(--card); }
table .button { padding: 0.25rem 0.75rem; font-size: 0.9rem; white-space: nowrap; }
.preview { border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.1rem; background: var(--ground); display: grid; gap: 0.4rem; overflow-wrap: anywhere; }
.preview-title { font-weight: 650; }
.filter { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem 1rem; }
.filter > div { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.2rem; min-width: 0; max-width: 100%; }
.filter input, select { width: auto; max-width: 100%; }
.filter-fault { flex-basis: 100%; }
select { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--field); border-radius: 8px; padding: 0.5rem 0.7rem; }
.wide { width: 100%; }
.checks { border: 0; margin: 0; padding: 0; display: grid; gap: 0.35rem; }
.checks legend { font-weight: 600; padding: 0; margin-bottom: 0.25rem; }
.checks label { font-weight: 400; display: flex; gap: 0.5rem; align-items: baseline; }
.checks input { width: auto; flex: none; accent-color: var(--accent); }
.verdict { font-size: 1.15rem; font-weight: 650; }
.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 12rem), 1fr)); gap: 0.75rem 1.5rem; margin: 0; }
.figures div { display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dd { margin: 0; font-size: 1.5rem; font-weight: 700; font-variant-numeric: tabular-nums; line-height: 1.2; }
.figures dt { color: var(--quiet); font-size: 0.9rem; }
.chart { display: block; width: 100%; height: auto; overflow: visible; }
.chart-bar { fill: var(--accent); }
.chart-bad { fill: var(--warn-fill); }
.chart-limit { fill: none; stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 5 4; vector-effect: non-scaling-stroke; }
.chart-line { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.chart text { fill: var(--quiet); font-size: 11px; font-family: inherit; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; list-style: none; padding: 0; color: var(--quiet); font-size: 0.9rem; }
.legend li::before { content: ""; display: inline-block; width: 0.8rem; height: 0.8rem; border-radius: 3px; margin-right: 0.4rem; vertical-align: -0.05rem; background: var(--accent); }
.legend .is-bad::before { background: var(--warn-fill); }
.legend .is-limit::before { height: 0; border-radius: 0; border-top: 2px dashed var(--bad); vertical-align: 0.25rem; background: none; }
.scroll { overflow-x: auto; }
/* Scrolled to its end: the last day matters most. */
.scroll-end { direction: rtl; }
.scroll-end > * { direction: ltr; }
.presets { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
table.heat { display: table; width: 100%; min-width: 20rem; font-size: 0.75rem; table-layout: fixed; }
table.heat-day { min-width: 44rem; }
.heat thead { display: table-header-group; position: static; width: auto; height: auto; clip-path: none; }
.heat thead th:first-child { width: 3.2rem; }
.heat tbody { display: table-row-group; }
.heat tr { display: table-row; }
.heat th, .heat td, .heat tbody tr:last-child > * { display: table-cell; padding: 0.3rem 0.1rem; text-align: center; font-variant-numeric: tabular-nums; }
.heat thead th { font-size: 0.7rem; }
.heat tbody tr { padding: 0; }
.heat tbody tr > th[scope="row"] { text-align: left; width: 3.2rem; color: var(--quiet); }
.heat tbody tr + tr > *, .heat tbody tr + tr { border-top: 2px solid var(--card); }
.heat td { border-left: 2px solid var(--card); background: var(--track); color: var(--quiet); border-radius: 4px; }
.heat .h1 { background: color-mix(in srgb, var(--accent) 14%, var(--card)); color: var(--ink); }
.heat .h2 { background: color-mix(in srgb, var(--accent) 26%, var(--card)); color: var(--ink); }
.heat .h3 { background: color-mix(in srgb, var(--accent) 38%, var(--card)); color: var(--ink); }
.heat .h4 { background: color-mix(in srgb, var(--accent) 88%, var(--card)); color: var(--accent-ink); }
.heat .h5 { background: var(--bad); color: var(--card); font-weight: 700; }
code, .hash { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; font-size: 0.875em; overflow-wrap: anywhere; }
details > summary { cursor: pointer; color: var(--accent); font-weight: 600; }
details[open] > summary { margin-bottom: 0.6rem; }
.fields { overflow-wrap: anywhere; color: var(--quiet); font-size: 0.875rem; }
.fields b { font-weight: 600; color: var(--ink); }
.fields b::after { content: ":"; }
:lang(fr) .fields b::after { content: "\\00a0:"; }
.fields > span { display: inline-block; margin-right: 0.9rem; }
.inline { display: inline; }
.inline .button + .hint { margin-left: 0.6rem; }
.foot { max-width: 68rem; margin: 0 auto; padding: 0 1.25rem 2rem; }
.languages { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; }
.languages button { font: inherit; font-size: 0.925rem; padding: 0.25rem 0; border: 0; background: none; color: var(--accent); text-decoration: underline; text-underline-offset: 0.15em; cursor: pointer; }
.languages [aria-current] { color: var(--quiet); text-decoration: none; }
.pager { display: flex; justify-content: center; gap: 1.5rem; }

h3 { margin: 0.5rem 0 0; font-size: 1rem; font-weight: 650; }
pre { margin: 0; padding: 0.75rem 0.9rem; border-radius: 8px; background: var(--ground); border: 1px solid var(--line); white-space: pre-wrap; overflow-wrap: anywhere; font: 0.875rem/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; }
.card-head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0.25rem 1rem; }
.live { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.75rem; }
.linked { color: var(--good); font-weight: 600; white-space: nowrap; }
.linked::before { content: ""; display: inline-block; width: 0.55rem; height: 0.55rem; border-radius: 50%; background: currentColor; margin-right: 0.35rem; }
.stack { display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.25rem; align-content: start; }
.pair-wide { grid-template-columns: minmax(0, 3fr) minmax(0, 1fr); }
.filter > .grows { flex: 1 1 14rem; }
.filter .grows input { width: 100%; }
.sort { color: inherit; text-decoration: none; }
.sort:hover { color: var(--ink); text-decoration: underline; }
th[aria-sort] .sort { color: var(--ink); }
th[aria-sort="ascending"] .sort::after { content: " \\2191"; }
th[aria-sort="descending"] .sort::after { content: " \\2193"; }
.rows { list-style: none; padding: 0; display: grid; }
.rows li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.35rem 1rem; padding: 0.5rem 0; border-top: 1px solid var(--line); }
.rows li > span { min-width: 0; overflow-wrap: anywhere; }
.rows-tall { max-height: 24rem; overflow-y: auto; }
.button-small { padding: 0.25rem 0.75rem; font-size: 0.9rem; }
.fields-row { display: flex; flex-wrap: wrap; gap: 0.75rem 1rem; }
.fields-row > div { min-width: 0; max-width: 100%; display: grid; grid-template-columns: minmax(0, auto); gap: 0.3rem; align-content: start; }
.fields-row input { width: auto; max-width: 100%; }
.fields-wide > div { flex: 1 1 13rem; }
.fields-wide input { width: 7rem; }
.choices { border: 0; margin: 0; padding: 0; display: grid; gap: 0.6rem; min-width: 0; }
.choices > div { min-width: 0; }
.choices legend { font-weight: 600; padding: 0; margin-bottom: 0.35rem; }
.choices > div { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: 0.1rem 0.6rem; align-items: baseline; }
.choices input { width: auto; margin: 0; accent-color: var(--accent); }
.choices .hint { grid-column: 2; }
.choices-row { display: flex; flex-wrap: wrap; gap: 0.4rem 1.5rem; }
.window { margin: 0; padding: 0.6rem 0.9rem 0.8rem; border: 1px solid var(--line); border-radius: 8px; display: flex; flex-wrap: wrap; gap: 0.5rem 1.25rem; align-items: center; min-width: 0; }
.window legend { padding: 0 0.3rem; color: var(--quiet); font-size: 0.9rem; }
.window label { font-weight: 400; }
.window input { width: auto; }
.window input[type="number"] { width: 5.5rem; }
.window .fault { flex-basis: 100%; }
.days { display: flex; flex-wrap: wrap; gap: 0.25rem 0.9rem; }
.days label { display: flex; gap: 0.35rem; align-items: center; }
.days input { accent-color: var(--accent); }
.wide-form { gap: 0.6rem; }
.wide-form > label, .wide-form > h2 { margin-top: 0.5rem; }
.secret { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.6rem; align-items: start; }
.secret .hash { padding: 0.5rem 0.75rem; border-radius: 8px; background: var(--ground); border: 1px solid var(--line); }
.trace { display: block; overflow-wrap: anywhere; }
.said { border-radius: 8px; padding: 0.5rem 0.8rem; font-weight: 600; background: var(--good-soft); color: var(--good); overflow-wrap: anywhere; }
.quick { display: flex; flex-wrap: wrap; gap: 0.75rem 1.5rem; align-items: start; }
.quick form { gap: 0.25rem; justify-items: start; max-width: 22rem; }
.moment { width: auto; max-width: 100%; justify-self: start; }
.requests { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem 1rem; }
.answers { display: flex; flex-wrap: wrap; align-items: start; gap: 0.6rem; }
.answers summary { padding: 0.3rem 0; }
.answers details[open] { flex-basis: 100%; display: grid; gap: 0.4rem; justify-items: start; }
.tabs ul { display: flex; gap: 0 1.5rem; padding: 0; list-style: none; border-bottom: 1px solid var(--line); overflow-x: auto; scrollbar-width: none; }
.tabs a { display: block; padding: 0.45rem 0; color: var(--quiet); text-decoration: none; white-space: nowrap; border-bottom: 3px solid transparent; }
.tabs a:hover { color: var(--ink); border-color: var(--line); }
.tabs a[aria-current] { color: var(--ink); font-weight: 650; border-color: var(--accent); }
.lock svg { vertical-align: -0.1rem; margin-right: 0.35rem; }
.lock { color: var(--quiet); font-size: 0.925rem; }
.reasons { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.banner ul { margin: 0.35rem 0; padding-left: 1.1rem; font-weight: 450; }
.banner .trace { display: inline; }
.note { padding-left: 0.75rem; border-left: 3px solid var(--line); }
input[type="search"], input[type="datetime-local"], input[type="time"] { font-variant-numeric: normal; }
[hidden] { display: none !important; }

@media (max-width: 46rem) {
  .bar-in, main, .rooms ul, .foot { padding-inline: 1rem; }
  /* One row that scrolls: the mark, the rooms, the way back. */
  .top { display: flex; align-items: center; overflow-x: auto; scrollbar-width: none; background: var(--card); border-bottom: 1px solid var(--line); padding-inline: 1rem; gap: 1rem; }
  .bar, .bar-in, .rooms, .rooms ul { display: contents; }
  .rooms a { padding: 0.7rem 0; }
  .brand { flex: none; padding-block: 0.5rem; }
  .brand-name, .firm, .me { display: none; }
  .top:not(:has(.rooms)) .firm { display: block; border: 0; padding: 0; }
  .whoami { order: 1; flex: none; white-space: nowrap; }
  table, tbody, tr, td, th { display: block; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { padding: 0.8rem 0; }
  tbody tr + tr { border-top: 1px solid var(--line); }
  tbody tr + tr > * { border-top: 0; }
  tbody tr:first-child { padding-top: 0; }
  td, th, tbody tr:last-child > *, .number + :not(.number) { padding: 0.1rem 0; min-width: 0; }
  td[data-label] { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; text-align: right; }
  td[data-label]::before { content: attr(data-label); color: var(--quiet); }
  .when { white-space: normal; }
  tbody tr > .act { text-align: left; padding-top: 0.6rem; }
  .again { flex-basis: 100%; }
  /* Any narrower, its text could not be read: it scrolls instead. */
  .chart { min-width: 40rem; }
  .pair-wide { grid-template-columns: minmax(0, 1fr); }
  .secret { grid-template-columns: minmax(0, 1fr); justify-items: start; }
}
@media print {
  .bar, .rooms, .foot, .skip, form, form.filter, .button, .pager, .presets { display: none; }
  body, .card { background: none; }
  main { max-width: none; padding: 0; }
  .card { break-inside: avoid; border: 0; padding: 0; }
}
@media (forced-colors: active) { .pill, .tag, .banner { border: 1px solid; } }
`;
