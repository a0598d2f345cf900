/** What a page and the tenant's object say to each other on the socket that tells the page of changes (A5, P7). */

/** To the page: ask for your own view again. */
export const CHANGED = "changed";
/** From the page, which so knows a dead connection; the runtime answers with PONG. */
export const PING = "ping";
export const PONG = "pong";
/** The socket is closed with it; of the range that applications may use (RFC 6455, 7.4.2). */
export const RIGHT_ENDED = 4403;
