/** The users of an identity provider, over SCIM. */
import { ok } from "../../../shared/result.ts";
import { attributeOf } from "../../tenant/scim/filter.ts";
import type { Provided, ScimAnswer, ScimUser } from "../../tenant/scim/scim-calls.ts";
import { USER } from "./discovery.ts";
import { patchUser, readOperations } from "./patch.ts";
import { type Answered, type Desk, idOf, metaAt, readBody, seenOf, send, sendPage } from "./scim-request.ts";
import { readUser } from "./user.ts";

/** Somebody else changed the user between reading and writing: the change is made again on what is there then. */
const TRIES = 4;

const showUser = (user: Provided<ScimUser>, base: string) => ({
  schemas: [USER],
  id: user.id,
  ...user.resource,
  meta: metaAt("User", user, base),
});

const only = (answer: ScimAnswer): Provided<ScimUser> => answer.resources[0] as Provided<ScimUser>;

const sendUser = ({ c, base }: Desk, user: Provided<ScimUser>, status = 200): Response =>
  send(c, user, showUser(user, base), status);

export const findUsers = (desk: Desk): Answered =>
  sendPage<ScimUser>(
    desk,
    (call) => ({ of: "users", call }),
    (user) => showUser(user, desk.base),
  );

export async function makeUser(desk: Desk): Answered {
  const user = await readBody(desk.c, readUser);
  if (!user.ok) return user;
  const made = await desk.ask({ of: "users", call: { do: "make", user: user.value } });
  return made.ok ? ok(sendUser(desk, only(made.value), 201)) : made;
}

export async function readOneUser(desk: Desk): Answered {
  const read = await desk.ask({ of: "users", call: { do: "read", id: idOf(desk.c) } });
  return read.ok ? ok(sendUser(desk, only(read.value))) : read;
}

export async function putUser(desk: Desk): Answered {
  const user = await readBody(desk.c, readUser);
  if (!user.ok) return user;
  const call = { do: "put" as const, id: idOf(desk.c), seen: seenOf(desk.c), user: user.value };
  const put = await desk.ask({ of: "users", call });
  return put.ok ? ok(sendUser(desk, only(put.value))) : put;
}

export async function patchOneUser(desk: Desk): Answered {
  const operations = await readBody(desk.c, readOperations);
  if (!operations.ok) return operations;
  const id = idOf(desk.c);
  const seen = seenOf(desk.c);
  for (let tries = 1; ; tries++) {
    const read = await desk.ask({ of: "users", call: { do: "read", id } });
    if (!read.ok) return read;
    const before = only(read.value);
    const patched = patchUser(before.resource, operations.value);
    if (!patched.ok) return patched;
    const user = readUser(withActive(patched.value, before.resource.active));
    if (!user.ok) return user;
    const call = { do: "put" as const, id, seen: seen ?? [before.revision], user: user.value };
    const put = await desk.ask({ of: "users", call });
    if (put.ok) return ok(sendUser(desk, only(put.value)));
    if (put.error.status !== 412 || seen !== null || tries === TRIES) return put;
  }
}

/** Taking `active` away says nothing: nobody is switched on by it. */
const withActive = (patched: object, active: boolean): object =>
  (attributeOf(patched, "active") ?? null) === null ? { ...patched, active } : patched;

export async function removeUser({ c, ask }: Desk): Answered {
  const removed = await ask({ of: "users", call: { do: "remove", id: idOf(c), seen: seenOf(c) } });
  return removed.ok ? ok(new Response(null, { status: 204 })) : removed;
}
