// biome-ignore-all lint/suspicious/noShadowRestrictedNames: standing in place of the globals is what they are for.
/**
 * The browser's names that the page agent uses later than at its start, taken at the start: in its bundle they stand in
 * place of the globals (scripts/build/client-files.ts). Pages use such names for things of their own: MooTools has a
 * `Request`, and SuiteCRM's popup windows leave an address in `URL`, which the agent does without.
 */
export const { AbortController, CSSStyleSheet, CustomEvent, Map, MutationObserver, Promise, WeakRef, WebSocket } =
  globalThis;
