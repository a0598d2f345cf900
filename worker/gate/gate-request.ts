/** One request on its way through the gate, read once. */
import { FRAMED_COOKIE, isNoted } from "../../shared/framed-addresses.ts";
import { MARK_SENDS_USER, readCookie, SENDS_USER_COOKIE } from "../pass/cookies.ts";
import type { ReadBody } from "./body-peek.ts";
import type { SortedNames } from "./proxy/sorted-names.ts";
import { readTarget } from "./refusal/way-on.ts";
import { mayShowPage, type RequestAct, readSource, showsUser } from "./request-act.ts";

export interface GateRequest {
  request: Request;
  /** As sent. */
  headers: Headers;
  /** Names of the headers; null: nobody has looked yet. */
  names: SortedNames | null;
  method: string;
  ctx: Pick<ExecutionContext, "waitUntil">;
  /** Public origin, such as `https://crm.acme.com`. */
  origin: string;
  path: string;
  /** With its `?`; empty for none. */
  query: string;
  pathAndQuery: string;
  /** The Cookie header as sent; after a who-am-I question, with what the CRM set in its answer. */
  cookie: string | null;
  act: RequestAct;
  /** The answer is shown as a page, to a person. */
  isDocument: boolean;
  /** `Set-Cookie` values by which a browser whose person has or wants a seat remembers what it has shown (G4). */
  marks: readonly string[];
  /** Leads on to the page wanted, by a fresh GET with this fragment, in place of asking the CRM for it. */
  wayOn: { fragment: string } | null;
  /** The visitor sends a body with it. */
  hasBody: boolean;
  /** The body, where it had to be read to know what the request is. */
  body: ReadBody | null;
  /** The body is looked at for keys on its way to the CRM; `key`: one was found, and it went no further. */
  watched: "no" | "yes" | "key";
  /** `Set-Cookie` lines of the CRM's answers to questions who this is: the visitor's, whatever answer leaves. */
  asked: readonly string[];
  /** The session goes on by a value that the browser's identity cookie does not know yet. */
  isUnsettled: boolean;
  /** Its answer already carries everything it will carry. */
  isAnswered: boolean;
  /** A login, as far as the request can tell: its answer may be a page of somebody signed in. */
  isLogin: boolean;
  /** The CRM's answer to somebody with a seat looks, by its body or a script's way on, like one that it gives to nobody. */
  isForNobody: boolean;
  /** Anybody may have what stands at its address. */
  isOpen: boolean;
  /** Its answer gave the session another value. */
  hasNewValue: boolean;
  /** Its answer was looked at for whose page it is, before it left. */
  isJudged: boolean;
}

const NO_MARKS: readonly string[] = [];
/** The browser shows for the first time that it sends `Sec-Fetch-User`. */
const SENDS_USER_MARKS: readonly string[] = [MARK_SENDS_USER];

/** Whether a page of the browser has noted the path as a frame's. */
function wasFramed(cookie: string | null, path: string): boolean {
  const value = readCookie(cookie, FRAMED_COOKIE);
  return value !== null && isNoted(value, path);
}

/** Splits the address as text: it is already a complete URL, and parsing it costs more than the rest of the gate. */
export function readGateRequest(request: Request, ctx: GateRequest["ctx"]): GateRequest {
  const { url, headers } = request;
  const pathStart = url.indexOf("/", "http://".length + 1);
  const pathAndQuery = url.slice(pathStart);
  const queryStart = pathAndQuery.indexOf("?");
  const cookie = headers.get("cookie");
  const header = (name: string): string | null => headers.get(name);
  const isSender = cookie?.includes(SENDS_USER_COOKIE) === true;
  const path = queryStart === -1 ? pathAndQuery : pathAndQuery.slice(0, queryStart);
  const { method } = request;
  const { act, isDocument } = readSource(header, isSender, {
    method,
    address: url,
    isFramed: () => wasFramed(cookie, path),
  });
  return {
    request,
    headers,
    names: null,
    method,
    ctx,
    origin: url.slice(0, pathStart),
    path,
    query: queryStart === -1 ? "" : pathAndQuery.slice(queryStart),
    pathAndQuery,
    cookie,
    act,
    isDocument,
    marks: isDocument && !isSender && showsUser(header) ? SENDS_USER_MARKS : NO_MARKS,
    wayOn: null,
    hasBody: request.body !== null,
    body: null,
    watched: "no",
    asked: [],
    isUnsettled: false,
    isAnswered: false,
    isLogin: false,
    isForNobody: false,
    isOpen: false,
    hasNewValue: false,
    isJudged: false,
  };
}

/** The request's headers, with the cookies as they are by now. */
export function headersOf({ request, cookie }: GateRequest): Headers {
  if (cookie === request.headers.get("cookie")) return request.headers;
  const headers = new Headers(request.headers);
  if (cookie === null) headers.delete("cookie");
  else headers.set("cookie", cookie);
  return headers;
}

/** A person pressed a way on, or a page that works without JavaScript asks whether there is one. */
export function readWayOn(request: Request, ctx: GateRequest["ctx"]): GateRequest {
  const { path, query, fragment } = readTarget(request.url);
  const act = request.method === "POST" ? "button" : "reload";
  const pathAndQuery = path + query;
  const target = { method: "GET", path, query, pathAndQuery, wayOn: { fragment } };
  return { ...readGateRequest(request, ctx), ...target, act, isDocument: true };
}

/** Whether what Hotseat says in place of an answer is a page for the person, or data for a program. */
export const wantsPage = ({ isDocument, method, path, headers }: GateRequest): boolean =>
  isDocument || mayShowPage(method, path, (name) => headers.get(name));

/** Path and query of the page that was asked for, where a way on leads; null for a request that shows no page. */
export const pageOf = (req: GateRequest): string | null => (wantsPage(req) ? req.pathAndQuery : null);
