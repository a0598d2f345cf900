/** Hotseat's own addresses for signing in at the identity provider. */
import type { TenantId } from "../../../shared/ids.ts";
import type { OidcIdentity } from "../../config/identity-config.ts";
import { toBase64Url } from "../../pass/signature.ts";
import { readClaims } from "../token/claims.ts";
import { createOidcProvider } from "./oidc-provider.ts";
import { clearBegun, readBegun, signBegun, signSignedIn } from "./oidc-session.ts";

export const OIDC_START_PATH = "/.hotseat/oidc/start";
export const OIDC_CALLBACK_PATH = "/.hotseat/oidc/callback";

export interface SignInConfig {
  tenant: TenantId;
  secrets: readonly string[];
  identity: OidcIdentity;
}

/** Where a person without a sign-in is sent, to come back to this path and query. */
export const signInAddress = (pathAndQuery: string): string =>
  `${OIDC_START_PATH}?to=${encodeURIComponent(pathAndQuery)}`;

export interface SignInPorts {
  fetchIt: typeof fetch;
  now: () => number;
  /** Says why nobody is signed in, with a way to `page`, where the person starts again. */
  refuse: (request: Request, page: string, detail: string) => Response;
}

/** Answers the two addresses; null for any other. */
export function createOidcSignIn(
  config: SignInConfig,
  { fetchIt, now, refuse }: SignInPorts,
): (request: Request) => Promise<Response | null> {
  const provider = createOidcProvider(config.identity, fetchIt, now);

  async function start(request: Request, url: URL): Promise<Response> {
    const begun = {
      state: random(),
      nonce: random(),
      verifier: random(),
      to: ownPath(url.searchParams.get("to"), url),
    };
    const address = await provider.startAt(begun, url.origin + OIDC_CALLBACK_PATH);
    return redirect(302, address, await signBegun(config, begun, request.headers.get("cookie"), now()));
  }

  async function finish(request: Request, url: URL): Promise<Response> {
    const { searchParams } = url;
    const begun = await readBegun(config, request.headers.get("cookie"), searchParams.get("state") ?? "", now());
    const no = (detail: string) => refuse(request, begun?.to ?? "/", detail);
    if (begun === null) return no("This sign-in was not begun in this browser, or too long ago. Please start again.");
    const given = searchParams.get("error");
    if (given !== null) return no("The identity provider did not sign you in. Please start again, or ask IT.");
    // RFC 9207: an answer of another provider is none.
    const issuer = searchParams.get("iss");
    const code = searchParams.get("code");
    if (code === null || (issuer !== null && issuer !== provider.issuer)) {
      return no("The identity provider's answer is not the one that was asked for. Please start again.");
    }
    const claims = await provider.redeem(code, begun, url.origin + OIDC_CALLBACK_PATH);
    const person = readClaims(claims, config.identity.claims);
    if (person.id === null) return no("The identity provider did not say who you are. Please ask IT.");
    return redirect(303, begun.to, [await signSignedIn(config, person, now()), clearBegun(begun)]);
  }

  return async (request) => {
    const url = new URL(request.url);
    if (url.pathname !== OIDC_START_PATH && url.pathname !== OIDC_CALLBACK_PATH) return null;
    if (request.method !== "GET") return refuse(request, "/", "Ask this address with GET.");
    try {
      return url.pathname === OIDC_START_PATH ? await start(request, url) : await finish(request, url);
    } catch (error) {
      console.error("Signing in at the identity provider failed:", error instanceof Error ? error.message : error);
      const page = ownPath(url.searchParams.get("to"), url);
      return refuse(request, page, "The identity provider did not answer as it should. Please try again in a moment.");
    }
  };
}

const RANDOM_BYTES = 32;
const random = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));

/** A path of this host, or its root: a sign-in must lead nowhere else. */
function ownPath(to: string | null, { origin }: URL): string {
  const url = to?.startsWith("/") === true ? URL.parse(to, origin) : null;
  if (url === null || url.origin !== origin || url.pathname.startsWith("//")) return "/";
  return url.pathname + url.search;
}

function redirect(status: 302 | 303, location: string, cookies: readonly string[]): Response {
  const headers = new Headers({ location, "cache-control": "no-store", "referrer-policy": "no-referrer" });
  for (const cookie of cookies) headers.append("set-cookie", cookie);
  return new Response(null, { status, headers });
}
