/** How the pages of the firm's own groups are answered: with what was done, or with what was refused. */
import type { Child } from "hono/jsx";
import type { Problem } from "../../../../shared/problem.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { readLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { type Refused, refusedBy } from "../../refused.tsx";
import { GroupPage, type GroupPageProps } from "./group-page.tsx";
import { type GroupFields, GroupsPage } from "./page.tsx";

const SEARCH_MAX = 200;

export type GroupAnswers = ReturnType<typeof groupAnswers>;

/** How the pages of groups are answered, with what was done, or what was refused. */
export function groupAnswers({ tenant }: AdminPorts, door: Door) {
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
    problem: Problem,
    show: (refused: Refused) => Promise<Response>,
  ) => {
    if (visitor.role === "user") return door.stateForbidden(c, problem.says);
    return problem.code === "not_found" ? gone(c) : show(refusedBy(problem));
  };

  return { gone, list, page, refuse };
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
