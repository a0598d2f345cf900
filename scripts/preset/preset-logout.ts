/** The logout of a live CRM, as its preset says. */
import type { SessionChange } from "../../worker/identity/preset/request-schema.ts";
import { fillTemplate, type Json, type Values } from "../../worker/identity/preset/template.ts";
import type { CrmAsker } from "./crm-asker.ts";
import { nameOf } from "./preset-person.ts";
import type { CrmAddress, CrmVisitor } from "./preset-visitor.ts";

/** Signs the person out as the preset says, and sees whether the session is nobody's then. */
export async function trySignOut(
  { preset, report }: CrmAddress,
  visitor: CrmVisitor,
  values: Readonly<Record<string, string>>,
  asker: CrmAsker,
): Promise<void> {
  const [logout] = preset.logout;
  if (logout === undefined) {
    report.lack("The preset names no logout, so a lease would end by idling only.");
    return;
  }
  report.title("Signing out");
  const { headers, body } = logoutLoad(logout, preset.trial?.logoutBody as Json | undefined, values);
  await visitor.send(logout.method ?? "GET", addressOf(logout, values), headers, body);
  if (visitor.credential === null) {
    report.good("the CRM took the session back");
    return;
  }
  const asked = await asker.ask("Who is it after the logout?", visitor);
  if (asked?.result.kind === "anonymous") report.good("after the logout the session is anonymous");
  else report.lack(`After the logout the session must be anonymous, but is ${nameOf(asked)}: see logout.`);
}

function addressOf({ path, query }: SessionChange, values: Readonly<Record<string, string>>): string {
  const filled = path.replace(/:([a-z]+)/g, (_, name: string) => values[name] ?? name).replace(/\*$/, "");
  const fields = Object.entries(query ?? {}).map(([name, values]) => [name, values[0] ?? ""]);
  return fields.length === 0 ? filled : `${filled}?${new URLSearchParams(fields)}`;
}

/** What the logout's request carries: a form where a form tells it, with `more` as further fields; else `more` as JSON. */
function logoutLoad(logout: SessionChange, more: Json | undefined, values: Values) {
  const filled = more === undefined ? undefined : fillTemplate(more, values);
  if (logout.form !== undefined) {
    const told = Object.entries(logout.form).map(([name, [value = ""]]) => [name, value]);
    const body = new URLSearchParams({ ...Object.fromEntries(told), ...(filled as Record<string, string>) });
    return { headers: { "content-type": "application/x-www-form-urlencoded" }, body: body.toString() };
  }
  if (filled === undefined || (logout.pointer === undefined && logout.method !== "POST"))
    return { headers: {}, body: null };
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(filled) };
}
