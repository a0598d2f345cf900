/**
 * What Hotseat's scripts in a page rest on, as the browser made it: taken when they start, before the page's own. Pages
 * put a clock, a JSON or a `fetch` of their own in its place, members into what every list has (Prototype 1.6 gives them
 * another JSON), and another site's address before every relative one (`<base>`).
 */
const { now: readClock } = Date;
const realFetch = fetch;

export const { stringify: toJson } = JSON;

let last = 0;
let behind = 0;

/** ms of this machine's clock, which never runs backwards here: a clock that is set back makes nothing wait. */
export function now(): number {
  behind = Math.max(behind, last - readClock());
  last = readClock() + behind;
  return last;
}

/** Asks Hotseat's address `path` of this host. */
export const askOwn = (path: string, init: RequestInit): Promise<Response> => realFetch(addressOf(path), init);

/** What a call of the seat service says. */
export const messageOf = (body: object) => ({
  method: "POST",
  body: toJson(body),
  headers: { "content-type": "application/json" },
});

/** Of Hotseat's own `path` of this host. */
export const addressOf = (path: string): string => location.origin + path;

/** The list, of which no page makes anything else: Prototype 1.6 gives lists a `toJSON`. For `toJson` alone. */
export const bareList = <Item>(list: Item[]): Item[] => Object.setPrototypeOf(list, null);
