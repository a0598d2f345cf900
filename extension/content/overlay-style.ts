/** The overlay's own style sheet. It inherits nothing from the page. */
export const OVERLAY_STYLE = `
:host { color-scheme: light dark; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
.cover, .toast {
  --ink: #16202e; --soft: #566375; --paper: #ffffff; --line: #dfe4ec; --wash: #f4f6fa; --blue: #2f4bd8; --blue-deep: #2439ad;
  font: 400 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  color: var(--ink); letter-spacing: normal; text-align: start; text-transform: none;
}
@media (prefers-color-scheme: dark) {
  .cover, .toast { --ink: #e8ecf3; --soft: #a4afbf; --paper: #1b222d; --line: #343e4d; --wash: #232c39; --blue: #8ea2ff; --blue-deep: #a9b8ff; }
}
.cover {
  width: 100vw; height: 100vh; height: 100dvh; max-width: none; max-height: none; margin: 0; padding: 20px; border: 0;
  background: transparent; overflow: auto; display: none;
}
.cover[open] { display: grid; place-items: center; }
.cover::backdrop { background: rgb(22 30 44 / 46%); backdrop-filter: blur(5px) saturate(.8); }
.card {
  width: min(464px, 100%); padding: 36px 36px 28px; border-radius: 16px; background: var(--paper);
  border: 1px solid var(--line); box-shadow: 0 24px 64px rgb(10 16 30 / 32%); animation: rise .18s ease-out;
}
@keyframes rise { from { opacity: 0; transform: translateY(8px); } }
.mark { width: 44px; height: 44px; display: block; margin-bottom: 20px; flex: none; }
h1 { margin: 0 0 8px; font-size: 22px; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; outline: none; text-wrap: balance; }
p { margin: 0; }
.text { color: var(--soft); text-wrap: pretty; }
.note { margin: 18px 0 0; padding: 10px 14px; border-left: 3px solid var(--blue); border-radius: 0 8px 8px 0; background: var(--wash); overflow-wrap: anywhere; }
.facts { margin: 20px 0 0; display: flex; flex-wrap: wrap; gap: 10px; }
.facts > div { flex: 1 1 140px; padding: 12px 14px; border-radius: 10px; background: var(--wash); border: 1px solid var(--line); }
dt { font-size: 13px; color: var(--soft); }
dd { margin: 2px 0 0; font-size: 20px; font-weight: 650; font-variant-numeric: tabular-nums; }
.contact { margin-top: 16px; overflow-wrap: anywhere; }
.primary {
  appearance: none; border: 0; cursor: pointer; font: inherit; font-weight: 600; color: #fff; background: #2f4bd8;
  padding: 11px 20px; border-radius: 10px; transition: background .12s;
}
.primary:hover { background: #2439ad; }
.primary:focus-visible { outline: 3px solid var(--blue); outline-offset: 3px; }
.primary[aria-disabled="true"] { cursor: progress; opacity: .6; }
.card > .primary { display: block; width: 100%; margin-top: 24px; }
.waiting { display: block; height: 4px; margin-top: 24px; border-radius: 2px; background: var(--wash); overflow: hidden; position: relative; }
.waiting::after { content: ""; position: absolute; inset: 0 70% 0 0; border-radius: 2px; background: var(--blue); animation: wait 1.8s ease-in-out infinite alternate; }
@keyframes wait { to { transform: translateX(233%); } }
.in-line { margin-top: 18px; }
.asked { font-size: 15px; color: var(--soft); font-variant-numeric: tabular-nums; margin-bottom: 12px; }
.in-line .acts { display: flex; flex-wrap: wrap; gap: 8px; }
.in-line .primary { flex: 1 1 auto; }
.kept { margin-top: 14px; font-size: 14px; color: var(--soft); text-align: center; }
.kept.unsaved { color: var(--ink); font-weight: 600; }
.toast {
  inset: auto 20px 20px auto; margin: 0; padding: 16px 18px; border: 1px solid var(--line); border-radius: 14px; background: var(--paper);
  box-shadow: 0 16px 44px rgb(10 16 30 / 30%); width: max-content; max-width: min(460px, calc(100vw - 40px)); animation: rise .18s ease-out;
}
.toast:popover-open { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 12px 14px; }
.toast .mark { width: 36px; height: 36px; margin: 0; }
.toast .said { flex: 1 1 220px; font-size: 15px; line-height: 1.4; }
.toast strong { display: block; font-weight: 650; }
.toast p { color: var(--soft); font-variant-numeric: tabular-nums; }
.toast .acts { display: flex; gap: 8px; }
.primary.second { color: var(--ink); background: transparent; box-shadow: inset 0 0 0 1px var(--line); }
.primary.second:hover { background: var(--wash); }
.toast .primary { padding: 9px 16px; font-size: 15px; white-space: nowrap; }
@media (max-width: 460px) {
  .card { padding: 26px 22px 22px; }
  .toast:popover-open { inset: auto 12px 12px 12px; max-width: none; width: auto; }
  .toast > .primary, .toast .acts { width: 100%; }
  .toast .acts .primary { flex: 1; }
}
@media (prefers-reduced-motion: reduce) {
  .card, .toast { animation: none; }
  .waiting::after { animation: none; inset: 0; opacity: .5; }
}
@media (forced-colors: active) {
  .card, .toast { border: 2px solid CanvasText; }
}
`;
