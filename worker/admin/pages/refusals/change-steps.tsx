/** L19: the smallest change that would have seated somebody, in sentences. */
import type { ChangeStep, SmallestChange } from "../../../ledger/read/smallest-change.ts";
import { type Language, useLanguage } from "../../language.ts";

export function sayStep({ words, say, count }: Language, step: ChangeStep): string {
  const { steps } = words.past;
  switch (step.what) {
    case "limit":
      return say(steps.limit, { from: step.from, to: step.to });
    case "reserved":
    case "most":
      return say(steps[step.what], { pool: step.name, from: step.from, to: step.to });
    case "assign":
      return step.licences === null ? steps.assign : say(steps.assignMore, { licences: step.licences });
    case "free":
      return count(steps.free, step.seats);
  }
}

export const ChangeSteps = ({ change }: { change: SmallestChange | null }) => {
  const language = useLanguage();
  const { past } = language.words;
  if (change === null) return <p>{past.noChange}</p>;
  const [only] = change;
  return change.length === 1 && only !== undefined ? (
    <p class="verdict">{sayStep(language, only)}</p>
  ) : (
    <>
      <p>{past.allOf}</p>
      <ul class="facts">
        {change.map((step) => (
          <li>{sayStep(language, step)}</li>
        ))}
      </ul>
    </>
  );
};
