/** What the first page says after a change that was made; the name travels in the address. */
import type { AdminView } from "../tenant/tenant-calls.ts";
import type { Language } from "./language.ts";

const NOTICES = {
  limit: ({ words, count }, { limit }) => count(words.notices.limit, limit),
  "idle-timeout": ({ words, say, longDuration }, { idleTimeoutMs }) =>
    say(words.notices.idleTimeout, { duration: longDuration(idleTimeoutMs) }),
  freed: ({ words }) => words.notices.freed,
} as const satisfies Record<string, (language: Language, view: AdminView) => string>;
export type Notice = keyof typeof NOTICES;

export const isNotice = (word: string | undefined): word is Notice =>
  word !== undefined && Object.hasOwn(NOTICES, word);

export const sayNotice = (language: Language, notice: Notice, view: AdminView): string =>
  NOTICES[notice](language, view);
