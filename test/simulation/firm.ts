/** The people of the simulated firm, the CRM's sessions, and their browsers with the cookies that they really hold. */
import { type BindingId, ClientId, HolderId, type SessionKey, type TabId } from "../../shared/ids.ts";
import type { Person } from "../../worker/ledger/person.ts";

/** Somebody as the CRM knows them just now: roles and groups change under way. */
export interface Colleague {
  person: Person;
}

/** What somebody was told of a colleague; the CRM may say something else by now. */
export interface Identity {
  user: Colleague;
  person: Person;
}

/** A session of the CRM; `user` is null before login, after logout, and when the CRM has dropped it. */
export interface CrmSession {
  key: SessionKey;
  user: Colleague | null;
  /** Dolibarr's way: the value stays through logout and the next login, whoever that is. */
  survives: boolean;
}

export interface Pass {
  holder: Colleague;
  binding: BindingId;
  session: SessionKey;
  until: number;
}

export interface Cookies {
  binding: BindingId | null;
  pass: Pass | null;
  /** Who the person was when the CRM was asked, to Hotseat's own addresses; the only cookie that outlives the browser. */
  who: (Identity & { session: SessionKey; at: number }) | null;
  /** Of a binding that an answer has taken out of the browser. */
  receipt: { holder: Colleague; binding: BindingId; at: number } | null;
}

export const NO_COOKIES: Cookies = { binding: null, pass: null, who: null, receipt: null };

/** The cookies after an answer that sets `set`, `null` taking one away. */
export const withChanged = (
  cookies: Cookies,
  { binding = cookies.binding, pass = cookies.pass, who = cookies.who, receipt = cookies.receipt }: Partial<Cookies>,
): Cookies => ({ binding, pass, who, receipt });

export interface Browser {
  name: string;
  /** Who sits there: has got the answer to the login. */
  user: Colleague;
  client: ClientId;
  hasExtension: boolean;
  session: CrmSession;
  /** Replaced, never changed: a request keeps what it was sent with. */
  cookies: Cookies;
  tabs: TabId[];
  activeAt: number;
  seq: number;
  /** Nobody sits there until then; its pages go on by themselves. */
  awayUntil: number;
  isOpen: boolean;
  /** A socket or stream of the page's is open until then. */
  streamUntil: number;
  /** The login form was sent, and nothing else is until the answer is there. */
  isSigningIn: boolean;
  /** Grows when the browser is closed: answers to the one before are lost. */
  run: number;
  /** Its connection to the gate, another number for each; null: the platform does not tell. */
  connection: number | null;
  /** As they were when the browser last wrote them to its disk. */
  stored: { at: number; cookies: Cookies; session: CrmSession; user: Colleague } | null;
  /** It has crashed, and is not back yet. */
  isDown: boolean;
}

const ROLES = ["user", "user", "user", "user", "user", "user", "licence_manager", "support"] as const;
const GROUPS = [["finance"], [], ["sales"], ["finance", "sales"], []];

export const hire = (index: number): Colleague => ({
  person: {
    id: HolderId.parse(`p${index}`),
    name: `p${index}`,
    email: null,
    role: ROLES[index % ROLES.length] ?? "user",
    groups: GROUPS[index % GROUPS.length] ?? [],
  },
});

/** `number`: another for each. */
export const makeSession = (number: number, user: Colleague | null, survives: boolean): CrmSession => ({
  key: `s${String(number).padStart(21, "0")}` as SessionKey,
  user,
  survives,
});

/** A desktop client or mail plug-in with a token (N1): a claim is good for as long as a pass, and it uses it no longer. */
export interface NativeClient {
  user: Colleague;
  client: ClientId;
  session: SessionKey;
  binding: BindingId;
  /** Reserved seats alone. */
  reservedOnly: boolean;
  seq: number;
  /** Of the latest claim; null: it goes by none. */
  validity: object | null;
  /** It waits for an answer, as long as its patience goes. */
  isAsking: boolean;
}

/** `number`: another for each. */
export const install = (user: Colleague, number: number): NativeClient => ({
  user,
  client: ClientId.parse(`native-${user.person.id}`),
  session: `n${String(number).padStart(21, "0")}` as SessionKey,
  binding: `binding-native-${number}` as BindingId,
  reservedOnly: number % 2 === 0,
  seq: 0,
  validity: null,
  isAsking: false,
});

/** `kind`: another for each, by which some have no extension, and some a CRM whose sessions survive. */
export const unpack = (name: string, user: Colleague, now: number, kind: number): Browser => ({
  name,
  user,
  client: ClientId.parse(`client-${name}`),
  hasExtension: kind % 4 !== 3,
  session: makeSession(kind, user, kind % 3 === 0),
  cookies: NO_COOKIES,
  tabs: [],
  activeAt: now,
  seq: 0,
  awayUntil: 0,
  isOpen: true,
  streamUntil: 0,
  isSigningIn: false,
  run: 0,
  connection: null,
  stored: null,
  isDown: false,
});
