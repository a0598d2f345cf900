/**
 * Tries a preset on a live CRM as one person: a stranger's visit, the login, the question who it is, what else lets
 * people in, the public paths, a form, the logout. Says at each step what was sent, what came and which rule decided.
 */
import { compileRules } from "../../worker/gate/rules.ts";
import { type CrmAnswer, holdsOfHead } from "../../worker/identity/crm/crm-answer.ts";
import { type Ask, compileQuestion, type StepTrace } from "../../worker/identity/crm/crm-question.ts";
import type { IdentityResult } from "../../worker/identity/identity-result.ts";
import type { Preset } from "../../worker/identity/preset/preset-schema.ts";
import type { SessionChange } from "../../worker/identity/preset/request-schema.ts";
import { fillTemplate, type Json, type Values } from "../../worker/identity/preset/template.ts";
import type { Role } from "../../worker/tenant/tenant-calls.ts";
import type { SecretMask } from "../cli/secret-mask.ts";
import { findFaults, meaningOf } from "./preset-faults.ts";
import { type Asked, nameOf, reportPerson } from "./preset-person.ts";
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

const PATIENCE_MS = 15_000;

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
  /** The CRM's last answer to a question of who it is. */
  #lastAnswer: StepTrace["answer"] = null;
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
    const asked = await this.#ask("The CRM gives strangers a session. Who is it?", visitor);
    const { kind } = asked?.result ?? {};
    if (kind === "anonymous") this.#report.good("a session without login is known as anonymous");
    else
      this.#report.lack(
        `A stranger's session must be anonymous, but is ${nameOf(asked)}: complete anonymousWhen${this.#suggestAnonymous()}.`,
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
        `After the login no carrier of the preset is there. Cookies that the CRM set: ${names}. ${this.#maybeWrong()}`,
      );
      return;
    }
    this.#report.good("the session is carried, so the gate would ask who it is");
    const asked = await this.#ask("Who is it?", visitor);
    reportPerson(this.#crm, asked, this.#options.expectRole ?? null, this.#maybeWrong());
    const isIn = asked?.result.kind === "signed_in" || asked?.result.kind === "exempt";
    if (isIn) this.#checkLogin(calls);
    await this.#tryForged(visitor);
    if (isIn) {
      const { report } = this.#crm;
      const whoIs = async (somebody: CrmVisitor) => (await this.#ask(null, somebody))?.result ?? null;
      await tryCredentialsAlone(this.#crm, visitor, this.#sentHeaders(calls), (somebody) =>
        this.#findWithout(somebody, visitor),
      );
      await tryRenewal(this.#crm, visitor, this.#page, whoIs);
      await tryForm(this.#crm, visitor, this.#page);
      report.title("Public paths, without a session and with it");
      await tryPublicPaths(this.#crm, visitor, asked?.result ?? null);
      await this.#signOut(visitor);
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

  #maybeWrong(): string {
    const { cookie, user } = this.#options;
    if (cookie !== null) return "Is the session in --cookie still signed in?";
    return `Most often the CRM did not take the name ${user} and the password: sign in to the CRM with them by hand.`;
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

  async #ask(title: string | null, visitor: CrmVisitor): Promise<Asked | null> {
    const { credential } = visitor;
    return credential === null ? null : this.#question(title, visitor, credential);
  }

  async #question(
    title: string | null,
    visitor: CrmVisitor,
    credential: NonNullable<CrmVisitor["credential"]>,
  ): Promise<Asked> {
    const { preset, origin } = this.#options;
    if (title !== null) this.#report.title(title);
    const answers: CrmAnswer[] = [];
    const target = {
      crmOrigin: origin,
      identityTimeoutMs: PATIENCE_MS,
      roleLists: { licence_manager: [], admin: [], support: [] },
    };
    const ask: Ask = async (url, init) => {
      const response = await fetch(url, init);
      // A question's answer may renew the session, which is the visitor's then.
      visitor.jar.take(response);
      this.#options.mask.learn(...visitor.jar.values);
      return response;
    };
    const question = compileQuestion(target, preset, ask, (step) => {
      if (step.answer !== null) answers.push(step.answer);
      if (title !== null) this.#reportStep(step);
    });
    return { result: await question({ headers: visitor.headers, origin, path: this.#page, credential }), answers };
  }

  /** Who the CRM takes somebody for whose session the gate does not know. */
  async #findWithout(somebody: CrmVisitor, person: CrmVisitor): Promise<IdentityResult["kind"] | "no question"> {
    const credential = somebody.credential ?? person.credential;
    return credential === null ? "no question" : (await this.#question(null, somebody, credential)).result.kind;
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

  #reportStep({ step, url, init, answer, decidedBy }: StepTrace): void {
    const body = typeof init.body === "string" ? ` ${init.body}` : "";
    this.#report.line(`step ${step}: ${init.method} ${url}${body}`);
    this.#report.line(`  with ${[...init.headers.keys()].join(", ")}`);
    if (answer !== null) {
      const { status, headers, text } = answer;
      const type = headers.get("content-type") ?? "no type";
      const location = headers.get("location");
      const kind = answer.json === undefined ? "" : ", JSON";
      this.#report.line(
        `  came ${status}, ${type}, ${text.length} characters${kind}${location === null ? "" : ` → ${location}`}`,
      );
    }
    this.#report.line(`  decided by: ${decidedBy}`);
    this.#lastAnswer = answer;
  }

  /** A condition that the last answer to a question fits. */
  #suggestAnonymous(): string {
    const answer = this.#lastAnswer;
    if (answer === null) return "";
    const { status, headers } = answer;
    const to = URL.parse(headers.get("location") ?? "", this.#options.origin)?.pathname;
    if (status >= 300 && status < 400 && to !== undefined)
      return `, such as { "status": ${status}, "location": "${to}" }`;
    if (status >= 400) return `, such as { "status": ${status} }`;
    return ", by a text or a field that only such an answer has";
  }

  async #tryForged(visitor: CrmVisitor): Promise<void> {
    const { preset } = this.#options;
    const forged = new CrmVisitor(this.#crm);
    for (const name of visitor.jar.names) forged.jar.set(name, "hotseat0forged0session0000");
    if (visitor.header !== null)
      forged.header = forgeHeader(visitor.header, preset.trial?.session?.encode === "base64");
    const asked = await this.#ask("Somebody shows a forged session. Who is it?", forged);
    const kind = asked?.result.kind ?? "anonymous";
    if (kind === "anonymous") {
      this.#report.good("a forged session is anonymous: nobody gets in with it");
    } else if (kind === "unknown") {
      this.#report.lack(
        `A forged session must be anonymous, but is unknown: complete anonymousWhen${this.#suggestAnonymous()}. People ` +
          "whose session has ended would be held back in place of coming to the CRM's login.",
      );
    } else {
      this.#report.lack(
        `A forged session must be nobody's, but is ${nameOf(asked)}: the carrier is not what signs people in.`,
      );
    }
  }

  async #signOut(visitor: CrmVisitor): Promise<void> {
    const { preset } = this.#options;
    const [logout] = preset.logout;
    if (logout === undefined) {
      this.#report.lack("The preset names no logout, so a lease would end by idling only.");
      return;
    }
    this.#report.title("Signing out");
    const { headers, body } = logoutLoad(logout, preset.trial?.logoutBody as Json | undefined, this.#values);
    await visitor.send(logout.method ?? "GET", this.#addressOf(logout), headers, body);
    if (visitor.credential === null) {
      this.#report.good("the CRM took the session back");
      return;
    }
    const asked = await this.#ask("Who is it after the logout?", visitor);
    if (asked?.result.kind === "anonymous") this.#report.good("after the logout the session is anonymous");
    else this.#report.lack(`After the logout the session must be anonymous, but is ${nameOf(asked)}: see logout.`);
  }

  #addressOf({ path, query }: SessionChange): string {
    const filled = path.replace(/:([a-z]+)/g, (_, name: string) => this.#values[name] ?? name).replace(/\*$/, "");
    const fields = Object.entries(query ?? {}).map(([name, values]) => [name, values[0] ?? ""]);
    return fields.length === 0 ? filled : `${filled}?${new URLSearchParams(fields)}`;
  }
}

/** What the logout's request carries: a form where a form tells it, with `more` as further fields; else `more` as JSON. */
function logoutLoad(logout: SessionChange, more: Json | undefined, values: Values) {
  const filled = more === undefined ? undefined : fillTemplate(more, values);
  if (logout.form !== undefined) {
    const told = Object.entries(logout.form).map(([name, [value = ""]]) => [name, value]);
    const body = new URLSearchParams({ ...Object.fromEntries(told), ...(filled as Record<string, string>) });
    return { headers: { "content-type": "application/x-www-form-urlencoded" }, body: body.toString() };
  }
  if (filled === undefined || (logout.pointer === undefined && logout.method !== "POST"))
    return { headers: {}, body: null };
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(filled) };
}

/** Another value of the same form: what decodes to something else than the CRM makes would not be asked about. */
function forgeHeader({ name, value }: { name: string; value: string }, isBase64: boolean) {
  const [, scheme = "", token = ""] = /^(\S+\s+)?(.*)$/.exec(value) ?? [];
  const plain = isBase64 ? Buffer.from(token, "base64").toString() : token;
  const forged = plain.replace(/[A-Za-z0-9]{6}(?=[^A-Za-z0-9]*$)/, "f0f0f0");
  return { name, value: scheme + (isBase64 ? Buffer.from(forged).toString("base64") : forged) };
}
