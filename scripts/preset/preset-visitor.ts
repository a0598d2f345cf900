/** One visitor of a live CRM: cookies, a carrying header, and requests as the gate would send them on. */

import type { CarrierPart, Preset } from "../../worker/identity/preset/preset-schema.ts";
import { compileSessionCredentials, type SessionCredential } from "../../worker/identity/session-credential.ts";
import { Refusal } from "../cli/command-refusal.ts";
import { CookieJar } from "./cookie-jar.ts";
import type { SentRequest } from "./preset-faults.ts";
import type { Report } from "./preset-report.ts";

const PATIENCE_MS = 15_000;

export interface CrmAddress {
  preset: Preset;
  /** Where the CRM answers, such as `https://crm-origin.acme.com`. */
  origin: string;
  report: Report;
}

export class CrmVisitor {
  readonly jar = new CookieJar();
  /** The carrying header, for CRMs that keep their session in one. */
  header: { name: string; value: string } | null = null;
  readonly #crm: CrmAddress;

  constructor(crm: CrmAddress) {
    this.#crm = crm;
  }

  get headers(): Headers {
    const headers = new Headers({ "user-agent": "Hotseat preset check", "accept-language": "en" });
    if (this.jar.header !== null) headers.set("cookie", this.jar.header);
    if (this.header !== null) headers.set(this.header.name, this.header.value);
    return headers;
  }

  /** What the gate takes for the session; null: it would see a stranger. */
  get credential(): SessionCredential | null {
    const { headers } = this;
    return compileSessionCredentials(this.#crm.preset)({
      cookie: this.jar.header,
      header: (name) => headers.get(name),
    });
  }

  /** Says what is sent and what comes. Throws `Refusal` when the CRM cannot be reached. */
  async send(method: string, path: string, more: Record<string, string> = {}, body: string | null = null) {
    const { origin, report } = this.#crm;
    const { headers } = this;
    // As a browser says it of a page of the CRM's own: some products turn down what comes from nowhere.
    if (method !== "GET") {
      headers.set("origin", origin);
      headers.set("referer", `${origin}/`);
    }
    for (const [name, value] of Object.entries(more)) headers.set(name, value);
    report.line(`${method} ${path}${body === null ? "" : ` ${body}`}`);
    let response: Response;
    try {
      response = await fetch(origin + path, {
        method,
        headers,
        redirect: "manual",
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === null ? {} : { body }),
      });
    } catch (error) {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new Refusal(report.hide(`The CRM at ${origin} does not answer ${method} ${path}: ${cause}.`));
    }
    const set = this.jar.take(response);
    report.mask.learn(...this.jar.values);
    const location = response.headers.get("location");
    const parts = [`came ${response.status}`, response.headers.get("content-type") ?? "no type"];
    if (location !== null) parts.push(`→ ${location}`);
    if (set.length > 0) parts.push(`sets ${set.join(", ")}`);
    report.line(`  ${parts.join(", ")}`);
    const request: SentRequest = { method, path, headers, body };
    return { response, set, request };
  }
}

/** The names of what carries a session, for people. */
export function describeCarriers(preset: Preset): string {
  const describe = (part: CarrierPart): string =>
    part.header === undefined ? `cookie ${part.cookie ?? part.cookiePattern}` : `header ${part.header}`;
  const groups = preset.carriers.map((parts) => parts.map(describe).join(" with "));
  const onHeaderAlone = preset.carriers.some((parts) => parts.every((part) => part.header !== undefined));
  return groups.join(", or ") + (onHeaderAlone ? " (pages show no header, so documents pass)" : "");
}
