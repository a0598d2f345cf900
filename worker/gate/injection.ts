/** Puts the agent's script into the CRM's documents (G5), only where the preset wants it. */
import { AGENT_PATH } from "../../shared/protocol.ts";

/** Whether the answer is a whole HTML document that the script can go into. */
export function isInjectable(response: Response): boolean {
  const type = response.headers.get("content-type");
  return response.status === 200 && response.body !== null && type !== null && /^\s*text\/html\b/i.test(type);
}

/** The document with the script first in its head. Nothing of it may be stored: it is no longer the CRM's own. */
export function injectAgent(response: Response): Response {
  const nonce = readNonce(response.headers.get("content-security-policy"));
  const script = `<script src="${AGENT_PATH}"${nonce === null ? "" : ` nonce="${nonce}"`}></script>`;
  const document = new HTMLRewriter()
    .on("head", { element: (head) => void head.prepend(script, { html: true }) })
    .transform(response);
  for (const name of ["etag", "last-modified", "content-length", "content-md5", "digest", "expires", "accept-ranges"]) {
    document.headers.delete(name);
  }
  document.headers.set("cache-control", "no-store");
  return document;
}

/** The first nonce of the policy: with one, `'self'` may not be enough (`strict-dynamic`). */
function readNonce(policy: string | null): string | null {
  return policy === null ? null : (/'nonce-([A-Za-z0-9+/_=-]+)'/.exec(policy)?.[1] ?? null);
}
