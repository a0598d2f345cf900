/** One request of an identity provider: what its handler works with, how it is read, and how it is answered. */
import type { Context } from "hono";
import { err, ok, type Result } from "../../../shared/result.ts";
import { readBoundedText } from "../../http/bounded-body.ts";
import { type Filter, readFilter } from "../../tenant/scim/filter.ts";
import type { Provided, ScimAnswer, ScimCall, ScimFault } from "../../tenant/scim/scim-calls.ts";
import type { ApiEnv } from "../api-request.ts";

/** A group of 50,000 members in one request, each with a name beside its id. */
const SCIM_BODY_MAX_BYTES = 8 * 1024 * 1024;

export type Fault = ScimFault | { status: 401 | 403 | 413 | 415 | 503; scimType?: undefined; detail: string };
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
      "content-type": "application/scim+json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...headers,
    },
  });

export async function readJson({ req }: Asked): Promise<Result<unknown, Fault>> {
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

/** The revision that the sender saw; null: it does not say. */
export function revisionOf({ req }: Asked): number | null {
  const match = /^\s*(?:W\/)?"(\d{1,9})"\s*$/.exec(req.header("if-match") ?? "");
  return match === null ? null : Number(match[1]);
}

export const idOf = ({ req }: Asked): string => req.param("id") ?? "";

export function metaOf(
  resourceType: "User" | "Group",
  { id, madeAt, changedAt, revision }: Provided<unknown>,
  base: string,
) {
  return {
    resourceType,
    created: new Date(madeAt).toISOString(),
    lastModified: new Date(changedAt).toISOString(),
    location: `${base}/${resourceType}s/${id}`,
    version: `W/"${revision}"`,
  };
}

/** The attributes that were asked for; id and schemas always. */
export function choose(shown: Record<string, unknown>, { req }: Asked): Record<string, unknown> {
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

export function filterOf({ req }: Asked): Result<Filter | null, Fault> {
  const text = req.query("filter");
  if (text === undefined || text.trim() === "") return ok(null);
  const filter = readFilter(text);
  return filter.ok ? filter : err({ status: 400, scimType: "invalidFilter", detail: filter.error });
}
