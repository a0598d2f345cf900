/** S: a user as a provider sends it, read to what is kept. */
import { err, ok, type Result } from "../../../shared/result.ts";
import { attributeOf, listOf } from "../../tenant/scim/filter.ts";
import type { ScimEmail, ScimFault, ScimUser } from "../../tenant/scim/scim-calls.ts";
import { isObject } from "./patch.ts";

const TEXT_MAX_BYTES = 254;
const EMAILS_MAX = 10;

const wrong = (detail: string) => err<ScimFault>({ status: 400, scimType: "invalidValue", detail });
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** Texts are taken as they come and cut to what a page shows; a userName must be one that a person can have. */
export function readUser(body: unknown): Result<ScimUser, ScimFault> {
  if (!isObject(body)) return err({ status: 400, scimType: "invalidSyntax", detail: "A user is a JSON object" });
  const text = (of: unknown, name: string): string | undefined => {
    const value = attributeOf(of, name);
    return typeof value === "string" && value.trim() !== "" ? value.trim().slice(0, 200).toWellFormed() : undefined;
  };
  const userName = attributeOf(body, "userName");
  if (typeof userName !== "string" || userName.trim() === "") return wrong("A user needs a userName");
  if (bytesOf(userName) > TEXT_MAX_BYTES || /\p{Cc}/u.test(userName)) {
    return wrong(`A userName has at most ${TEXT_MAX_BYTES} bytes and no control characters`);
  }
  const active = readBoolean(attributeOf(body, "active") ?? true);
  if (active === null) return wrong("active is true or false");
  const emails = readEmails(attributeOf(body, "emails"));
  if (emails === null)
    return wrong('emails is a list of at most ten such as { "value": "anna@acme.example", "type": "work" }');
  const name = attributeOf(body, "name");
  const names = {
    ...only("formatted", text(name, "formatted")),
    ...only("familyName", text(name, "familyName")),
    ...only("givenName", text(name, "givenName")),
  };
  return ok({
    userName: userName.trim().toWellFormed(),
    active,
    ...only("externalId", text(body, "externalId")),
    ...only("displayName", text(body, "displayName")),
    ...(Object.keys(names).length === 0 ? {} : { name: names }),
    ...(emails.length === 0 ? {} : { emails }),
  });
}

const only = <N extends string>(name: N, value: string | undefined): { [name in N]?: string } =>
  (value === undefined ? {} : { [name]: value }) as { [name in N]?: string };

/** Entra sends `"False"`. */
function readBoolean(value: unknown): boolean | null {
  const text = String(value).toLowerCase();
  return text === "true" ? true : text === "false" ? false : null;
}

function readEmails(value: unknown): ScimEmail[] | null {
  const list = listOf(value);
  if (list.length > EMAILS_MAX) return null;
  const emails: ScimEmail[] = [];
  for (const item of list) {
    const address = isObject(item) ? attributeOf(item, "value") : item;
    // An address that was taken out leaves an item without one.
    if (address === undefined || address === null || address === "") continue;
    if (typeof address !== "string" || bytesOf(address) > TEXT_MAX_BYTES) return null;
    const type = attributeOf(item, "type");
    const primary = readBoolean(attributeOf(item, "primary") ?? false);
    emails.push({
      value: address.trim().toWellFormed(),
      ...(typeof type === "string" ? { type: type.slice(0, 40) } : {}),
      ...(primary === true ? { primary } : {}),
    });
  }
  return emails;
}
