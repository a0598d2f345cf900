/** What the lists of the records have in common: days to choose, files to take away. */
import type { Child } from "hono/jsx";
import type { Sentence } from "../../../shared/sentence.ts";
import { useLanguage } from "../language.ts";
import { writeQuery } from "../paths.ts";
import { Fault, fieldTies } from "./said.tsx";
import { Translated } from "./translated.tsx";

export const DateFields = ({ from, to, wrong }: { from: string; to: string; wrong: "from" | "to" | null }) => {
  const { filter } = useLanguage().words;
  return (
    <>
      <div>
        <label for="from">{filter.from}</label>
        <input id="from" name="from" type="date" value={from} {...fieldTies(wrong === "from", "days-fault")} />
      </div>
      <div>
        <label for="to">{filter.to}</label>
        <input id="to" name="to" type="date" value={to} {...fieldTies(wrong === "to", "days-fault")} />
      </div>
    </>
  );
};

/** Below the fields that it is about, in their form. */
export const FilterFault = ({ children }: { children?: Child }) => (
  <div class="filter-fault">
    <Fault id="days-fault">{children}</Fault>
  </div>
);

/** How a filter's form ends: with the button, and what is wrong with the days. */
export const FilterEnd = ({ fault }: { fault: { says: Sentence } | null }) => (
  <>
    <button type="submit" class="button button-quiet">
      {useLanguage().words.filter.show}
    </button>
    {fault !== null && (
      <FilterFault>
        <Translated of={fault.says} />
      </FilterFault>
    )}
  </>
);

/** Names of columns and fields in the files stay English, whatever the page's language: programs read them. */
export const ExportLinks = ({ path, filter }: { path: string; filter: object }) => {
  const { words } = useLanguage();
  return (
    <p class="actions">
      <a class="button button-quiet" href={`${path}${writeQuery(filter, { format: "csv" })}`}>
        CSV
      </a>
      <a class="button button-quiet" href={`${path}${writeQuery(filter, { format: "jsonl" })}`}>
        {words.filter.jsonLines}
      </a>
    </p>
  );
};
