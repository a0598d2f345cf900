/** What one question brings. */
import type { Person } from "../tenant/tenant-calls.ts";

/** `exempt`: a person of the CRM who needs no licence. `unknown`: no rule fits, or nobody answered in time. */
export type Finding =
  | { kind: "signed_in"; person: Person }
  | { kind: "exempt" }
  | { kind: "anonymous" }
  | { kind: "unknown"; why: string };
