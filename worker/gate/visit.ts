/** One request on its way through the gate, read once. */
import { SENDS_USER_COOKIE } from "../pass/cookies.ts";
import type { ReadBody } from "./request-body.ts";
import { mayShowPage, readSource, showsUser, type VisitAct } from "./visit-act.ts";

export interface Visit {
  request: Request;
  method: string;
  ctx: Pick<ExecutionContext, "waitUntil">;
  /** Public origin, such as `https://crm.acme.com`. */
  origin: string;
  path: string;
  /** With its `?`; empty for none. */
  query: string;
  pathAndQuery: string;
  /** The Cookie header as sent. */
  cookie: string | null;
  act: VisitAct;
  /** The answer is shown as a page, to a person. */
  isDocument: boolean;
  /** The browser shows for the first time that it sends `Sec-Fetch-User`: the answer marks it. */
  isNewSender: boolean;
  /** The body, where it had to be read to know what the request is. */
  body: ReadBody | null;
}

/** Takes the address apart as text: it is a whole URL already, and parsing it costs more than the rest of the gate. */
export function readVisit(request: Request, ctx: Visit["ctx"]): Visit {
  const { url, headers } = request;
  const pathStart = url.indexOf("/", "http://".length + 1);
  const pathAndQuery = url.slice(pathStart);
  const queryStart = pathAndQuery.indexOf("?");
  const cookie = headers.get("cookie");
  const header = (name: string): string | null => headers.get(name);
  const isSender = cookie?.includes(SENDS_USER_COOKIE) === true;
  const { act, isDocument } = readSource(header, isSender);
  return {
    request,
    method: request.method,
    ctx,
    origin: url.slice(0, pathStart),
    path: queryStart === -1 ? pathAndQuery : pathAndQuery.slice(0, queryStart),
    query: queryStart === -1 ? "" : pathAndQuery.slice(queryStart),
    pathAndQuery,
    cookie,
    act,
    isDocument,
    isNewSender: isDocument && !isSender && showsUser(header),
    body: null,
  };
}

/** Whether what Hotseat says in place of an answer is a page for the person, or data for a program. */
export const wantsPage = ({ isDocument, method, path, request: { headers } }: Visit): boolean =>
  isDocument || mayShowPage(method, path, (name) => headers.get(name));

/** Where "Try again" leads: the address asked for; null for a request that shows no page. */
export const addressOf = (visit: Visit): string | null => (wantsPage(visit) ? visit.origin + visit.pathAndQuery : null);
