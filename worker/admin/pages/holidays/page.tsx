/** L30: the firm's holidays: the list, one more, and a calendar file. */
import type { Child } from "hono/jsx";
import { HOLIDAY_NAME_MAX, type Holiday } from "../../../ledger/settings/settings.ts";
import { dayOfDate } from "../../../ledger/time/calendar-day.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Fault, fieldTies, Said } from "../../ui/said.tsx";
import { RoomTabs } from "../licensing/licensing-parts.tsx";

export interface HolidaysPageProps {
  visitor: Person;
  view: AdminView;
  fields: { date: string; name: string; yearly: boolean };
  fault: Child | null;
  /** The field that is wrong: of the form for one day, or `file`; undefined: none of them. */
  field: string | undefined;
  notice: string | null;
}

export const HolidaysPage = (props: HolidaysPageProps) => {
  const { visitor, view, fault, field, notice } = props;
  const { holidays: said, rooms } = useLanguage().words;
  const { holidays } = view.settings;
  return (
    <Layout title={said.title} room="licensing" tenantName={view.tenant.name} visitor={visitor}>
      <div>
        <h1>{rooms.licensing}</h1>
        <p class="quiet">{said.intro}</p>
      </div>
      <RoomTabs room="holidays" />
      {notice !== null && <Said>{notice}</Said>}
      {fault !== null && field === undefined && (
        <p class="banner banner-bad" role="alert" tabindex={-1} autofocus>
          {fault}
        </p>
      )}
      <section class="card" aria-labelledby="holidays-title">
        <h2 id="holidays-title">{said.title}</h2>
        {holidays.length === 0 ? <p class="empty">{said.none}</p> : <List holidays={holidays} version={view.version} />}
      </section>
      <AddForm {...props} />
      <ImportForm {...props} />
    </Layout>
  );
};

const List = ({ holidays, version }: { holidays: readonly Holiday[]; version: number }) => {
  const { words, day } = useLanguage();
  const { holidays: said } = words;
  return (
    <table>
      <caption class="visually-hidden">{said.title}</caption>
      <thead>
        <tr>
          <th scope="col">{said.date}</th>
          <th scope="col">{said.name}</th>
          <th scope="col">{said.when}</th>
          <th scope="col">
            <span class="visually-hidden">{said.remove}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {holidays.map(({ date, name, yearly }) => (
          <tr>
            <th scope="row">{day("day", dayOfDate(date))}</th>
            <td data-label={said.name}>
              <bdi class="name">{name}</bdi>
            </td>
            <td data-label={said.when}>{yearly ? said.yearly : said.once}</td>
            <td class="act">
              <form method="post" action={PATHS.removeHoliday} class="inline">
                <input type="hidden" name="version" value={version} />
                <input type="hidden" name="date" value={date} />
                <button type="submit" class="button button-quiet button-small">
                  {said.remove}
                  <span class="visually-hidden"> {name}</span>
                </button>
              </form>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const AddForm = ({ view, fields, fault, field }: HolidaysPageProps) => {
  const { holidays: said } = useLanguage().words;
  const tied = (name: string) => fieldTies(fault !== null && field === name, `${name}-fault`);
  return (
    <section class="card" aria-labelledby="add-title">
      <h2 id="add-title">{said.addTitle}</h2>
      <form method="post" action={PATHS.addHoliday} novalidate class="wide-form">
        <input type="hidden" name="version" value={view.version} />
        <label for="date">{said.date}</label>
        <input id="date" name="date" type="date" required value={fields.date} {...tied("date")} />
        {field === "date" && <Fault id="date-fault">{fault}</Fault>}
        <label for="name">{said.name}</label>
        <input
          id="name"
          name="name"
          class="wide"
          maxlength={HOLIDAY_NAME_MAX}
          autocomplete="off"
          value={fields.name}
          {...tied("name")}
        />
        {field === "name" && <Fault id="name-fault">{fault}</Fault>}
        <div class="choices">
          <div>
            <input type="checkbox" id="yearly" name="yearly" value="yes" checked={fields.yearly} />
            <label for="yearly">{said.yearlyLabel}</label>
          </div>
        </div>
        <div class="actions">
          <button type="submit" class="button">
            {said.add}
          </button>
        </div>
      </form>
    </section>
  );
};

const ImportForm = ({ view, fault, field }: HolidaysPageProps) => {
  const { holidays: said } = useLanguage().words;
  const ways = [
    ["add", said.howAdd],
    ["replace", said.howReplace],
  ] as const;
  return (
    <section class="card" id="import" aria-labelledby="import-title">
      <h2 id="import-title">{said.importTitle}</h2>
      <form method="post" action={PATHS.importHolidays} enctype="multipart/form-data" class="wide-form">
        <input type="hidden" name="version" value={view.version} />
        <label for="file">{said.file}</label>
        <input
          id="file"
          name="file"
          type="file"
          class="wide"
          accept=".ics,text/calendar"
          {...fieldTies(fault !== null && field === "file", "file-fault", "file-hint")}
        />
        {field === "file" && <Fault id="file-fault">{fault}</Fault>}
        <p class="hint" id="file-hint">
          {said.fileHint}
        </p>
        <fieldset class="choices">
          <legend>{said.how}</legend>
          {ways.map(([way, label]) => (
            <div>
              <input type="radio" id={`how-${way}`} name="how" value={way} checked={way === "add"} />
              <label for={`how-${way}`}>{label}</label>
            </div>
          ))}
        </fieldset>
        <div class="actions">
          <button type="submit" class="button">
            {said.import}
          </button>
        </div>
      </form>
    </section>
  );
};
