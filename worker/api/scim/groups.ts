/** The groups of an identity provider, over SCIM. */
import { err, ok, type Result } from "../../../shared/result.ts";
import { attributeOf } from "../../tenant/scim/filter.ts";
import type { GroupStep, Provided, ScimGroup } from "../../tenant/scim/scim-calls.ts";
import { GROUP } from "./discovery.ts";
import { isObject, readGroupSteps, readMembers, readOperations } from "./patch.ts";
import {
  type Answered,
  type Asked,
  type Desk,
  type Fault,
  idOf,
  metaAt,
  readBody,
  seenOf,
  send,
  sendPage,
} from "./scim-request.ts";

function showGroup(group: Provided<ScimGroup>, base: string) {
  const { members, ...resource } = group.resource;
  const shown = members?.map((member) => ({ ...member, $ref: `${base}/Users/${member.value}` }));
  const meta = metaAt("Group", group, base);
  return { schemas: [GROUP], id: group.id, ...resource, ...(shown === undefined ? {} : { members: shown }), meta };
}

function showsMembers({ req }: Asked): boolean {
  const { attributes = "members", excludedAttributes = "" } = req.query();
  return /\bmembers\b/i.test(attributes) && !/\bmembers\b/i.test(excludedAttributes);
}

const sendGroup = ({ c, base }: Desk, group: Provided<ScimGroup>, status = 200): Response =>
  send(c, group, showGroup(group, base), status);

export const findGroups = (desk: Desk): Answered =>
  sendPage<ScimGroup>(
    desk,
    (find) => ({ of: "groups", call: { ...find, withMembers: showsMembers(desk.c) } }),
    (group) => showGroup(group, desk.base),
  );

/** A group as it is sent whole. */
function readGroup(
  body: unknown,
): Result<{ displayName: string; externalId: string | null; members: string[] }, Fault> {
  const wrong = (detail: string) => err<Fault>({ status: 400, scimType: "invalidValue", detail });
  const displayName = isObject(body) ? attributeOf(body, "displayName") : undefined;
  if (typeof displayName !== "string" || displayName.trim() === "") return wrong("A group needs a displayName");
  const externalId = attributeOf(body, "externalId") ?? null;
  if (externalId !== null && typeof externalId !== "string") return wrong("externalId is a text");
  const members = readMembers(attributeOf(body, "members"));
  if (!members.ok) return members;
  return ok({ displayName: displayName.trim(), externalId, members: members.value });
}

export async function makeGroup(desk: Desk): Answered {
  const group = await readBody(desk.c, readGroup);
  if (!group.ok) return group;
  const made = await desk.ask({ of: "groups", call: { do: "make", ...group.value } });
  return made.ok ? ok(sendGroup(desk, made.value.resources[0] as Provided<ScimGroup>, 201)) : made;
}

export async function readOneGroup(desk: Desk): Answered {
  const call = { do: "read" as const, id: idOf(desk.c), withMembers: showsMembers(desk.c) };
  const read = await desk.ask({ of: "groups", call });
  return read.ok ? ok(sendGroup(desk, read.value.resources[0] as Provided<ScimGroup>)) : read;
}

export async function putGroup(desk: Desk): Answered {
  const group = await readBody(desk.c, readGroup);
  if (!group.ok) return group;
  const { displayName, externalId, members } = group.value;
  const steps: GroupStep[] = [
    { set: "displayName", value: displayName },
    { set: "externalId", value: externalId },
    { members: "only", ids: members },
  ];
  const put = await desk.ask({
    of: "groups",
    call: { do: "patch", id: idOf(desk.c), seen: seenOf(desk.c), steps },
  });
  return put.ok ? readOneGroup(desk) : put;
}

/** Answers without a body: a group may be large, and Entra asks for none. */
export async function patchOneGroup({ c, ask }: Desk): Answered {
  const operations = await readBody(c, readOperations);
  if (!operations.ok) return operations;
  const steps = readGroupSteps(operations.value);
  if (!steps.ok) return steps;
  const call = { do: "patch" as const, id: idOf(c), seen: seenOf(c), steps: steps.value };
  const patched = await ask({ of: "groups", call });
  return patched.ok ? ok(new Response(null, { status: 204 })) : patched;
}

export async function removeGroup({ c, ask }: Desk): Answered {
  const removed = await ask({ of: "groups", call: { do: "remove", id: idOf(c), seen: seenOf(c) } });
  return removed.ok ? ok(new Response(null, { status: 204 })) : removed;
}
