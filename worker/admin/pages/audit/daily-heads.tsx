/** R9: the newest signed heads of the chain, with what to compare them with. */
import type { HeadsView } from "../../../audit/signed-head.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Copy } from "../../ui/copy.tsx";

/** The file has the others. */
const SHOWN = 7;

export const DailyHeads = ({ heads }: { heads: HeadsView }) => {
  const { words, parts } = useLanguage();
  const { heads: said } = words;
  const { key, list } = heads;
  return (
    <section class="card" id="heads" aria-labelledby="heads-title">
      <h2 id="heads-title">{said.title}</h2>
      <p class="hint">{parts(said.hint, { command: <code>node verify-audit.mjs FILE --heads HEADS</code> })}</p>
      {key === null ? <p class="empty">{said.none}</p> : <Heads {...heads} />}
      {key !== null && (
        <>
          <p class="hint">
            {parts(said.key, {
              option: <code>--key</code>,
              key: (
                <code class="hash" id="head-key">
                  {key}
                </code>
              ),
            })}{" "}
            <Copy of="head-key" />
          </p>
          {list.length > 0 && (
            <p>
              <a href={PATHS.headsFile} download>
                {said.file}
              </a>
            </p>
          )}
        </>
      )}
    </section>
  );
};

const Heads = ({ list }: HeadsView) => {
  const { words, number } = useLanguage();
  const { heads: said } = words;
  return (
    <table>
      <caption class="visually-hidden">{said.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{said.day}</th>
          <th scope="col" class="number">
            {said.row}
          </th>
          <th scope="col">{said.hash}</th>
        </tr>
      </thead>
      <tbody>
        {list.slice(0, SHOWN).map(({ day, seq, hash }) => (
          <tr>
            <th scope="row">
              <time datetime={day}>{day}</time>
            </th>
            <td data-label={said.row} class="number">
              {number(seq)}
            </td>
            <td data-label={said.hash}>
              <code class="hash">{hash}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};
