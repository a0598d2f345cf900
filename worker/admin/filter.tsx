/** What the lists of the records have in common: days to choose, files to take away. */
import { useLanguage } from "./language.ts";
import { writeQuery } from "./paths.ts";

export const DateFields = ({ from, to }: { from: string; to: string }) => {
  const { filter } = useLanguage().words;
  return (
    <>
      <div>
        <label for="from">{filter.from}</label>
        <input id="from" name="from" type="date" value={from} />
      </div>
      <div>
        <label for="to">{filter.to}</label>
        <input id="to" name="to" type="date" value={to} />
      </div>
    </>
  );
};

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
