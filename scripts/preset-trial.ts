/**
 * Tries a preset on a live CRM as one person: a stranger's visit, the login, the question who it is, a forged session,
 * the public paths, the logout. Says at each step what was sent, what came and which rule decided.
 */
import { carrierHeaders, compileCarriers } from "../worker/identity/carrier.ts";
import { extract, readCrmAnswer } from "../worker/identity/crm-answer.ts";
import { type Ask, compileQuestion, type StepTrace } from "../worker/identity/crm-question.ts";
import type { Finding } from "../worker/identity/finding.ts";
import type { CarrierPart, Preset, SessionChange } from "../worker/identity/preset-schema.ts";
import { fillTemplate, type Json, type Values } from "../worker/identity/template.ts";
import { CookieJar } from "./cookie-jar.ts";
import { Refusal } from "./refusal.ts";
import type { SecretMask } from "./secret-mask.ts";

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
  mask: SecretMask;
  say: (line: string) => void;
}

const PATIENCE_MS = 15_000;
const ANSWER_MAX_BYTES = 1_048_576;

/** What the preset gets wrong or lacks; empty when all went well. Throws `Refusal` when the CRM cannot be reached. */
export async function tryPreset(options: TrialOptions): Promise<string[]> {
  return new Trial(options).run();
}

/** What one visitor has of the CRM. */
interface Visitor {
  jar: CookieJar;
  /** The carrying header, for CRMs that keep their session in one. */
  header: { name: string; value: string } | null;
}

class Trial {
  readonly #options: TrialOptions;
  readonly #missing: string[] = [];
  readonly #values: Record<string, string>;
  readonly #page: string;

  constructor(options: TrialOptions) {
    const { preset, user, password, known } = options;
    this.#options = options;
    const basic = Buffer.from(`${user}:${password}`).toString("base64");
    options.mask.learn(password, basic);
    this.#values = { ...known, user, password, basic };
    this.#page = String(fillTemplate(preset.trial?.page ?? "/", this.#values));
  }

  async run(): Promise<string[]> {
    await this.#visitAsStranger();
    const visitor = await this.#signIn();
    if (visitor === null) return this.#missing;
    const carrier = this.#readCarrier(visitor);
    if (carrier === null) {
      const names = visitor.jar.names.join(", ") || "none";
      this.#lack(`After the login no carrier of the preset is there. Cookies that the CRM set: ${names}.`);
      return this.#missing;
    }
    this.#good("the session is carried, so the gate would ask who it is");
    const finding = await this.#ask("Who is it?", visitor);
    this.#reportPerson(finding);
    await this.#tryForged(visitor);
    await this.#tryPublicPaths();
    if (finding?.kind === "signed_in" || finding?.kind === "exempt") await this.#signOut(visitor);
    return this.#missing;
  }

