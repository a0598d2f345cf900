/**
 * Tries a preset on a live CRM as one person: a stranger's visit, the login, the question who it is, what else lets
 * people in, the public paths, a form, the logout. Says at each step what was sent, what came and which rule decided.
 */
import { compileRules } from "../../worker/gate/rules.ts";
import { holdsOfHead } from "../../worker/identity/crm/crm-answer.ts";
import type { Preset } from "../../worker/identity/preset/preset-schema.ts";
import { fillTemplate } from "../../worker/identity/preset/template.ts";
import type { Role } from "../../worker/tenant/tenant-calls.ts";
import type { SecretMask } from "../cli/secret-mask.ts";
import { CrmAsker } from "./crm-asker.ts";
import { findFaults, meaningOf, splitAddress } from "./preset-faults.ts";
import { trySignOut } from "./preset-logout.ts";
import { nameOf, reportPerson } from "./preset-person.ts";
import { tryCredentialsAlone, tryForm, tryPublicPaths, tryRenewal } from "./preset-probes.ts";
import { Report } from "./preset-report.ts";
import { type SignInCall, signIn } from "./preset-sign-in.ts";
import { type CrmAddress, CrmVisitor } from "./preset-visitor.ts";

export interface TrialOptions {
  preset: Preset;
  /** Where the CRM answers, such as `https://crm-origin.acme.com`. */
  origin: string;
  user: string;
  password: string;
  /** What `trial.needs` names. */
  known: Readonly<Record<string, string>>;
  /** A session that is signed in already, in place of the preset's way to sign in; null: none. */
  cookie: string | null;
  /** What the person must turn out to be; null: whatever. */
  expectRole?: Role | null;
  mask: SecretMask;
  say: (line: string) => void;
}

export interface TrialFindings {
  /** What the preset gets wrong or lacks; empty when all went well. */
  missing: string[];
  /** What somebody should look at. */
  warnings: string[];
}

/** Throws `Refusal` when the CRM cannot be reached. */
export async function tryPreset(options: TrialOptions): Promise<TrialFindings> {
  return new Trial(options).run();
}

class Trial {
  readonly #options: TrialOptions;
  readonly #crm: CrmAddress;
  readonly #report: Report;
  readonly #values: Record<string, string>;
  readonly #asker: CrmAsker;
  readonly #page: string;

  constructor(options: TrialOptions) {
    const { preset, origin, user, password, known, mask, say } = options;
    this.#options = options;
    this.#report = new Report(mask, say);
    this.#crm = { preset, origin, report: this.#report };
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    mask.learnPassword(password);
    if (password !== "") mask.learn(basic, `${user}:${password}`);
    this.#values = { ...known, user, password, basic };
    this.#page = String(fillTemplate(preset.trial?.page ?? "/", this.#values));
    this.#asker = new CrmAsker(this.#crm, this.#page);
  }

  async run(): Promise<TrialFindings> {
    this.#lookAtPreset();
    await this.#visitAsStranger();
    await this.#visitAsPerson();
    const { missing, warnings } = this.#report;
    return { missing, warnings };
  }

  /** What the preset would let through, whatever the CRM says. */
  #lookAtPreset(): void {
    const { preset } = this.#options;
    this.#report.title("What the gate would do, by the preset alone");
    const { faults, warnings } = findFaults(preset, this.#page);
    if (faults.length === 0) this.#report.good(`${this.#page} is protected: people need a seat there`);
    for (const fault of faults) this.#report.lack(fault);
    for (const warning of warnings) this.#report.warn(warning);
  }

  async #visitAsStranger(): Promise<void> {
    this.#report.title(`A stranger asks for ${this.#page}`);
    const visitor = new CrmVisitor(this.#crm);
    await visitor.send("GET", this.#page);
    if (visitor.credential === null) {
      this.#report.good("no session: the gate lets strangers pass to the CRM");
      return;
    }
    const asked = await this.#asker.ask("The CRM gives strangers a session. Who is it?", visitor);
    const { kind } = asked?.result ?? {};
    if (kind === "anonymous") this.#report.good("a session without login is known as anonymous");
    else
      this.#report.lack(
        `A stranger's session must be anonymous, but is ${nameOf(asked)}: complete anonymousWhen${this.#asker.suggestAnonymous()}.`,
      );
  }

