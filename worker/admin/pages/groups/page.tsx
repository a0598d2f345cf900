/** A7: the firm's own groups, and the form for a new one. */
import type { Child } from "hono/jsx";
import { GROUP_NAME_MAX, type GroupRow } from "../../../tenant/groups/group-calls.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { groupPath, PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { RoomTabs } from "../licensing/licensing-parts.tsx";

/** What is typed of a group. */
export interface GroupFields {
  name: string;
  /** A rule per line. */
  rules: string;
}

export interface GroupsPageProps {
  visitor: Person;
  view: AdminView;
  groups: readonly GroupRow[];
  fields: GroupFields;
  fault: Child | null;
  /** The field that is wrong. */
  field: string | undefined;
  isRemoved: boolean;
}

export const GroupsPage = ({ visitor, view, groups: list, fields, fault, field, isRemoved }: GroupsPageProps) => {
  const { groups, ...words } = useLanguage().words;
  return (
    <Layout title={groups.title} room="licensing" tenantName={view.tenant.name} visitor={visitor}>
      <div>
        <h1>{words.rooms.licensing}</h1>
        <p class="quiet">{groups.intro}</p>
      </div>
      <RoomTabs room="groups" />
      {isRemoved && (
        <p class="banner banner-good" role="status">
          {groups.done.removed}
        </p>
      )}
      <section class="card" aria-labelledby="groups-title">
        <h2 id="groups-title">{groups.list}</h2>
        {list.length === 0 ? <p class="empty">{groups.none}</p> : <List groups={list} />}
      </section>
      <section class="card" aria-labelledby="add-title">
        <h2 id="add-title">{groups.add}</h2>
        <form method="post" action={PATHS.makeGroup} novalidate class="wide-form">
          <GroupFieldsOf fields={fields} fault={fault} field={field} />
          <div class="actions">
            <button type="submit" class="button">
              {groups.make}
            </button>
          </div>
        </form>
      </section>
    </Layout>
  );
};

const List = ({ groups: list }: { groups: readonly GroupRow[] }) => {
  const { words, count } = useLanguage();
  const { groups } = words;
  return (
    <ul class="rows">
      {list.map(({ id, name, people, rules, source }) => (
        <li>
          <span>
            <a class="name" href={groupPath(id)} dir="auto">
              {name}
            </a>{" "}
            <span class="quiet">
              {count(groups.listed, people)}
              {rules.length > 0 && ` · ${rules.join(", ")}`}
              {source === "scim" && ` · ${groups.provider}`}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
};

/** Name and rules, with the fault beside the field that is wrong. */
export const GroupFieldsOf = ({ fields, fault, field }: Pick<GroupsPageProps, "fields" | "fault" | "field">) => {
  const { groups } = useLanguage().words;
  const isAt = (name: string) => fault !== null && (field ?? "name") === name;
  const tied = (name: string) =>
    isAt(name)
      ? { "aria-describedby": `${name}-fault ${name}-hint`, "aria-invalid": "true" as const, autofocus: true }
      : { "aria-describedby": `${name}-hint` };
  const faultOf = (name: string) =>
    isAt(name) && (
      <p class="fault" id={`${name}-fault`} role="alert">
        {fault}
      </p>
    );
  return (
    <>
      <label for="name">{groups.name}</label>
      <input
        id="name"
        name="name"
        class="wide"
        maxlength={GROUP_NAME_MAX}
        autocomplete="off"
        value={fields.name}
        {...tied("name")}
      />
      {faultOf("name")}
      <p class="hint" id="name-hint">
        {groups.nameHint}
      </p>
      <label for="rules">{groups.rules}</label>
      <textarea id="rules" name="rules" rows={3} autocapitalize="off" spellcheck={false} {...tied("rules")}>
        {fields.rules}
      </textarea>
      {faultOf("rules")}
      <p class="hint" id="rules-hint">
        {groups.rulesHint}
      </p>
    </>
  );
};
