/** Hotseat's mark: the chair of the extension's icon (extension/icons/seat.svg). */

const SQUARE = "M28 0h72a28 28 0 0 1 28 28v72a28 28 0 0 1-28 28H28a28 28 0 0 1-28-28V28A28 28 0 0 1 28 0z";
const BACK = "M46 24h36a10 10 0 0 1 10 10v20a15 15 0 0 0-9 13H45a15 15 0 0 0-9-13V34a10 10 0 0 1 10-10z";
const ARMS =
  "M30 59a9 9 0 0 1 9 9v6h50v-6a9 9 0 0 1 18 0v20a9 9 0 0 1-9 9h-5v7h-9v-7H44v7h-9v-7h-5a9 9 0 0 1-9-9V68a9 9 0 0 1 9-9z";

/** `size` in pixels. The name stands beside it, so it says nothing itself. */
export const Logo = ({ size }: { size: number }) => (
  <svg class="mark" viewBox="0 0 128 128" width={size} height={size} aria-hidden="true" focusable="false">
    <path fill="#2f4bd8" d={SQUARE} />
    <path fill="#ffffff" d={BACK} />
    <path fill="#ffffff" d={ARMS} />
  </svg>
);