  async #visitAsPerson(): Promise<void> {
    const { preset } = this.#options;
    const signedIn = await this.#signIn();
    if (signedIn === null) return;
    const { visitor, calls } = signedIn;
    if (visitor.credential === null) {
      const names = visitor.jar.names.join(", ") || "none";
      this.#report.lack(
        `After the login no carrier of the preset is there. Cookies that the CRM set: ${names}. ${this.#maybeWrong(calls)}`,
      );
      return;
    }
    this.#report.good("the session is carried, so the gate would ask who it is");
    const asked = await this.#asker.ask("Who is it?", visitor);
    reportPerson(this.#crm, asked, this.#options.expectRole ?? null, this.#maybeWrong(calls));
    const isIn = asked?.result.kind === "signed_in" || asked?.result.kind === "exempt";
    if (isIn) this.#checkLogin(calls);
    await this.#tryForged(visitor);
    if (isIn) {
      const { report } = this.#crm;
      const whoIs = async (somebody: CrmVisitor) => (await this.#asker.ask(null, somebody))?.result ?? null;
      await tryCredentialsAlone(this.#crm, visitor, this.#sentHeaders(calls), (somebody) =>
        this.#asker.findWithout(somebody, visitor),
      );
      await tryRenewal(this.#crm, visitor, this.#page, whoIs);
      await tryForm(this.#crm, visitor, this.#page);
      report.title("Public paths, without a session and with it");
      await tryPublicPaths(this.#crm, visitor, asked?.result ?? null);
      await trySignOut(this.#crm, visitor, this.#values, this.#asker);
    } else if (preset.paths.public.length > 0) {
      this.#report.title("Public paths, without a session");
      await tryPublicPaths(this.#crm, null, null);
    }
  }

  async #signIn(): Promise<{ visitor: CrmVisitor; calls: SignInCall[] } | null> {
    const { preset, cookie, user, mask } = this.#options;
    const { trial } = preset;
    const visitor = new CrmVisitor(this.#crm);
    const calls: SignInCall[] = [];
    if (cookie !== null) {
      for (const pair of cookie.split(";")) {
        const [name = "", ...rest] = pair.trim().split("=");
        visitor.jar.set(name, rest.join("="));
      }
      mask.learn(...visitor.jar.values);
      return { visitor, calls };
    }
    if (trial === undefined) {
      this.#report.lack(
        "The preset does not say how to sign in (trial): give a session that is signed in with --cookie.",
      );
      return null;
    }
    this.#report.title(`${user} signs in`);
    const signedIn = await signIn(this.#crm, trial, visitor, this.#values, this.#maybeWrong());
    if (signedIn === null) return null;
    calls.push(...signedIn);
    mask.learn(...visitor.jar.values);
    return { visitor, calls };
  }

  /** `calls`: as far as they were answered; how the CRM answered says more than a guess. */
  #maybeWrong(calls: readonly SignInCall[] = []): string {
    const { cookie, user } = this.#options;
    if (cookie !== null) return "Is the session in --cookie still signed in?";
    const guess = `Most often the CRM did not take the name ${user} and the password: sign in to the CRM with them by hand.`;
    return calls.length === 0 ? guess : `${guess} It answered ${calls.map(describeAnswer).join(", ")}.`;
  }

  /** The gate must see a login as one, or it would go on with whoever was there before. */
  #checkLogin(calls: readonly SignInCall[]): void {
    const { preset, cookie } = this.#options;
    if (cookie !== null || calls.length === 0) return;
    const rules = compileRules(preset);
    const logins = calls.filter(({ request }) => /^(?:guarded_)?login$/.test(meaningOf(rules, request)));
    if (logins.length === 0) {
      const sent = calls.map(({ request }) => `${request.method} ${request.path}`).join(", ");
      this.#report.lack(`None of the requests that signed in (${sent}) is a login to the preset: see login.`);
      return;
    }
    const conditions = preset.login.flatMap(({ success }) => success ?? []);
    const isSeen = logins.some(({ answer }) => conditions.some((condition) => holdsOfHead(condition, answer)));
    if (preset.login.every(({ success }) => success !== undefined) && !isSeen) {
      this.#report.lack("The CRM took the login, but success of the preset's login does not hold of its answer.");
      return;
    }
    this.#report.good("the gate knows the login as one");
  }

  #sentHeaders(calls: readonly SignInCall[]): Record<string, string> {
    const named = new Set(
      (this.#options.preset.trial?.steps ?? []).flatMap(({ headers }) => Object.keys(headers ?? {})),
    );
    const sent: Record<string, string> = {};
    for (const { request } of calls) {
      for (const name of named) {
        const value = request.headers.get(name);
        if (value !== null) sent[name] = value;
      }
    }
    return sent;
  }

  async #tryForged(visitor: CrmVisitor): Promise<void> {
    const { preset } = this.#options;
    const forged = new CrmVisitor(this.#crm);
    for (const name of visitor.jar.names) forged.jar.set(name, "hotseat0forged0session0000");
    if (visitor.header !== null)
      forged.header = forgeHeader(visitor.header, preset.trial?.session?.encode === "base64");
    const asked = await this.#asker.ask("Somebody shows a forged session. Who is it?", forged);
    const kind = asked?.result.kind ?? "anonymous";
    if (kind === "anonymous") {
      this.#report.good("a forged session is anonymous: nobody gets in with it");
    } else if (kind === "unknown") {
      this.#report.lack(
        `A forged session must be anonymous, but is unknown: complete anonymousWhen${this.#asker.suggestAnonymous()}. People ` +
          "whose session has ended would be held back in place of coming to the CRM's login.",
      );
    } else {
      this.#report.lack(
        `A forged session must be nobody's, but is ${nameOf(asked)}: the carrier is not what signs people in.`,
      );
    }
  }
}

/**
 * Where it led to tells a second factor or another address of the CRM from a wrong password. Without queries, which may
 * hold secrets that nobody knows here.
 */
function describeAnswer({ request, answer }: SignInCall): string {
  const [location = ""] = answer.headers.get("location")?.split(/[?#]/) ?? [];
  return `${request.method} ${splitAddress(request.path).path} by ${answer.status}${location === "" ? "" : ` to ${location}`}`;
}

/** Another value of the same form: what decodes to something else than the CRM makes would not be asked about. */
function forgeHeader({ name, value }: { name: string; value: string }, isBase64: boolean) {
  const [, scheme = "", token = ""] = /^(\S+\s+)?(.*)$/.exec(value) ?? [];
  const plain = isBase64 ? Buffer.from(token, "base64").toString() : token;
  const forged = plain.replace(/[A-Za-z0-9]{6}(?=[^A-Za-z0-9]*$)/, "f0f0f0");
  return { name, value: scheme + (isBase64 ? Buffer.from(forged).toString("base64") : forged) };
}
