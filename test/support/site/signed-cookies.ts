/** Cookies that Hotseat has signed, for people whom nobody signed in. */
import { env } from "cloudflare:workers";
import { type BindingId, HolderId, type SessionKey } from "../../../shared/ids.ts";
import { type Config, readConfig } from "../../../worker/config/config.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { compileSessionCredentials, hashCredential } from "../../../worker/identity/session-credential.ts";
import { newBinding, setBinding } from "../../../worker/pass/browser-binding.ts";
import { signIdentityCookie } from "../../../worker/pass/identity-cookie.ts";
import { signPass } from "../../../worker/pass/pass.ts";
import type { Person, Role } from "../../../worker/tenant/tenant-calls.ts";

/** A session cookie of the demo CRM, and the session that it makes. */
export const CRM_COOKIE = "larch_session=one";
export const OTHER_CRM_COOKIE = "larch_session=two";

const sessionOf = async (cookie: string): Promise<SessionKey> => {
  const credential = compileSessionCredentials(loadPreset("demo"))({ cookie, header: () => null });
  if (credential === null) throw new Error("the demo CRM's cookie carries no session");
  return hashCredential(credential);
};
export const SESSION = await sessionOf(CRM_COOKIE);
export const OTHER_SESSION = await sessionOf(OTHER_CRM_COOKIE);

export const config: Config = readConfig(env);
export const otherTenant: Config = readConfig({ ...env, TENANT: "other" });
export const otherSecret: Config = readConfig({
  ...env,
  HOTSEAT_SECRET: "another secret for tests that acme has not got",
});

export const person = (role: Role = "user", id = "anna"): Person => ({
  id: HolderId.parse(id),
  name: "Anna Adams",
  email: "anna@acme.example",
  role,
});

/** `name=value` of a Set-Cookie header's value. */
export const pair = (setCookie: string): string => setCookie.split(";")[0] ?? "";

export const whoCookie = async (
  role: Role = "user",
  { by = config, session = SESSION, identifiedAt = Date.now(), id = "anna" } = {},
): Promise<string> => pair(await signIdentityCookie(by, { person: person(role, id), session, identifiedAt }));

/** Pass and binding cookies of a binding that no other test shows: what was handed back stays forgotten. */
export const passCookies = async ({
  by = config,
  holder = "anna",
  binding = newBinding(),
} = {}): Promise<{
  cookie: string;
  binding: BindingId;
}> => {
  const pass = await signPass(by, {
    holder: HolderId.parse(holder),
    session: SESSION,
    binding,
    until: Date.now() + 20_000,
  });
  return { cookie: `${pair(pass)}; ${pair(setBinding(binding))}`, binding };
};
