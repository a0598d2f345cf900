/** Every outcome of the gate, from facts alone. */
import { describe, expect, it } from "vitest";
import type { Admission } from "../../../worker/gate/admission/admission-cache.ts";
import type { Identified } from "../../../worker/gate/admission/identify.ts";
import { classify, type Facts, type Outcome, type Session } from "../../../worker/gate/classify.ts";
import type { Pass } from "../../../worker/pass/pass.ts";
import type { Denied } from "../../../worker/tenant/tenant-calls.ts";

const denied = { reason: "limit_reached" } as Denied;
const admission = { pass: null } as Admission;
const passed = { pass: { holder: "u1" } as Pass } as Admission;
const session: Session = { admission, isDue: false, refused: null };
const live: Session = { ...session, admission: passed };
const refused: Session = { ...session, refused: denied };
const identity = (kind: Identified["kind"]) => ({ kind, why: "why", person: { id: "u1" }, who: null }) as Identified;

/** A person's navigation to a protected page, of which nothing more is known. */
const unread: Facts = {
  act: "navigation",
  isDocument: true,
  opens: null,
  meaning: "protected",
  isPublicPage: false,
  isForStrangers: false,
  session: null,
  identity: null,
  canSignIn: false,
  claim: null,
  isInGrace: false,
  isRefusedProgram: false,
  isRemembered: null,
  isCookielessFrame: false,
  isLoginForm: false,
};
const poll = { act: "background", isDocument: false } as const;
const framed = { act: "reload", isCookielessFrame: true } as const;
const signedIn = { session, identity: identity("signed_in") };

