/**
 * Signs in an answer to somebody with a seat that nobody is signed in to the session any more (G9). They are only
 * signs: the caller then asks the CRM, since a page may hold any text and a CRM has other reasons for a status.
 */

import type { NamedHeaders } from "../../http/named-headers.ts";
import type { AnswerHead } from "../../identity/crm/crm-answer.ts";
import type { Preset } from "../../identity/preset/preset-schema.ts";
import type { Condition } from "../../identity/preset/question-schema.ts";
import { isLoaderHeader } from "../proxy/loader-headers.ts";

/** In the first `withinBytes` of a body, one character for each byte. */
export interface Sign {
  withinBytes: number;
  isIn(text: string): boolean;
}

export interface SignedOutSigns {
  /**
   * As far as its head tells, the answer may be one that the CRM gives to nobody: a status that says so, a way to its
   * login or to another site's.
   */
  maySaySignedOut(answer: AnswerHead, origin: string): boolean;
  /** The same of the headers by which a script is sent on in place of the browser. `own`: origins of the CRM and the gate. */
  maySendToLogin(head: NamedHeaders, own: readonly string[]): boolean;
  /**
   * The same of the beginning of a body, where the CRM says it by 200: its login in place of a page, an error in place
   * of data. null: this answer says nothing of the kind.
   */
  signedOutSign(answer: AnswerHead): Sign | null;
  /** By its query, a way to the CRM's login: where that is an address of many pages. */
  isWayToLogin(search: string): boolean;
}

/** 401 and 403; Laravel's, IIS's and Esri's for a session that is over. */
const STATUSES: ReadonlySet<number> = new Set([401, 403, 419, 440, 498]);
/** A login page's form stands in its first half; an error in place of data is short. */
const PAGE_BYTES = 32 * 1024;
const DATA_BYTES = 8 * 1024;

export function compileSignedOut(preset: Preset): SignedOutSigns {
  const anonymous = preset.identity.steps.flatMap(({ anonymousWhen }) => anonymousWhen);
  const ways = anonymous.flatMap(({ location }) => location ?? []);
  const logins = preset.login.filter(({ path }) => !/[:*]/.test(path)).map(({ path }) => path);
  const toNobody = [...ways, ...logins];
  const leadsToNobody = (address: string): boolean => toNobody.some((part) => address.includes(part));

  const given = anonymous.filter(({ status = 200 }) => status === 200);
  const texts = given.flatMap(({ body }) => body ?? []);
  const errors = given.flatMap(patternOf);
  const inPage = texts.length === 0 ? null : signOf(PAGE_BYTES, (text) => texts.some((part) => text.includes(part)));
  const inData = errors.length === 0 ? null : signOf(DATA_BYTES, (text) => errors.some((error) => error.test(text)));

  const queries = ways.filter((way) => way.includes("="));

  return {
    isWayToLogin: (search) => queries.some((part) => search.includes(part)),
    maySaySignedOut(answer, origin) {
      const { status, headers } = answer;
      if (STATUSES.has(status)) return true;
      const refresh = headers.get("refresh");
      if (refresh !== null && leadsToNobody(refresh)) return true;
      const location = headers.get("location");
      if (location === null || status < 300 || status >= 400) return false;
      return leadsToNobody(location) || isElsewhere(location, origin);
    },
    maySendToLogin: (head, own) =>
      head.names.some((name) => {
        if (!isLoaderHeader(name)) return false;
        const address = head.get(name) ?? "";
        return leadsToNobody(address) || own.every((origin) => isElsewhere(address, origin));
      }),
    signedOutSign({ status, headers }) {
      if (status !== 200 || (inPage === null && inData === null)) return null;
      const type = headers.get("content-type") ?? "";
      if (/^\s*text\/html\b/i.test(type)) return inPage;
      return /^\s*application\/(?:[a-z0-9.-]+\+)?json\b/i.test(type) ? inData : null;
    },
  };
}

const signOf = (withinBytes: number, isIn: (text: string) => boolean): Sign => ({ withinBytes, isIn });

/** A member of JSON with this name and value, wherever it stands. */
function patternOf({ pointer, equals }: Condition): RegExp[] {
  const name = pointer?.split("/").at(-1);
  if (name === undefined || equals === undefined) return [];
  return [
    new RegExp(`${quoteForPattern(JSON.stringify(name))}\\s*:\\s*${quoteForPattern(JSON.stringify(equals))}(?![\\w.])`),
  ];
}

const quoteForPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Another site, such as a single sign-on provider. */
function isElsewhere(location: string, origin: string): boolean {
  const url = URL.parse(location, origin);
  return url !== null && url.origin !== origin;
}
