/** A8: the first call of a program, as it is pasted into a terminal. */
import type { TokenPolicy } from "../../../../shared/native-protocol.ts";
import { API_PATH, OWN_PATH } from "../../../../shared/protocol.ts";

const EXAMPLES: Record<Exclude<TokenPolicy, "metrics" | "read" | "scim">, { call: string; body: object }> = {
  consume: {
    call: "claim",
    body: { person: { id: "anna", name: "Anna Adams" }, client: "desk-of-anna", activeAgeMs: 0 },
  },
  reserved: {
    call: "claim",
    body: { person: { id: "anna", name: "Anna Adams" }, client: "desk-of-anna", activeAgeMs: 0 },
  },
  check: { call: "check", body: { person: { id: "anna", name: "Anna Adams" } } },
  records: { call: "records", body: { count: 12_500 } },
};

/** A call that works as it is pasted. */
export function exampleOf(origin: string, token: string, policy: TokenPolicy): string {
  // What only reads sends nothing.
  if (policy === "metrics") return `curl ${origin}${OWN_PATH}metrics -H 'Authorization: Bearer ${token}'`;
  if (policy === "read") return `curl ${origin}${API_PATH}read/usage -H 'Authorization: Bearer ${token}'`;
  if (policy === "scim") return `curl ${origin}${OWN_PATH}scim/v2/Users -H 'Authorization: Bearer ${token}'`;
  const { call, body } = EXAMPLES[policy];
  return [
    `curl ${origin}${API_PATH}native/${call} \\`,
    `  -H 'Authorization: Bearer ${token}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify(body)}'`,
  ].join("\n");
}
