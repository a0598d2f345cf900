/**
 * The colours of every page that the Worker serves, light and dark. The extension's icon and pages lead
 * (extension/icons/seat.svg, extension/look.css); a test keeps them one house, and text on its ground at 4.5 : 1.
 */

/** Of the icon. */
export const BLUE = "#2f4bd8";

/** Name of a custom property to its colour in light and in dark. */
export const COLOURS = {
  ground: ["#f4f6fa", "#12171f"],
  card: ["#ffffff", "#1b222d"],
  line: ["#dfe4ec", "#343e4d"],
  ink: ["#16202e", "#e8ecf3"],
  quiet: ["#566375", "#a4afbf"],
  /** Links, and what is drawn. */
  accent: [BLUE, "#9fb0ff"],
  "accent-ink": ["#ffffff", "#10173a"],
  "accent-soft": ["#e8ecfd", "#262f52"],
  /** Of the one thing to do. */
  fill: [BLUE, "#4a64ea"],
  "fill-ink": ["#ffffff", "#ffffff"],
  good: ["#10693d", "#4ac98a"],
  "good-soft": ["#e1f4ea", "#15362a"],
  warn: ["#8a4107", "#f0a646"],
  "warn-soft": ["#fdf0d9", "#3a2b12"],
  "warn-fill": ["#d98a00", "#e0982e"],
  bad: ["#b32020", "#f59090"],
  "bad-soft": ["#fde9e8", "#45211f"],
  track: ["#e3e8f0", "#2b3442"],
  /** Round what can be filled in. */
  field: ["#7d899b", "#77849a"],
} as const satisfies Record<string, readonly [light: string, dark: string]>;

const declare = (which: 0 | 1): string =>
  Object.entries(COLOURS)
    .map(([name, colours]) => `--${name}: ${colours[which]};`)
    .join(" ");

export const PALETTE = `
:root { color-scheme: light dark; ${declare(0)} }
@media (prefers-color-scheme: dark) { :root { ${declare(1)} } }
`;
