/** The addresses of the firm's own groups. */
import type { Hono } from "hono";
import type { Child } from "hono/jsx";
import * as z from "zod/mini";
import { HolderId } from "../../../../shared/ids.ts";
import { PROBLEMS, type Problem } from "../../../../shared/problem.ts";
import type { GroupsCall, MemberWish } from "../../../tenant/groups/group-calls.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { readForm } from "../../form.ts";
import { readLanguage } from "../../language.ts";
import { groupPath, PATHS } from "../../paths.ts";
import { Translated } from "../../ui/translated.tsx";
import { readUpload, readUtf8 } from "../../upload-form.ts";
import { GroupPage, type GroupPageProps } from "./group-page.tsx";
import { readPeopleList } from "./listed-people.ts";
import { type GroupFields, GroupsPage } from "./page.tsx";

const SEARCH_MAX = 200;
const text = z.string();
const id = z.string().check(z.maxLength(40));
const revision = z.string().check(z.regex(/^\d{1,9}$/));
const MakeForm = z.strictObject({ name: text, rules: text });
const ChangeForm = z.strictObject({ id, revision, name: text, rules: text });
const RemoveForm = z.strictObject({ id, revision, sure: z.literal("yes") });
const PeopleForm = z.strictObject({ id, how: z.enum(["add", "take", "replace"]), people: text });
const OneForm = z.strictObject({
  id,
  how: z.enum(["add", "take"]),
  holder: z.optional(HolderId),
  name: z.optional(text),
});

const linesOf = (typed: string): string[] => typed.split(/\r?\n/).filter((line) => line.trim() !== "");