  async #visitAsStranger(): Promise<void> {
    this.#title(`A stranger asks for ${this.#page}`);
    const visitor: Visitor = { jar: new CookieJar(), header: null };
    await this.#send(visitor, "GET", this.#page, {});
    if (this.#readCarrier(visitor) === null) {
      this.#good("no session: the gate lets strangers pass to the CRM");
      return;
    }
    const finding = await this.#ask("The CRM gives strangers a session. Who is it?", visitor);
    if (finding?.kind === "anonymous") this.#good("a session without login is known as anonymous");
    else this.#lack(`A stranger's session must be anonymous, but is ${nameOf(finding)}: complete anonymousWhen.`);
  }

  async #signIn(): Promise<Visitor | null> {
    const { preset, cookie, user, mask } = this.#options;
    const { trial } = preset;
    const visitor: Visitor = { jar: new CookieJar(), header: null };
    if (cookie !== null) {
      for (const pair of cookie.split(";")) {
        const [name = "", ...rest] = pair.trim().split("=");
        visitor.jar.set(name, rest.join("="));
      }
      mask.learn(...visitor.jar.values);
      return visitor;
    }
    if (trial === undefined) {
      this.#lack("The preset does not say how to sign in (trial): give a session that is signed in with --cookie.");
      return null;
    }
    this.#title(`${user} signs in`);
    for (const step of trial.steps) {
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(step.headers ?? {})) headers[name] = this.#fill(value);
      let body: string | undefined;
      if (step.form !== undefined) {
        body = new URLSearchParams(fillTemplate(step.form, this.#values) as Record<string, string>).toString();
        headers["content-type"] = "application/x-www-form-urlencoded";
      } else if (step.body !== undefined) {
        body = JSON.stringify(fillTemplate(step.body, this.#values));
        headers["content-type"] = "application/json";
      }
      const response = await this.#send(visitor, step.method, this.#fill(step.path), headers, body);
      const answer = await readCrmAnswer(response, ANSWER_MAX_BYTES);
      for (const [name, source] of Object.entries(step.captures ?? {})) {
        const value = extract({ step: 0, ...source }, [answer]);
        if (typeof value !== "string" && typeof value !== "number") {
          this.#lack(`The login's answer has nothing to capture as ${name}: are user and password right?`);
          return null;
        }
        this.#values[name] = String(value);
        mask.learn(String(value));
      }
    }
    const { session } = trial;
    for (const [name, value] of Object.entries(session?.cookies ?? {})) visitor.jar.set(name, this.#fill(value));
    if (session?.header !== undefined && session.value !== undefined) {
      const filled = this.#fill(session.value);
      const encoded = session.encode === "base64" ? Buffer.from(filled).toString("base64") : filled;
      mask.learn(encoded);
      visitor.header = {
        name: session.header,
        value: session.scheme === undefined ? encoded : `${session.scheme} ${encoded}`,
      };
    }
    mask.learn(...visitor.jar.values);
    return visitor;
  }

  async #ask(title: string, visitor: Visitor): Promise<Finding | null> {
    const { preset, origin } = this.#options;
    const carrier = this.#readCarrier(visitor);
    if (carrier === null) return null;
    this.#title(title);
    const target = {
      crmOrigin: origin,
      identityTimeoutMs: PATIENCE_MS,
      roleLists: { licence_manager: [], admin: [], support: [] },
    };
    const ask: Ask = (url, init) => fetch(url, init);
    const question = compileQuestion(target, preset, ask, (step) => this.#reportStep(step));
    return question({ headers: this.#headersOf(visitor), origin, path: this.#page, carrier });
  }

  #reportStep({ step, url, init, answer, decidedBy }: StepTrace): void {
    const body = typeof init.body === "string" ? ` ${init.body}` : "";
    this.#line(`step ${step}: ${init.method} ${url}${body}`);
    this.#line(`  with ${[...init.headers.keys()].join(", ")}`);
    if (answer !== null) {
      const { status, headers, text } = answer;
      const type = headers.get("content-type") ?? "no type";
      const location = headers.get("location");
      const kind = answer.json === undefined ? "" : ", JSON";
      this.#line(
        `  came ${status}, ${type}, ${text.length} characters${kind}${location === null ? "" : ` → ${location}`}`,
      );
    }
    this.#line(`  decided by: ${decidedBy}`);
  }

  #reportPerson(finding: Finding | null): void {
    if (finding?.kind === "exempt") {
      this.#good("exempt: this person passes without a seat");
      return;
    }
    if (finding?.kind !== "signed_in") {
      const why = finding?.kind === "unknown" ? ` (${finding.why})` : "";
      this.#lack(`Who signed in must be known as signed in, but is ${nameOf(finding)}${why}.`);
      return;
    }
    const { id, name, email, role } = finding.person;
    this.#good(`signed in: id ${id}, name ${name}, email ${email ?? "none"}, role ${role}`);
    if (role === "user" && Object.keys(this.#options.preset.roles).length > 0) {
      this.#line("  none of the person's roles is mapped, so this is a plain user; LICENCE_MANAGERS names others");
    }
  }

  async #tryForged(visitor: Visitor): Promise<void> {
    const forged: Visitor = { jar: new CookieJar(), header: null };
    for (const name of visitor.jar.names) forged.jar.set(name, "hotseat0forged0session0000");
    if (visitor.header !== null) {
      const { name, value } = visitor.header;
      forged.header = { name, value: value.replace(/[^\s=]{6}(=*)$/, "AAAAAA$1") };
    }
    const finding = await this.#ask("Somebody shows a forged session. Who is it?", forged);
    if (finding === null || finding.kind === "anonymous" || finding.kind === "unknown") {
      this.#good(`a forged session is ${nameOf(finding)}: nobody gets in with it`);
      return;
    }
    this.#lack(
      `A forged session must be nobody's, but is ${nameOf(finding)}: the carrier is not what signs people in.`,
    );
  }

  async #tryPublicPaths(): Promise<void> {
    const paths = this.#options.preset.paths.public.filter((path) => !/[:*]/.test(path));
    if (paths.length === 0) return;
    this.#title("Public paths, without a session");
    for (const path of paths) await this.#send({ jar: new CookieJar(), header: null }, "GET", path, {});
  }

  async #signOut(visitor: Visitor): Promise<void> {
    const { preset } = this.#options;
    const [logout] = preset.logout;
    if (logout === undefined) {
      this.#lack("The preset names no logout, so a lease would end by idling only.");
      return;
    }
    this.#title("Signing out");
    const headers: Record<string, string> = {};
    let body: string | undefined;
    const template = logout.pointer !== undefined ? preset.trial?.logoutBody : undefined;
    if (template !== undefined || (logout.method === "POST" && preset.trial?.logoutBody !== undefined)) {
      body = JSON.stringify(fillTemplate((template ?? preset.trial?.logoutBody) as Json, this.#values));
      headers["content-type"] = "application/json";
    }
    await this.#send(visitor, logout.method ?? "GET", this.#addressOf(logout), headers, body);
    if (this.#readCarrier(visitor) === null) {
      this.#good("the CRM took the session back");
      return;
    }
    const finding = await this.#ask("Who is it after the logout?", visitor);
    if (finding?.kind === "anonymous") this.#good("after the logout the session is anonymous");
    else this.#lack(`After the logout the session must be anonymous, but is ${nameOf(finding)}: see logout.`);
  }

  #addressOf({ path, query }: SessionChange): string {
    const filled = path.replace(/:([a-z]+)/g, (_, name: string) => this.#values[name] ?? name).replace(/\*$/, "");
    const fields = Object.entries(query ?? {}).map(([name, values]) => [name, values[0] ?? ""]);
    return fields.length === 0 ? filled : `${filled}?${new URLSearchParams(fields)}`;
  }

  #readCarrier(visitor: Visitor) {
    const headers = this.#headersOf(visitor);
    return compileCarriers(this.#options.preset)({ cookie: visitor.jar.header, header: (name) => headers.get(name) });
  }

  #headersOf({ jar, header }: Visitor): Headers {
    const headers = new Headers({ "user-agent": "Hotseat preset check", "accept-language": "en" });
    if (jar.header !== null) headers.set("cookie", jar.header);
    if (header !== null) headers.set(header.name, header.value);
    return headers;
  }

  async #send(
    visitor: Visitor,
    method: string,
    path: string,
    more: Record<string, string>,
    body?: string,
  ): Promise<Response> {
    const { origin, mask } = this.#options;
    const headers = this.#headersOf(visitor);
    for (const [name, value] of Object.entries(more)) headers.set(name, value);
    this.#line(`${method} ${path}${body === undefined ? "" : ` ${body}`}`);
    let response: Response;
    try {
      response = await fetch(origin + path, {
        method,
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new Refusal(mask.hide(`The CRM at ${origin} does not answer ${method} ${path}: ${cause}.`));
    }
    const names = visitor.jar.take(response);
    mask.learn(...visitor.jar.values);
    const location = response.headers.get("location");
    const parts = [`came ${response.status}`, response.headers.get("content-type") ?? "no type"];
    if (location !== null) parts.push(`→ ${location}`);
    if (names.length > 0) parts.push(`sets ${names.join(", ")}`);
    this.#line(`  ${parts.join(", ")}`);
    return response;
  }

  #fill = (template: string): string => String(fillTemplate(template, this.#values satisfies Values));

  #title(text: string): void {
    this.#options.say("");
    this.#options.say(this.#options.mask.hide(text));
  }
  #line(text: string): void {
    this.#options.say(`  ${this.#options.mask.hide(text)}`);
  }
  #good(text: string): void {
    this.#line(`✓ ${text}`);
  }
  #lack(text: string): void {
    this.#line(`✗ ${text}`);
    this.#missing.push(this.#options.mask.hide(text));
  }
}

const nameOf = (finding: Finding | null): string => finding?.kind.replace("_", " ") ?? "without a session";

/** The names of what carries a session, for people. */
export function describeCarriers(preset: Preset): string {
  const describe = (part: CarrierPart): string =>
    part.header === undefined ? `cookie ${part.cookie ?? part.cookiePattern}` : `header ${part.header}`;
  const groups = preset.carriers.map((parts) => parts.map(describe).join(" with "));
  const headers = carrierHeaders(preset);
  return groups.join(", or ") + (headers.length > 0 ? " (pages show no header, so documents pass)" : "");
}