const table: [Outcome["kind"], Partial<Facts>][] = [
  // What the address says needs no session to be read.
  ["public", { meaning: "public" }],
  ["machine", { meaning: "machine" }],
  ["read_session", {}],
  ["read_session", { meaning: "ask_body" }],
  ["read_session", { meaning: "logout" }],
  // A page that strangers may see takes a seat for a person with a session, and is shown in any case.
  ["read_session", { meaning: "public", isPublicPage: true }],
  ["public", { meaning: "public", isPublicPage: true, session: "none" }],
  ["admit", { meaning: "public", isPublicPage: true, session: live }],
  ["identify", { meaning: "public", isPublicPage: true, session }],
  ["claim", { meaning: "public", isPublicPage: true, ...signedIn }],
  ["admit_claimed", { meaning: "public", isPublicPage: true, ...signedIn, claim: { kind: "granted" } }],
  ["public", { meaning: "public", isPublicPage: true, ...signedIn, claim: { kind: "denied", denied } }],
  ["public", { meaning: "public", isPublicPage: true, ...signedIn, claim: { kind: "busy" } }],
  ["public", { meaning: "public", isPublicPage: true, session, identity: identity("unknown") }],
  ["public", { meaning: "public", isPublicPage: true, session, identity: identity("unproven"), canSignIn: true }],
  ["anonymous", { meaning: "public", isPublicPage: true, session, identity: identity("anonymous") }],
  // Without a session: what signs in is anybody's, the rest nobody's.
  ["open", { session: "none", meaning: "login" }],
  ["open", { session: "none", meaning: "logout" }],
  ["read_body", { session: "none", meaning: "ask_body" }],
  ["guarded_sign_in", { session: "none", meaning: "guarded_login" }],
  ["recognize", { session: "none" }],
  ["stranger", { session: "none", isRemembered: false }],
  ["machine", { session: "none", isRefusedProgram: true }],
  ["open", { session: "none", meaning: "login", isRefusedProgram: true }],
  ["admit", { session: live, isRefusedProgram: true }],
  // A program needs no seat; whoever shows somebody's session does, as everywhere.
  ["read_session", { meaning: "program" }],
  ["public", { meaning: "program", session: "none" }],
  ["public", { meaning: "program", session, identity: identity("anonymous") }],
  ["identify", { meaning: "program", session }],
  ["refuse", { meaning: "program", ...signedIn, claim: { kind: "denied", denied } }],
  ["admit", { meaning: "program", session: live }],
  // Where no sign-in lasts there is none, and no form for it; all else is as everywhere.
  ["foreign_frame", { ...framed, session: "none", meaning: "login" }],
  ["foreign_frame", { ...framed, session: "none", meaning: "guarded_login" }],
  ["foreign_frame", { ...framed, session: "none", meaning: "public", isLoginForm: true }],
  ["read_session", { ...framed, meaning: "public", isLoginForm: true }],
  ["public", { ...framed, session, meaning: "public", isLoginForm: true }],
  ["public", { ...framed, meaning: "public" }],
  ["public", { meaning: "public", isLoginForm: true }],
  ["open", { ...framed, session: "none", meaning: "logout" }],
  ["stranger", { ...framed, session: "none", isRemembered: false }],
  ["sign_in", { ...framed, session, meaning: "login" }],
  ["identify", { ...framed, session }],
  // Sessions that begin and end, whatever pass is shown.
  ["read_body", { session, meaning: "ask_body" }],
  ["read_body", { session: live, meaning: "ask_body" }],
  ["public", { session: live, meaning: "public" }],
  ["machine", { session: live, meaning: "machine" }],
  ["sign_out", { session: live, meaning: "logout" }],
  ["sign_in", { session: live, meaning: "login" }],
  ["guarded_sign_in", { session: live, meaning: "guarded_login" }],
  // A live pass asks nobody.
  ["admit", { session: live }],
  ["admit", { session: live, ...poll }],
  ["admit", { session: { ...live, refused: denied } }],
  ["admit_and_renew", { session: { ...live, isDue: true } }],
  // A socket outlives the pass, so it takes the tenant's word.
  ["confirm_lease", { session: live, ...poll, opens: { hasLease: null } }],
  ["admit", { session: live, ...poll, opens: { hasLease: true } }],
  ["identify", { session: live, ...poll, opens: { hasLease: false } }],
  ["claim", { ...signedIn, session: live, ...poll, opens: { hasLease: false } }],
  ["refuse_again", { session: { ...live, refused: denied }, ...poll, opens: { hasLease: false } }],
  // In advance nothing is taken, nothing ends, and nothing is renewed.
  ["read_session", { act: "prefetch" }],
  ["public", { act: "prefetch", meaning: "public" }],
  ["stranger", { act: "prefetch", session: "none" }],
  ["prefetch", { act: "prefetch", session: { ...live, isDue: true } }],
  ["not_in_advance", { act: "prefetch", session }],
  ["not_in_advance", { act: "prefetch", session: live, meaning: "logout" }],
  ["not_in_advance", { act: "prefetch", session: live, meaning: "guarded_login" }],
  // A page's own requests are refused as the one before, a person's never unasked.
  ["refuse_again", { session: refused, ...poll }],
  ["identify", { session: refused }],
  ["identify", { session: refused, act: "reload" }],
  ["identify", { session }],
  ["identify", { session, ...poll }],
  // Who it is.
  ["claim", signedIn],
  ["claim", { ...signedIn, ...poll }],
  ["claim", { ...signedIn, act: "button" }],
  ["exempt", { session, identity: identity("exempt") }],
  ["anonymous", { session, identity: identity("anonymous") }],
  ["identity_unknown", { session, identity: identity("unknown") }],
  ["unproven", { session, identity: identity("unproven") }],
  ["lead_to_sign_in", { session, identity: identity("unproven"), canSignIn: true }],
  ["unproven", { session, identity: identity("unproven"), canSignIn: true, ...poll }],
  // What the tenant says.
  ["admit_claimed", { ...signedIn, claim: { kind: "granted" } }],
  ["refuse", { ...signedIn, claim: { kind: "denied", denied } }],
  ["refuse", { ...signedIn, claim: { kind: "denied", denied }, ...poll }],
  ["out_of_reach", { ...signedIn, claim: { kind: "busy" } }],
  // What the CRM takes from strangers too is nobody's to refuse.
  ["as_stranger", { ...signedIn, isForStrangers: true, claim: { kind: "denied", denied } }],
  ["as_stranger", { ...signedIn, isForStrangers: true, claim: { kind: "denied", denied }, ...poll }],
  ["as_stranger", { ...signedIn, isForStrangers: true, claim: { kind: "busy" } }],
  ["as_stranger", { session: refused, isForStrangers: true, ...poll }],
  ["as_stranger", { session, isForStrangers: true, identity: identity("unknown") }],
  ["as_stranger", { session, isForStrangers: true, identity: identity("too_often") }],
  ["as_stranger", { session, isForStrangers: true, identity: identity("unproven"), canSignIn: true }],
  ["refuse", { ...signedIn, isForStrangers: true, isRefusedProgram: true, claim: { kind: "denied", denied } }],
  ["claim", { ...signedIn, isForStrangers: true }],
  ["admit_claimed", { ...signedIn, isForStrangers: true, claim: { kind: "granted" } }],
  ["admit", { session: live, isForStrangers: true }],
  ["anonymous", { session, isForStrangers: true, identity: identity("anonymous") }],
  ["guarded_sign_in", { session, isForStrangers: true, meaning: "guarded_login" }],
  ["admit_in_grace", { ...signedIn, claim: { kind: "busy" }, isInGrace: true }],
  ["refuse", { ...signedIn, claim: { kind: "denied", denied }, isInGrace: true }],
];

describe("[G2] [G3] [G4] [G5] [G6] what the gate does with a request", () => {
  it.each(table)("%s: %j", (kind, known) => {
    expect(classify({ ...unread, ...known }).kind).toBe(kind);
  });

  it("hands on what it decided by", () => {
    expect(classify({ ...unread, session: live })).toEqual({ kind: "admit", session: live, pass: passed.pass });
    expect(classify({ ...unread, ...signedIn, claim: { kind: "denied", denied } })).toEqual({
      kind: "refuse",
      ...signedIn,
      denied,
    });
  });
});
