/** The addresses of the firm's own groups. */
import type { Hono } from "hono";
import * as z from "zod/mini";
import type { GroupsCall } from "../../../tenant/groups/group-calls.ts";
import type { AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { groupPath, PATHS } from "../../paths.ts";
import { groupAnswers } from "./group-answers.tsx";
import { changePeople } from "./people-change.ts";

const text = z.string();
const id = z.string().check(z.maxLength(40));
const revision = z.string().check(z.regex(/^\d{1,9}$/));
const MakeForm = z.strictObject({ name: text, rules: text });
const ChangeForm = z.strictObject({ id, revision, name: text, rules: text });
const RemoveForm = z.strictObject({ id, revision, sure: z.literal("yes") });

const linesOf = (typed: string): string[] => typed.split(/\r?\n/).filter((line) => line.trim() !== "");

export function addGroups(app: Hono<AdminEnv>, ports: AdminPorts, door: Door): void {
  const { tenant } = ports;
  const answers = groupAnswers(ports, door);
  const { gone, list, page, refuse } = answers;

  app.get(
    PATHS.groups,
    door.asVisitor((c, visitor) => list(c, visitor)),
  );
  app.get(
    PATHS.group,
    door.asVisitor((c, visitor) => page(c, visitor, c.req.query("id") ?? "")),
  );

  app.post(
    PATHS.makeGroup,
    door.asForm(MakeForm, async (c, visitor, form) => {
      const { name, rules } = form;
      const made = await tenant.groups(visitor, { do: "make", name, rules: linesOf(rules), people: [] });
      if (made.ok && made.value.view !== null)
        return c.redirect(`${groupPath(made.value.view.group.id)}&done=made`, 303);
      if (made.ok) return gone(c);
      return refuse(c, visitor, made.error, (said) => list(c, visitor, { fields: form, ...said }));
    }),
  );

  app.post(
    PATHS.group,
    door.asForm(ChangeForm, async (c, visitor, form) => {
      const { id: of, name, rules } = form;
      const call: GroupsCall = {
        do: "change",
        id: of,
        revision: Number(form.revision),
        name,
        rules: linesOf(rules),
      };
      const changed = await tenant.groups(visitor, call);
      if (changed.ok) return c.redirect(`${groupPath(of)}&done=changed`, 303);
      return refuse(c, visitor, changed.error, (said) => page(c, visitor, of, { fields: { name, rules }, ...said }));
    }),
  );

  app.post(PATHS.groupPeople, door.asChange(changePeople(ports, door, answers)));

  app.post(
    PATHS.removeGroup,
    door.asForm(RemoveForm, async (c, visitor, form) => {
      const { id: of, revision: seen } = form;
      const removed = await tenant.groups(visitor, { do: "remove", id: of, revision: Number(seen) });
      if (removed.ok) return c.redirect(`${PATHS.groups}?done=removed`, 303);
      return refuse(c, visitor, removed.error, (said) => page(c, visitor, of, said));
    }),
  );
}
