// biome-ignore-all lint/suspicious/noShadowRestrictedNames: standing in place of the globals is what they are for.
/**
 * The browser's names that scripts in a page use later than at their start, taken at the start: in everything that is
 * bundled for pages they stand in place of the globals (scripts/build/client-files.ts). Pages use such names for things
 * of their own: SuiteCRM's popup windows leave an address in `URL`, MooTools has a `Request`.
 */
export const {
  AbortController,
  CSSStyleSheet,
  CustomEvent,
  Element,
  Map,
  MutationObserver,
  Promise,
  URL,
  WeakRef,
  WebSocket,
} = globalThis;
