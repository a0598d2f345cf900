/** A CRM of one answer per path, of which the demo preset asks at `/api/me` whose a `larch_session` is. */
import { AGENT_PATH } from "../../../shared/protocol.ts";

export const CRM_ORIGIN = "http://crm.test";

/** What the CRM was asked, its body read. */
export interface Asked {
  url: string;
  method: string;
  headers: Headers;
  body: string;
}

type CrmPerson = Record<string, unknown>;

/** People of the demo preset, by the value of their session cookie, which is their login. */
export const OFFICE: readonly { id: string; name: string; role: string }[] = [
  { id: "anna", name: "Anna Adams", role: "sales" },
  { id: "bert", name: "Bert Baker", role: "sales" },
  { id: "carl", name: "Carl Cook", role: "sales" },
  { id: "maria", name: "Maria Manager", role: "accounts" },
  { id: "sue", name: "Sue Support", role: "support" },
];

const LARCH: readonly CrmPerson[] = [
  { id: "u1", login: "anna", name: "Anna Lindström", email: "anna@larch.example", role: "sales", active: true },
  { id: "u6", login: "frank", name: "Frank Weiß", email: "frank@larch.example", role: "accounts", active: true },
];

/** As the CRM of the office tells it. */
export const officePerson = (person: { id: string; name: string; role: string }): CrmPerson => ({
  ...person,
  login: person.id,
  email: `${person.id}@acme.example`,
  active: true,
});

export class PageCrm {
  /** Without the questions who somebody is. */
  readonly asked: Asked[] = [];
  questions = 0;
  /** By the value of the session cookie. */
  readonly people: Map<string, CrmPerson>;
  readonly pages = new Map<string, (asked: Asked) => Response | Promise<Response>>();

  constructor(people: readonly CrmPerson[] = LARCH) {
    this.people = new Map(people.map((person) => [String(person.login), person]));
  }

  fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const asked: Asked = {
      url: request.url,
      method: request.method,
      headers: new Headers(request.headers),
      body: await request.text(),
    };
    const { pathname } = new URL(request.url);
    const own = this.pages.get(pathname);
    if (pathname === "/api/me") {
      this.questions++;
      if (own !== undefined) return own(asked);
      const session = /larch_session=([^;]*)/.exec(asked.headers.get("cookie") ?? "")?.[1] ?? "";
      const person = this.people.get(session);
      return person === undefined ? Response.json({ error: "not signed in" }, { status: 401 }) : Response.json(person);
    }
    this.asked.push(asked);
    return own === undefined
      ? new Response(`the CRM's ${pathname}`, { headers: { "content-type": "text/html" } })
      : own(asked);
  };

  /** The binding `CRM`, by which the Worker reaches its CRM in place of the network. */
  readonly binding = { fetch: (...asked: Parameters<typeof fetch>) => this.fetch(...asked) } as unknown as Fetcher;

  /** Paths of what it was asked. */
  get paths(): string[] {
    return this.asked.map(({ url }) => new URL(url).pathname);
  }
}

/** The CRM of the people of `OFFICE`. */
export const openOffice = (): PageCrm => new PageCrm(OFFICE.map(officePerson));

/** The page of `PageCrm` at this path as a browser shows it: with the agent's script, which it has no head for. */
export const shownPage = (path: string): string => `<script src="${AGENT_PATH}"></script>the CRM's ${path}`;
