/** A sentence of the core on the page, in the page's language. */
import { type Sentence, writeSentence } from "../../../shared/sentence.ts";
import { useLanguage } from "../language.ts";

/** A text is what an earlier release kept: English, and marked as such. */
export const Translated = ({ of }: { of: Sentence | string }) =>
  typeof of === "string" ? <span lang="en">{of}</span> : writeSentence(useLanguage().words.problems, of);
