/** What one question brings. */
import type { Person } from "../ledger/person.ts";

/** `exempt`: a person of the CRM who needs no licence. `unknown`: no rule fits, or nobody answered in time, so
 * an earlier answer counts. `unproven`: the visitor shows no token that proves anything, so no earlier answer counts. */
export type IdentityResult = Verdict & {
  /**
   * `Set-Cookie` lines of the CRM's own origin that came with the answers: the visitor's, for a CRM may renew or begin a
   * session with any answer. Left out: none.
   */
  setCookies?: readonly string[];
};

export type Verdict =
  | { kind: "signed_in"; person: Person }
  | { kind: "exempt" }
  | { kind: "anonymous" }
  | { kind: "unknown"; why: string }
  /** The CRM was not asked: the address has shown too many sessions without a person. An earlier answer counts. */
  | { kind: "too_often" }
  | { kind: "unproven"; why: string };
