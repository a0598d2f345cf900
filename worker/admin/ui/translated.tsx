/** A sentence of the core on the page: translated, or marked as the English that it is. */
import { useLanguage } from "../language.ts";
import { translate } from "../translate.ts";

export const Translated = ({ text }: { text: string }) =>
  translate(useLanguage(), text) ?? <span lang="en">{text}</span>;
