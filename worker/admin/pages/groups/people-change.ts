/** Who is added to a group of the firm's own and who is taken out: one person by a button, or a list, typed or in a file. */
import type { Child } from "hono/jsx";
import * as z from "zod/mini";
import { HolderId } from "../../../../shared/ids.ts";
import type { MemberWish } from "../../../tenant/groups/group-calls.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminPorts, Door } from "../../admin-request.ts";
import { readForm } from "../../form.ts";
import { readLanguage } from "../../language.ts";
import { groupPath } from "../../paths.ts";
import { readUpload, readUtf8 } from "../../upload-form.ts";
import type { GroupAnswers } from "./group-answers.tsx";
import { readPeopleList } from "./listed-people.ts";

const text = z.string();
const id = z.string().check(z.maxLength(40));
const PeopleForm = z.strictObject({ id, how: z.enum(["add", "take", "replace"]), people: text });
const OneForm = z.strictObject({
  id,
  how: z.enum(["add", "take"]),
  holder: z.optional(HolderId),
  name: z.optional(text),
});

type Fill = (
  c: AdminContext,
  visitor: Person,
  of: string,
  how: "add" | "take" | "replace",
  wishes: MemberWish[],
  typed?: string,
) => Promise<Response>;

export function changePeople({ tenant }: AdminPorts, door: Door, { page, refuse }: GroupAnswers) {
  const fill: Fill = async (c, visitor, of, how, wishes, typed = "") => {
    const changed = await tenant.groups(visitor, { do: how, id: of, people: wishes });
    if (changed.ok) {
      const { added = 0, taken = 0, already = 0 } = changed.value.changed ?? {};
      return c.redirect(`${groupPath(of)}&done=people&added=${added}&taken=${taken}&already=${already}#people`, 303);
    }
    return refuse(c, visitor, changed.error, (said) =>
      page(c, visitor, of, { people: { how, people: typed }, ...said }),
    );
  };

  return async (c: AdminContext, visitor: Person): Promise<Response> => {
    if (/^multipart/i.test(c.req.header("content-type") ?? "")) return changeByList(c, visitor, door, { page, fill });
    const form = await readForm(c.req.raw, OneForm);
    if (!form.ok) return door.stateProblem(c, form.error);
    const { id: of, how, holder, name } = form.value;
    return fill(c, visitor, of, how, [holder === undefined ? { name: name ?? "" } : { id: holder }]);
  };
}

async function changeByList(
  c: AdminContext,
  visitor: Person,
  door: Door,
  { page, fill }: { page: GroupAnswers["page"]; fill: Fill },
): Promise<Response> {
  const { faults } = readLanguage(c).words.groups;
  const form = await readUpload(c.req.raw, PeopleForm);
  if (!form.ok) {
    if (form.error.code !== "too_large") return door.stateProblem(c, form.error);
    return door.state(c, 413, { title: readLanguage(c).words.problemTitles.too_large, text: faults.fileLarge });
  }
  const { id: of, how, people: typed } = form.value.fields;
  const wrong = (fault: Child) =>
    visitor.role === "user"
      ? door.stateForbidden(c)
      : page(c, visitor, of, { people: { how, people: typed }, fault, field: "people", status: 422 });
  const { file } = form.value;
  if (file !== null && typed.trim() !== "") return wrong(faults.both);
  const said = file === null ? typed : readUtf8(file);
  if (said === null) return wrong(faults.notText);
  const read = readPeopleList(said);
  if (!read.ok) {
    const { say } = readLanguage(c);
    return wrong(read.error.fault === "quote" ? say(faults.quote, { line: read.error.line }) : faults.noColumn);
  }
  // An empty list is hardly meant to leave nobody.
  if (read.value.length === 0) return wrong(faults.nothing);
  return fill(
    c,
    visitor,
    of,
    how,
    read.value.map((name) => ({ name })),
    typed,
  );
}
