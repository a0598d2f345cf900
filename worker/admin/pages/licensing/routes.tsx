/** The addresses of licensing: the page, and one for each of its forms. */

import type { Hono } from "hono";
import { PROBLEMS } from "../../../../shared/problem.ts";
import type { PastChange } from "../../../ledger/settings/settings.ts";
import type { ChangeFault, Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { readForm } from "../../form.ts";
import { readLanguage } from "../../language.ts";
import { licensingPath, PATHS } from "../../paths.ts";
import { Translated } from "../../ui/translated.tsx";
import { changesSince, type Draft, FORM_NAMES, FORMS, type FormName } from "./forms.ts";
import { LICENSING_ROOMS, type LicensingRoom, roomOf, roomPath } from "./licensing-parts.tsx";
import type { Done, Picking } from "./licensing-props.ts";
import { LicensingPage } from "./page.tsx";

const SEARCH_MAX = 200;
const isDone = (word: string | undefined): word is Done =>
  word !== undefined && (Object.hasOwn(FORMS, word) || word === "pool" || word === "remove-pool");

/** The forms' own sentences say more than that a field is missing. */
type Sent = Record<string, string> & { version: string };

export function addLicensing(app: Hono<AdminEnv>, { tenant, config, now }: AdminPorts, door: Door): void {
  const { idleTimeoutMinMs } = config;

  const pick = async (c: AdminContext, visitor: Person): Promise<Picking | null> => {
    for (const kind of ["assign", "exempt"] as const) {
      const search = (c.req.query(kind) ?? "").trim().slice(0, SEARCH_MAX);
      if (search === "") continue;
      const found = await tenant.findPeople(visitor, search);
      return { for: kind, search, found: found.ok ? found.value : [] };
    }
    return null;
  };

  const page = async (
    c: AdminContext,
    visitor: Person,
    room: LicensingRoom,
    said: { draft?: Draft; since?: readonly PastChange[] | null; status?: number } = {},
    seen: Awaited<ReturnType<Door["look"]>> | null = null,
  ) => {
    const view = seen ?? (await door.look(c, visitor));
    if (!view.ok) return door.stateProblem(c, view.error);
    const done = c.req.query("done");
    return answerPage(
      c,
      <LicensingPage
        room={room}
        visitor={visitor}
        view={view.value}
        now={now()}
        idleTimeoutMinMs={idleTimeoutMinMs}
        support={config.roleLists.support}
        done={isDone(done) && said.draft === undefined ? done : null}
        draft={said.draft ?? null}
        since={said.since}
        picking={await pick(c, visitor)}
      />,
      said.status ?? 200,
    );
  };

  for (const room of LICENSING_ROOMS)
    app.get(
      roomPath(room),
      door.asVisitor((c, visitor) => page(c, visitor, room)),
    );

  /** The room again with what was typed, and why it was not done. */
  const refuse = async (
    c: AdminContext,
    visitor: Person,
    { name, fields, version }: { name: FormName; fields: Record<string, string>; version: number },
    fault: ChangeFault,
  ) => {
    const { code, says, field } = fault;
    if (visitor.role === "user") return door.stateForbidden(c, says);
    const { status } = PROBLEMS[code];
    const after = await door.lookAfter(c, visitor, fault);
    if (code === "stale" && after.ok) {
      const since = changesSince(after.value, version);
      return page(c, visitor, roomOf(name), { draft: { form: name, fields, fault: null }, since, status }, after);
    }
    const draft = {
      form: name,
      fields,
      fault: <Translated of={says} />,
      field: Object.hasOwn(fields, field ?? "") ? field : undefined,
    };
    return page(c, visitor, roomOf(name), { draft, status }, after);
  };

  const submit = (name: FormName) =>
    door.asChange(async (c, visitor) => {
      const { schema, section, read } = FORMS[name];
      const form = await readForm(c.req.raw, schema);
      if (!form.ok) return door.stateProblem(c, form.error);
      const { version, ...fields } = form.value as Sent;
      // Only there a zone decides what was typed.
      const before =
        (name === "boost" || name === "announce" || name === "close") && visitor.role !== "user"
          ? await door.look(c, visitor)
          : null;
      if (before?.ok === false) return door.stateProblem(c, before.error);
      const asked = read(form.value, { language: readLanguage(c), now: now(), idleTimeoutMinMs });
      if ("fault" in asked) {
        if (visitor.role === "user") return door.stateForbidden(c);
        const draft = { form: name, fields, fault: asked.fault, field: asked.field };
        return page(c, visitor, roomOf(name), { draft, status: 422 }, before);
      }
      const change = await asked.ask(tenant, visitor, Number(version));
      if (change.ok) {
        const at =
          fields.back === "now" ? `${PATHS.home}?done=${name}` : `${roomPath(roomOf(name))}?done=${name}#${section}`;
        return c.redirect(at, 303);
      }
      return refuse(c, visitor, { name, fields, version: Number(version) }, change.error);
    });
  for (const name of FORM_NAMES) app.post(licensingPath(name), submit(name));
}
