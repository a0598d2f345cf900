/** Hotseat's own files that belong to the gate: the agent, the framed refusal page and its script. */

import { DENIAL_REASONS, DENIALS, type DenialReason } from "../../shared/denial.ts";
import { AGENT_PATH, BUTTON_PATH, REFUSED_HEADER, REFUSED_PATH } from "../../shared/reserved-path.ts";
import type { Config } from "../config/config.ts";
import { problemResponse } from "../http/problem-response.ts";
import { sayReason } from "../i18n/reasons.ts";
import AGENT_SCRIPT from "./agent/agent.script.js";
import BUTTON_SCRIPT from "./agent/button.script.js";
import { chooseLanguage, type Language } from "./reader-language.ts";
import REFUSED_SCRIPT from "./refusal/client/refused.script.js";
import { showProblem, UNPROVEN } from "./refusal/problem-answer.tsx";
import type { AdminPanel } from "./refusal/refusal-admin-panel.tsx";
import { REFUSED_SCRIPT_PATH, refusalPage } from "./refusal/refusal-page.tsx";
import type { SignOut } from "./session/sign-out.ts";

/** The text of each script, in the reader's language where it has words. */
const SCRIPTS: Readonly<Record<string, (language: Language, errors: readonly string[]) => string>> = {
  [AGENT_PATH]: (_, errors) => `{const HOTSEAT_ERRORS=${JSON.stringify(errors.join(","))};${AGENT_SCRIPT}}`,
  [REFUSED_SCRIPT_PATH]: () => REFUSED_SCRIPT,
  [BUTTON_PATH]: ({ tag, words }) =>
    `const HOTSEAT_WORDS=${JSON.stringify({ language: tag, words: { ...words.button, ...reasonsOf(tag), ...handedWords(words) } })};${BUTTON_SCRIPT}`,
};

/** L27: the button says in a sentence why there is no licence. */
const reasonsOf = (tag: Language["tag"]): Record<string, string> =>
  Object.fromEntries(DENIAL_REASONS.map((reason) => [`reason_${reason}`, sayReason(tag, reason)]));

/** L32: and to whom it was handed over. */
const handedWords = ({ handedTo, handedOver }: Language["words"]) => ({ handedTo, handedOver });

/** Paths that `answerOwnFile` answers. */
export const GATE_ASSETS: readonly string[] = [...Object.keys(SCRIPTS), REFUSED_PATH];

/**
 * The file at the request's path by GET or HEAD; null when the path is none of `OWN_FILES`. `adminPanel`: what whoever
 * asks for the framed refusal page can change. `signOut`: how that page signs out of the CRM. `errors`: see
 * preset-schema.ts. `isKnown`: somebody who is signed in asks.
 */
export function answerGateAsset(
  config: Config,
  request: Request,
  adminPanel: AdminPanel | null = null,
  signOut: SignOut | null = null,
  errors: readonly string[] = [],
  isKnown = false,
): Response | null {
  const url = new URL(request.url);
  // Who has signed in again since is shown what else may be wrong, by a page that leaves when nothing is.
  if (isKnown && url.searchParams.get("reason") === UNPROVEN.code) url.searchParams.delete("reason");
  const script = Object.hasOwn(SCRIPTS, url.pathname) ? SCRIPTS[url.pathname] : undefined;
  if (script === undefined && url.pathname !== REFUSED_PATH) return null;
  if (request.method !== "GET" && request.method !== "HEAD") return answerWrongMethod();
  const acceptLanguage = request.headers.get("accept-language");
  const answer =
    script === undefined
      ? answerFrame(
          config,
          url,
          acceptLanguage,
          adminPanel,
          signOut,
          request.headers.get("accept") === "application/json",
        )
      : answerScript(script(chooseLanguage(acceptLanguage), errors), request);
  return request.method === "HEAD" ? new Response(null, answer) : answer;
}

function answerWrongMethod(): Response {
  return problemResponse({ code: "wrong_method", detail: "Ask this address with GET." }, { allow: "GET, HEAD" });
}

