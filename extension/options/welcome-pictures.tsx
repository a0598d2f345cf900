/** Three pictures of what the extension does, drawn in the page's own colours; the sentences beside them say the same. */
import type { ComponentChildren } from "preact";
import type { MessageKey } from "../words.ts";

const SEAT =
  "M7 2h10a2 2 0 0 1 2 2v5a3 3 0 0 0-2 3H7a3 3 0 0 0-2-3V4a2 2 0 0 1 2-2zM3 11a2 2 0 0 1 2 2v2h14v-2a2 2 0 0 1 4 0v4a2 2 0 0 1-2 2v3h-2v-2H5v2H3v-3a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2z";
const Seat = ({ x, y, size }: { x: number; y: number; size: number }) => (
  <path class="ink" d={SEAT} transform={`translate(${x} ${y}) scale(${size / 24})`} />
);

const Picture = ({ children }: { children: ComponentChildren }) => (
  <svg viewBox="0 0 160 96" aria-hidden="true">
    <rect class="paper" x="1" y="1" width="158" height="94" rx="10" />
    {children}
  </svg>
);

/** Tabs that share one seat. */
const Tabs = () => (
  <Picture>
    {[10, 58, 106].map((x) => (
      <g key={x}>
        <rect class="line" x={x} y="12" width="44" height="18" rx="5" />
        <path class="stroke" d={`M${x + 22} 32 L80 56`} />
      </g>
    ))}
    <Seat x={66} y={58} size={28} />
  </Picture>
);

/** The button in the toolbar, and what it opens. */
const Toolbar = () => (
  <Picture>
    <rect class="line" x="10" y="12" width="112" height="16" rx="8" />
    <Seat x={130} y={12} size={17} />
    <rect class="line" x="70" y="38" width="80" height="48" rx="7" />
    <rect class="soft" x="78" y="46" width="50" height="6" rx="3" />
    <rect class="ink" x="78" y="62" width="64" height="16" rx="6" />
  </Picture>
);

/** A form whose text stays while the seat is away. */
const Kept = () => (
  <Picture>
    <rect class="line" x="14" y="14" width="104" height="68" rx="7" />
    {[26, 40, 54].map((y, place) => (
      <rect key={y} class="soft" x="24" y={y} width={[84, 70, 48][place]} height="6" rx="3" />
    ))}
    <circle class="ink" cx="126" cy="62" r="20" />
    <path class="tick" d="M117 62 l6 7 l12 -14" />
  </Picture>
);

export const PICTURES: readonly { key: MessageKey; Picture: () => preact.JSX.Element }[] = [
  { key: "welcomeTabs", Picture: Tabs },
  { key: "welcomePopup", Picture: Toolbar },
  { key: "welcomeKept", Picture: Kept },
];
