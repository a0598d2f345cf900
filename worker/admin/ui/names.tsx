/** Names in a sentence, such as `a, b and c`: a name that is written from the right turns nothing around it. */
import { listPieces } from "../../i18n/formats.ts";
import { useLanguage } from "../language.ts";

export const Names = ({ names }: { names: readonly string[] }) => {
  const { tag } = useLanguage();
  return <>{listPieces(tag, names).map(({ isItem, text }) => (isItem ? <bdi>{text}</bdi> : text))}</>;
};