/** Asked again each time and answered "not modified": a deployed change is in every page at once. */
function answerScript(text: string, request: Request): Response {
  const etag = `"${fingerprint(text)}"`;
  const headers = {
    "content-type": "text/javascript; charset=utf-8",
    "cache-control": "public, max-age=0, must-revalidate",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    vary: "accept-language",
    etag,
  };
  const isKnown = request.headers.get("if-none-match")?.includes(etag) === true;
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(text, { headers });
}

/** FNV-1a, 32 bit: distinguishes versions of a file, nothing more. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(36);
}

const PLAIN_HEADERS = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  vary: "accept, accept-language",
};

/** The refusal in words alone, with what the agent says of the line (agent/plain-words.ts). */
function plainWordsOf(reason: DenialReason, { tag, words }: Language): Record<string, string> {
  const { waits } = DENIALS[reason];
  const { waiting, offlineAsk: offline, askHolder, line } = words;
  const { leaveLine, leftLine, waitHere, askedFor, askedKept, askedGiven } = line;
  const { at_work, asked_before, nobody_helps, asked_already } = line;
  return {
    ...words.denials[reason],
    language: tag,
    act: waits ? words.tryAgainNow : words.continueWorking,
    ...(waits ? { waiting } : {}),
    offline,
    ask: askHolder,
    leave: leaveLine,
    left: leftLine,
    waitHere,
    // By what came of asking (L16), and why nobody was asked.
    awaited: askedFor,
    kept: askedKept,
    given: askedGiven,
    ...{ at_work, asked_before, nobody_helps, asked_already },
  };
}

/**
 * The refusal as the agent shows it over a page; its script asks for all that is not in the address. `isForScript`:
 * only the words, for a page that takes no frame.
 */
function answerFrame(
  config: Config,
  url: URL,
  acceptLanguage: string | null,
  adminPanel: AdminPanel | null,
  signOut: SignOut | null,
  isForScript: boolean,
): Response {
  const asked = url.searchParams.get("reason") ?? "";
  if (asked === UNPROVEN.code) return answerSignInFrame(config, chooseLanguage(acceptLanguage), isForScript);
  const reason: DenialReason = Object.hasOwn(DENIALS, asked) ? (asked as DenialReason) : "no_seat";
  const { tenantName, contact } = config;
  if (isForScript) {
    return Response.json(plainWordsOf(reason, chooseLanguage(acceptLanguage)), { headers: PLAIN_HEADERS });
  }
  return refusalPage(
    {
      language: chooseLanguage(acceptLanguage),
      tenantName,
      contact,
      reason,
      denied: null,
      mayAdminister: adminPanel !== null,
      adminPanel,
      why: null,
      isFramed: true,
      page: "/",
      address: url.origin,
      isInPlace: false,
      isForm: false,
      formReplay: null,
      signOut,
    },
    200,
    { [REFUSED_HEADER]: reason, ...ISOLATED },
  );
}

/** A page that isolates itself takes no frame that does not; Hotseat's need nothing from elsewhere. */
const ISOLATED = { "cross-origin-embedder-policy": "require-corp" };

/** The frame looks whether its person has signed in elsewhere; sooner would take what is being pressed. */
const SIGN_IN_LOOK_SECONDS = "20";

/** I6: over a page whose person's sign-in has run out: signing in opens in a tab of its own, and the page goes on after. */
function answerSignInFrame({ contact }: Config, language: Language, isForScript: boolean): Response {
  const { tag, words } = language;
  if (isForScript) {
    const { title, detail: text } = words.problems[UNPROVEN.code];
    const said = { title, text, language: tag, act: words.tryAgain, offline: words.offlineAsk };
    return Response.json(said, { headers: PLAIN_HEADERS });
  }
  const frame = showProblem(UNPROVEN, "/", contact, language, null, true);
  for (const [name, value] of Object.entries({ ...ISOLATED, refresh: SIGN_IN_LOOK_SECONDS }))
    frame.headers.set(name, value);
  return frame;
}