export function addGroups(app: Hono<AdminEnv>, { tenant }: AdminPorts, door: Door): void {
  const gone = (c: AdminContext) => {
    const { goneTitle, gone: said, back } = readLanguage(c).words.groups;
    return door.state(c, 404, { title: goneTitle, text: said, way: { href: PATHS.groups, words: back } });
  };

  const list = async (
    c: AdminContext,
    visitor: Person,
    said: { fields?: GroupFields; fault?: Child; field?: string | undefined; status?: number } = {},
  ) => {
    const view = await door.look(c, visitor);
    if (!view.ok) return door.stateProblem(c, view.error);
    const groups = await tenant.groups(visitor, { do: "list" });
    if (!groups.ok) return door.stateProblem(c, groups.error);
    const { fields = { name: "", rules: "" }, fault = null, field, status = 200 } = said;
    const isRemoved = c.req.query("done") === "removed";
    const shown = { visitor, view: view.value, groups: groups.value.groups, fields, fault, field, isRemoved };
    return answerPage(c, <GroupsPage {...shown} />, status);
  };

  const page = async (
    c: AdminContext,
    visitor: Person,
    of: string,
    said: Partial<Pick<GroupPageProps, "fields" | "people" | "fault" | "field">> & { status?: number } = {},
  ) => {
    const view = await door.look(c, visitor);
    if (!view.ok) return door.stateProblem(c, view.error);
    const search = (c.req.query("search") ?? "").slice(0, SEARCH_MAX);
    const asked = Math.min(Math.max(1, Number.parseInt(c.req.query("page") ?? "1", 10) || 1), 10_000);
    const read = await tenant.groups(visitor, { do: "read", id: of, search, page: asked });
    if (!read.ok) return read.error.code === "not_found" ? gone(c) : door.stateProblem(c, read.error);
    if (read.value.view === null) return gone(c);
    const find = (c.req.query("find") ?? "").trim().slice(0, SEARCH_MAX);
    const found = find === "" ? null : await tenant.findPeople(visitor, find);
    const { group } = read.value.view;
    const shown: GroupPageProps = {
      visitor,
      view: view.value,
      shown: read.value.view,
      search,
      find: found?.ok ? { search: find, found: found.value } : null,
      fields: said.fields ?? { name: group.name, rules: group.rules.join("\n") },
      people: said.people ?? { how: "add", people: "" },
      fault: said.fault ?? null,
      field: said.field,
      notice: noticeOf(c),
    };
    return answerPage(c, <GroupPage {...shown} />, said.status ?? 200);
  };

  /** A change that the tenant refused: shown where it was typed. */
  const refuse = (
    c: AdminContext,
    visitor: Person,
    { code, says, field }: Problem,
    show: (said: { fault: Child; field: string | undefined; status: number }) => Promise<Response>,
  ) => {
    if (visitor.role === "user") return door.stateForbidden(c, says);
    if (code === "not_found") return gone(c);
    return show({ fault: <Translated of={says} />, field, status: PROBLEMS[code].status });
  };

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
    door.asChange(async (c, visitor) => {
      const form = await readForm(c.req.raw, MakeForm);
      if (!form.ok) return door.stateProblem(c, form.error);
      const { name, rules } = form.value;
      const made = await tenant.groups(visitor, { do: "make", name, rules: linesOf(rules), people: [] });
      if (made.ok && made.value.view !== null)
        return c.redirect(`${groupPath(made.value.view.group.id)}&done=made`, 303);
      if (made.ok) return gone(c);
      return refuse(c, visitor, made.error, (said) => list(c, visitor, { fields: form.value, ...said }));
    }),
  );

  app.post(
    PATHS.group,
    door.asChange(async (c, visitor) => {
      const form = await readForm(c.req.raw, ChangeForm);
      if (!form.ok) return door.stateProblem(c, form.error);
      const { id: of, name, rules } = form.value;
      const call: GroupsCall = {
        do: "change",
        id: of,
        revision: Number(form.value.revision),
        name,
        rules: linesOf(rules),
      };
      const changed = await tenant.groups(visitor, call);
      if (changed.ok) return c.redirect(`${groupPath(of)}&done=changed`, 303);
      return refuse(c, visitor, changed.error, (said) => page(c, visitor, of, { fields: { name, rules }, ...said }));
    }),
  );

  const fill = async (
    c: AdminContext,
    visitor: Person,
    of: string,
    how: "add" | "take" | "replace",
    wishes: MemberWish[],
    typed = "",
  ) => {
    const changed = await tenant.groups(visitor, { do: how, id: of, people: wishes });
    if (changed.ok) {
      const { added = 0, taken = 0, already = 0 } = changed.value.changed ?? {};
      return c.redirect(`${groupPath(of)}&done=people&added=${added}&taken=${taken}&already=${already}#people`, 303);
    }
    return refuse(c, visitor, changed.error, (said) =>
      page(c, visitor, of, { people: { how, people: typed }, ...said }),
    );
  };

  app.post(
    PATHS.groupPeople,
    door.asChange(async (c, visitor) => {
      const isUpload = /^multipart/i.test(c.req.header("content-type") ?? "");
      if (!isUpload) {
        const form = await readForm(c.req.raw, OneForm);
        if (!form.ok) return door.stateProblem(c, form.error);
        const { id: of, how, holder, name } = form.value;
        return fill(c, visitor, of, how, [holder === undefined ? { name: name ?? "" } : { id: holder }]);
      }
      const form = await readUpload(c.req.raw, PeopleForm);
      const { faults } = readLanguage(c).words.groups;
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
    }),
  );

  app.post(
    PATHS.removeGroup,
    door.asChange(async (c, visitor) => {
      const form = await readForm(c.req.raw, RemoveForm);
      if (!form.ok) return door.stateProblem(c, form.error);
      const { id: of, revision: seen } = form.value;
      const removed = await tenant.groups(visitor, { do: "remove", id: of, revision: Number(seen) });
      if (removed.ok) return c.redirect(`${PATHS.groups}?done=removed`, 303);
      return refuse(c, visitor, removed.error, (said) => page(c, visitor, of, said));
    }),
  );
}

/** What came of a form, as its redirect says. */
function noticeOf(c: AdminContext): string | null {
  const { words, say } = readLanguage(c);
  const { done } = words.groups;
  const number = (name: string) => Math.min(Number.parseInt(c.req.query(name) ?? "0", 10) || 0, 1_000_000);
  switch (c.req.query("done")) {
    case "made":
      return done.made;
    case "changed":
      return done.changed;
    case "people":
      return say(done.people, { added: number("added"), taken: number("taken"), already: number("already") });
    default:
      return null;
  }
}
