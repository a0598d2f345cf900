/** L20: whom an e-mail rule of a group names: `@acme.example`, `sales-*@acme.example`, `*@*.acme.example`. */
import { spellName } from "../../identity/holder-key.ts";

const RULE_MAX_CHARS = 254;

/** The rule in one spelling: `@acme.example` is `*@acme.example`. null: it is no rule that names only some people. */
export function readEmailRule(typed: string): string | null {
  const rule = spellName(typed).replace(/^@/, "*@").replace(/\*+/g, "*");
  if (rule.length > RULE_MAX_CHARS || /[\s\p{Cc},;"<>]/u.test(rule)) return null;
  const [local = "", domain = "", ...more] = rule.split("@");
  const names = (part: string) => part.replaceAll("*", "") !== "";
  // A domain of only stars and dots would match everybody.
  return more.length === 0 && local !== "" && names(domain.replaceAll(".", "")) ? rule : null;
}

/** Whether `address`, in one spelling, fits the rule. Linear in both, whatever the stars. */
export function fitsRule(rule: string, address: string): boolean {
  const [first = "", ...rest] = rule.split("*");
  if (rest.length === 0) return rule === address;
  const last = rest.pop() ?? "";
  if (!address.startsWith(first) || address.length < first.length + last.length || !address.endsWith(last))
    return false;
  const end = address.length - last.length;
  let at = first.length;
  for (const part of rest) {
    const found = address.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
