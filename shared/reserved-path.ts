/**
 * Hotseat's own addresses that scripts inside pages need. Without schemas, so that those scripts stay
 * small; the rest is in protocol.ts.
 */

/** All of Hotseat's own addresses lie under this path of the CRM's host (G1). */
export const OWN_PATH = "/.hotseat/";
export const API_PATH = "/.hotseat/api/";
export const ADMIN_PATH = "/.hotseat/admin";
/**
 * Where a closing document says goodbye (L6), which reads no answer: it is redirected, so that the browser itself makes the
 * request that shows that it took the answer (L9). Whoever says bye without the word reads the status.
 */
export const BYE_PATH = "/.hotseat/api/bye?last";

/** P7: where a page listens for news of its person's seat. */
export const LISTEN_PATH = "/.hotseat/listen";
export const AGENT_PATH = "/.hotseat/agent.js";
/** G8: the seat button's script, which the agent loads. */
export const BUTTON_PATH = "/.hotseat/button.js";
export const REFUSED_PATH = "/.hotseat/refused";
/** G5: where the buttons of Hotseat's pages post to, with the page wanted as `to`. */
export const WAY_ON_PATH = "/.hotseat/continue";

/** On which a browser's tabs of one CRM tell each other where the person stands. */
export const TAB_CHANNEL = "hotseat";

/** G5: set on every refused answer to the CRM's own requests; its value is the denial reason. */
export const REFUSED_HEADER = "x-hotseat-refused";

/**
 * The event on `document` by which the agent asks, before it speaks for the document (G8), whether the extension does.
 * The extension cancels it. A page that cancels it only silences the agent of its own tab.
 */
export const SPEAKS_EVENT = "hotseat:speaks";

/**
 * The event on `document` by which the extension leaves it to the agent to cover the page; its detail is the reason. A
 * page that says so itself covers only itself.
 */
export const COVER_EVENT = "hotseat:cover";

/**
 * The event on `document` by which the gate's agent (G5) says, before it covers a page, that a request of the page was
 * refused; its detail is the denial reason, followed by " save" where the request was to change something. Who cancels
 * it, the extension, covers the page itself.
 */
export const REFUSED_EVENT = "hotseat:refused";
