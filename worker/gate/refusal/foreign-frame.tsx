/**
 * G13: the CRM inside a frame of another site (a chat, a mail program in the browser). Browsers keep Hotseat's cookies
 * back there, which are SameSite=Lax, so a page that waits would never hear of its seat, and where the CRM's are kept back, too, a sign-in
 * leads to the login form again: the page says so instead, and offers a tab of its own. Only words and one button: another site may lay its own over them.
 */

import { Logo } from "../../theme/logo.tsx";
import type { GateRequest } from "../gate-request.ts";
import type { Language } from "../reader-language.ts";
import { WayOn } from "./page-acts.tsx";
import { framedPage } from "./page-frame.tsx";

const FRAMES = ["iframe", "frame", "embed", "object"];

const isFrame = (headers: Headers): boolean => FRAMES.includes(headers.get("sec-fetch-dest") ?? "");

/**
 * The browser keeps back the CRM's cookies, too, and no page can ask it for them; false where it does not say so, and
 * where cookies come all the same (partitioned ones). Browsers say so only in frames of another site.
 */
export const isInCookielessFrame = ({ isDocument, cookie, request: { headers } }: GateRequest): boolean =>
  isDocument && cookie === null && isFrame(headers) && headers.get("sec-fetch-storage-access") === "none";

/** By what browsers say of the request; false where they say nothing. */
export function isForeignFrame(headers: Headers): boolean {
  if (!isFrame(headers)) return false;
  const site = headers.get("sec-fetch-site");
  if (site === "cross-site" || site === "same-site") return true;
  // The frame's own link: the site is the same, and what the browser keeps back shows only here.
  return /^(?:none|inactive)$/.test(headers.get("sec-fetch-storage-access") ?? "");
}

/** `page`: the page wanted, by path and query. */
export function answerForeignFrame({ tag, words }: Language, tenantName: string, page: string): Response {
  const { title, text, act } = words.foreignFrame;
  return framedPage(
    503,
    {
      language: tag,
      title,
      kind: "problem",
      script: null,
      refresh: null,
      frameAncestors: "*",
      children: (
        <main>
          <p class="firm">
            <Logo size={32} />
            {tenantName}
          </p>
          <h1>{title}</h1>
          <p>{text}</p>
          <div class="acts">
            <WayOn target={page} label={act} isInOwnTab />
          </div>
        </main>
      ),
    },
    { "retry-after": "30" },
  );
}
