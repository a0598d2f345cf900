/** People with a session of the CRM and cookies of ours, signed as the gate signs them. */
import type { HolderId } from "../../../shared/ids.ts";
import type { Config } from "../../../worker/config/config.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { compileSessionCredentials, hashCredential } from "../../../worker/identity/session-credential.ts";
import { newBinding } from "../../../worker/pass/browser-binding.ts";
import { BINDING_COOKIE, PASS_COOKIE, SENDS_USER_COOKIE, WHO_COOKIE } from "../../../worker/pass/cookies.ts";
import { signIdentityCookie } from "../../../worker/pass/identity-cookie.ts";
import { signPass } from "../../../worker/pass/pass.ts";
import type { Credentials } from "../credentials.ts";

const tokenOf = (setCookie: string, name: string): string => setCookie.slice(name.length + 1, setCookie.indexOf(";"));

/** The people `first` to `first + count - 1`, with passes that last `passMs`. */
export function makePeople(
  config: Config,
  wanted: { first: number; count: number; passMs: number },
): Promise<Credentials[]> {
  const readCredential = compileSessionCredentials(loadPreset(config.preset));
  const make = async (number: number): Promise<Credentials> => {
    const login = `person-${number}`;
    const key = `${login}-${"0123456789abcdef".repeat(2)}`;
    const cookie = config.preset === "demo" ? `larch_session=${key}; larch_theme=light` : "theme=light";
    const authorization = config.preset === "demo" ? null : `Session ${btoa(`${login}:${number + 1}:${key}`)}`;
    const credential = readCredential({ cookie, header: (name) => (name === "authorization" ? authorization : null) });
    if (credential === null)
      throw new Error(`the people of the benchmark carry no session of the preset ${config.preset}`);
    const session = await hashCredential(credential);
    const binding = newBinding();
    const holder = login as HolderId;
    const person = { id: holder, name: `Person ${number}`, email: `${login}@acme.example`, role: "user" } as const;
    const pass = await signPass(config, { holder, session, binding, until: Date.now() + wanted.passMs });
    const who = await signIdentityCookie(config, { person, session, identifiedAt: Date.now() });
    const own = [
      [BINDING_COOKIE, binding],
      [WHO_COOKIE, tokenOf(who, WHO_COOKIE)],
      [PASS_COOKIE, tokenOf(pass, PASS_COOKIE)],
      // The browser has gone to a page before.
      [SENDS_USER_COOKIE, "1"],
    ];
    const all = [cookie, ...own.map(([name, value]) => `${name}=${value}`)].join("; ");
    return authorization === null ? { cookie: all } : { cookie: all, authorization };
  };
  return Promise.all(Array.from({ length: wanted.count }, (_, index) => make(wanted.first + index)));
}
