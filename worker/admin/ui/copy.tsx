/** Copies what is shown only once, or is long, with one press. */
import { useLanguage } from "../language.ts";

/** `of`: the id of the element whose text is copied. Shown by the script alone: without it there is nothing to press. */
export const Copy = ({ of }: { of: string }) => {
  const { integrations } = useLanguage().words;
  return (
    <button
      type="button"
      class="button button-quiet"
      data-copy={of}
      data-copied={integrations.copied}
      aria-describedby={of}
      aria-live="polite"
      hidden
    >
      {integrations.copy}
    </button>
  );
};
