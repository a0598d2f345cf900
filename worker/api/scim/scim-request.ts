/** One request of an identity provider: what its handler works with, how it is read, and how it is answered. */
import type { Context } from "hono";
import { err, ok, type Result } from "../../../shared/result.ts";
import { readBoundedText } from "../../http/bounded-body.ts";
import { type Filter, readFilter } from "../../tenant/scim/filter.ts";
import {
  metaOf,
  type Provided,
  type ScimAnswer,
  type ScimCall,
  type ScimFault,
  type Seen,
} from "../../tenant/scim/scim-calls.ts";
import type { ApiEnv } from "../api-request.ts";
import { SCIM_TYPE } from "./discovery.ts";
import { listResponse, type Page, readPage } from "./paging.ts";

/** A group of 50,000 members in one request, each with a name beside its id. */
const SCIM_BODY_MAX_BYTES = 8 * 1024 * 1024;

export type Fault =
  | ScimFault
  | { status: 401 | 403 | 405 | 413 | 415 | 501 | 503; scimType?: undefined; detail: string };
export type Asked = Context<ApiEnv, string>;
export type Answered = Promise<Result<Response, Fault>>;
export type Ask = (call: ScimCall) => Promise<Result<ScimAnswer, ScimFault>>;

/** What a handler works with. */
export interface Desk {
  c: Asked;
  ask: Ask;
  /** Address of this SCIM. */
  base: string;
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": SCIM_TYPE,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });

/** The body as `read` takes it. */
export async function readBody<T>(c: Asked, read: (body: unknown) => Result<T, Fault>): Promise<Result<T, Fault>> {
  const body = await readJson(c);
  return body.ok ? read(body.value) : body;
}

async function readJson({ req }: Asked): Promise<Result<unknown, Fault>> {
  const type = req.header("content-type") ?? "";
  if (!/^application\/(?:scim\+)?json\s*(?:;|$)/i.test(type.trim())) {
    return err({ status: 415, detail: "Send the body as application/scim+json" });
  }
  const text = await readBoundedText(req.raw, SCIM_BODY_MAX_BYTES);
  if (text === null) return err({ status: 413, detail: `A body has at most ${SCIM_BODY_MAX_BYTES} bytes` });
  try {
    return ok(JSON.parse(text));
  } catch {
    return err({ status: 400, scimType: "invalidSyntax", detail: "The body is not JSON" });
  }
}

/** The revisions of which the resource must be at one; null: the sender does not say. A version of nobody's is none. */
export function seenOf({ req }: Asked): Seen {
  const tags = req.header("if-match")?.trim();
  return tags === undefined || tags === "*" ? null : revisionsIn(tags);
}

const revisionsIn = (tags: string): number[] =>
  tags.split(",").flatMap((tag) => {
    const match = /^(?:W\/)?"(\d{1,9})"$/.exec(tag.trim());
    return match === null ? [] : [Number(match[1])];
  });

/** Whether the sender reads what it has in this version already (RFC 7644, 3.14). */
function hasAlready({ req }: Asked, { revision }: Provided<unknown>): boolean {
  const tags = req.method === "GET" || req.method === "HEAD" ? req.header("if-none-match")?.trim() : undefined;
  return tags !== undefined && (tags === "*" || revisionsIn(tags).includes(revision));
}

export const idOf = ({ req }: Asked): string => req.param("id") ?? "";

export const metaAt = (resourceType: "User" | "Group", found: Provided<unknown>, base: string) => ({
  ...metaOf(resourceType, found),
  location: `${base}/${resourceType}s/${found.id}`,
});

/** The attributes that were asked for; id and schemas always. */
function choose(shown: Record<string, unknown>, { req }: Asked): Record<string, unknown> {
  const names = (query: string | undefined) =>
    query === undefined
      ? null
      : query.split(",").map((name) => (name.trim().split(":").at(-1) ?? "").split(".")[0]?.toLowerCase());
  const [wanted, unwanted] = [names(req.query("attributes")), names(req.query("excludedAttributes"))];
  if (wanted === null && unwanted === null) return shown;
  return Object.fromEntries(
    Object.entries(shown).filter(([name]) => {
      const key = name.toLowerCase();
      return key === "id" || key === "schemas" || (wanted === null ? !unwanted?.includes(key) : wanted.includes(key));
    }),
  );
}

type Shown = Record<string, unknown> & { meta: ReturnType<typeof metaAt> };

/** One resource, as far as its sender asked for it and does not have it. */
export function send(c: Asked, found: Provided<unknown>, shown: Shown, status = 200): Response {
  const { location, version: etag } = shown.meta;
  if (hasAlready(c, found)) return new Response(null, { status: 304, headers: { etag, "cache-control": "no-store" } });
  return json(choose(shown, c), status, { etag, ...(status === 201 ? { location } : {}) });
}

/** One page of the resources that the request asks for. */
export async function sendPage<T>(
  { c, ask }: Desk,
  callOf: (find: { do: "find"; filter: Filter | null } & Page) => ScimCall,
  show: (found: Provided<T>) => Shown,
): Answered {
  const filter = filterOf(c);
  if (!filter.ok) return filter;
  const page = readPage(c.req.query("startIndex"), c.req.query("count"));
  const found = await ask(callOf({ do: "find", filter: filter.value, ...page }));
  if (!found.ok) return found;
  const shown = (found.value.resources as Provided<T>[]).map((one) => choose(show(one), c));
  return ok(json(listResponse(found.value.total, page.start, shown)));
}

function filterOf({ req }: Asked): Result<Filter | null, Fault> {
  const text = req.query("filter");
  if (text === undefined || text.trim() === "") return ok(null);
  const filter = readFilter(text);
  return filter.ok ? filter : err({ status: 400, scimType: "invalidFilter", detail: filter.error });
}
