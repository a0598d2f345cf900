/** A form that did not get to the CRM, kept in the page that says so, from where it is sent again. */
import type { Words } from "../reader-language.ts";
import type { FormReplay, ReplayedField } from "./form-replay.ts";

/** Sending a form is an act of the person, so it claims a seat; refused once more, it is kept once more. */
export function SendAgain({ address, form, words }: { address: string; form: FormReplay | null; words: Words }) {
  if (form === null) return null;
  return (
    <form
      method="post"
      action={address}
      id="again"
      accept-charset={form.charset === "utf-8" ? undefined : form.charset}
      enctype={form.isMultipart ? "multipart/form-data" : undefined}
    >
      {form.fields.map((field) => (
        <KeptInput field={field} />
      ))}
      <button type="submit" class="act">
        {words.sendAgain}
      </button>
    </form>
  );
}

function KeptInput({ field }: { field: ReplayedField }) {
  if ("file" in field) {
    return field.file === "none" ? (
      <input type="file" name={field.name} hidden />
    ) : (
      <label class="again">
        {field.name} <input type="file" name={field.name} multiple />
      </label>
    );
  }
  // A browser puts the charset's name in place of what a hidden field of this name says.
  const isCharset = field.name.toLowerCase() === "_charset_";
  return <input type={isCharset ? "text" : "hidden"} name={field.name} value={field.value} hidden={isCharset} />;
}
