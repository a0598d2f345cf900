/** The addresses of the firm's holidays. */
import type { Hono } from "hono";
import type { Child } from "hono/jsx";
import * as z from "zod/mini";
import { dayOf, writeDay } from "../../../audit/time-zone.ts";
import { HOLIDAY_NAME_MAX, HOLIDAYS_MAX, type Holiday } from "../../../ledger/settings/settings.ts";
import { isDate } from "../../../ledger/settings/window-faults.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { readLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { refusedBy } from "../../refused.tsx";
import { readUpload, readUtf8 } from "../../upload-form.ts";
import { version } from "../licensing/forms.ts";
import { HolidaysPage, type HolidaysPageProps } from "./page.tsx";
import { CALENDAR_MAX_BYTES, readCalendar } from "./read-calendar.ts";

const text = z.string().check(z.maxLength(1_000));
const AddForm = z.strictObject({ date: text, name: text, yearly: z.optional(z.literal("yes")), version });
const RemoveForm = z.strictObject({ date: text, version });
const ImportForm = z.strictObject({ how: z.enum(["add", "replace"]), version });

const FAULT_OF = { "not a calendar": "notCalendar", "too large": "large", "too much": "much" } as const;

type Said = Partial<Pick<HolidaysPageProps, "fields" | "field" | "notice">> & { fault?: Child; status?: number };

export function addHolidays(app: Hono<AdminEnv>, { tenant, now }: AdminPorts, door: Door): void {
  const page = async (c: AdminContext, visitor: Person, said: Said = {}) => {
    const view = await door.look(c, visitor);
    if (!view.ok) return door.stateProblem(c, view.error);
    const { fields = { date: "", name: "", yearly: true }, fault = null, field, notice = null, status = 200 } = said;
    return answerPage(c, <HolidaysPage {...{ visitor, view: view.value, fields, fault, field, notice }} />, status);
  };

  /** Makes the list that `change` says of the one that there is; `fault`: a sentence for the page. */
  const save = async (
    c: AdminContext,
    visitor: Person,
    made: string,
    change: (holidays: readonly Holiday[], zone: string) => { holidays: Holiday[]; done: string } | Said,
    kept: Said = {},
  ) => {
    const view = await door.look(c, visitor);
    if (!view.ok) {
      if (visitor.role !== "user") return door.stateProblem(c, view.error);
      // L10: the attempt is recorded; what was sent is not even read.
      const refused = await tenant.changeSettings(visitor, { what: "holidays", holidays: [] }, Number(made));
      return door.stateForbidden(c, refused.ok ? undefined : refused.error.says);
    }
    const { settings } = view.value;
    const changed = change(settings.holidays, settings.timeZone);
    if (!("holidays" in changed)) return page(c, visitor, { ...kept, ...changed, status: 422 });
    const { holidays, done } = changed;
    const answer = await tenant.changeSettings(visitor, { what: "holidays", holidays }, Number(made));
    if (answer.ok) return c.redirect(`${PATHS.holidays}?done=${done}`, 303);
    return page(c, visitor, { ...kept, ...refusedBy(answer.error) });
  };

  app.get(
    PATHS.holidays,
    door.asVisitor((c, visitor) => page(c, visitor, { notice: noticeOf(c) })),
  );

  app.post(
    PATHS.addHoliday,
    door.asForm(AddForm, async (c, visitor, form) => {
      const { words, say } = readLanguage(c);
      const { faults } = words.holidays;
      const [date, name] = [form.date.trim(), form.name.trim()];
      const holiday = { date, name, yearly: form.yearly === "yes" };
      return save(
        c,
        visitor,
        form.version,
        (holidays) => {
          if (!isDate(date)) return { fault: faults.date, field: "date" };
          if (holidays.some((one) => one.date === date)) return { fault: faults.twice, field: "date" };
          return name === "" || name.length > HOLIDAY_NAME_MAX
            ? { fault: say(faults.name, { most: HOLIDAY_NAME_MAX }), field: "name" }
            : { holidays: [...holidays, holiday], done: "add" };
        },
        { fields: holiday },
      );
    }),
  );

  app.post(
    PATHS.removeHoliday,
    door.asForm(RemoveForm, async (c, visitor, form) => {
      const without = (holidays: readonly Holiday[]) => holidays.filter(({ date }) => date !== form.date);
      return save(c, visitor, form.version, (holidays) => ({ holidays: without(holidays), done: "remove" }));
    }),
  );

  app.post(
    PATHS.importHolidays,
    door.asChange(async (c, visitor) => {
      const { words, say } = readLanguage(c);
      const { faults } = words.holidays;
      const form = await readUpload(c.req.raw, ImportForm);
      if (!form.ok) {
        if (form.error.code !== "too_large") return door.stateProblem(c, form.error);
        return door.state(c, 413, { title: words.problemTitles.too_large, text: faults.large });
      }
      const { file, fields } = form.value;
      const wrong = (fault: string): Said => ({ fault, field: "file" });
      return save(c, visitor, fields.version, (listed, zone) => {
        if (file === null) return wrong(faults.file);
        if (file.length > CALENDAR_MAX_BYTES) return wrong(faults.large);
        const today = writeDay(dayOf(zone, now()));
        // The whole of this year, so that a file that is read again adds nothing else.
        const read = readCalendar(readUtf8(file) ?? "", `${today.slice(0, 4)}-01-01`);
        if (!read.ok) return wrong(faults[FAULT_OF[read.error]]);
        if (read.value.holidays.length === 0) return wrong(faults.nothing);
        const added = new Set(read.value.holidays.map(({ date }) => date));
        const kept = fields.how === "replace" ? [] : listed.filter(({ date }) => !added.has(date));
        const holidays = [...kept, ...read.value.holidays];
        return holidays.length > HOLIDAYS_MAX
          ? wrong(say(faults.many, { count: holidays.length, most: HOLIDAYS_MAX }))
          : { holidays, done: `import&added=${added.size}&skipped=${read.value.skipped}` };
      });
    }),
  );
}

/** What came of a form, as its redirect says. */
function noticeOf(c: AdminContext): string | null {
  const { words, say, count } = readLanguage(c);
  const { done } = words.holidays;
  const number = (name: string) => Math.min(Number.parseInt(c.req.query(name) ?? "0", 10) || 0, 1_000_000);
  switch (c.req.query("done")) {
    case "add":
      return done.add;
    case "remove":
      return done.remove;
    case "import": {
      const skipped = number("skipped");
      const said = say(done.import, { added: number("added") });
      return skipped === 0 ? said : `${said} ${count(done.skipped, skipped)}`;
    }
    default:
      return null;
  }
}
