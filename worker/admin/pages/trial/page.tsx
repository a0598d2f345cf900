/** L33: settings that are tried beside the current ones: what is tried, what came of it, and what a trial cannot know. */
import { DAY_MS } from "../../../../shared/durations.ts";
import type { ShadowView } from "../../../tenant/shadow/shadow-calls.ts";
import { SHADOW_LASTS_MS } from "../../../tenant/shadow/shadow-store.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Said } from "../../ui/said.tsx";
import { Moment } from "../../ui/time.tsx";
import { sayTrace } from "../licensing/history-list.tsx";
import { RoomTabs } from "../licensing/licensing-parts.tsx";
import { TrialForm, type TrialFormProps } from "./trial-form.tsx";
import { TrialResult } from "./trial-result.tsx";

export interface TrialPageProps extends TrialFormProps {
  visitor: Person;
  done: "began" | "ended" | null;
  /** ms. */
  now: number;
}

export const TrialPage = (props: TrialPageProps) => {
  const { visitor, view, trial, done } = props;
  const { words, say } = useLanguage();
  const { trial: said } = words;
  return (
    <Layout title={said.title} room="licensing" tenantName={view.tenant.name} visitor={visitor}>
      <div>
        <h1>{said.title}</h1>
        <p class="quiet">{say(said.intro, { days: SHADOW_LASTS_MS / DAY_MS })}</p>
      </div>
      <RoomTabs room="trial" />
      {done !== null && <Said>{said.done[done]}</Said>}
      {trial !== null && <Standing trial={trial} />}
      {trial !== null && <TrialResult trial={trial} toleranceMs={view.settings.refusalToleranceMs} now={props.now} />}
      <TrialForm {...props} />
      <Limits />
    </Layout>
  );
};

/** What runs, or ran last. */
const Standing = ({ trial }: { trial: ShadowView }) => {
  const language = useLanguage();
  const { words, parts } = language;
  const { trial: said } = words;
  const { beganAt, until, by, ended, traces } = trial;
  const name = <bdi>{by || said.somebody}</bdi>;
  return (
    <section class="card" aria-labelledby="trial-title">
      <h2 id="trial-title">{ended === null ? said.running : said.last}</h2>
      {traces.length === 0 ? (
        <p>{said.nothing}</p>
      ) : (
        <ul class="facts">
          {traces.map((trace) => (
            <li dir="auto">{sayTrace(language, trace)}</li>
          ))}
        </ul>
      )}
      <p class="hint">
        {ended === null
          ? parts(said.since, { moment: <Moment at={beganAt} />, until: <Moment at={until} />, name })
          : parts(said.ran, { from: <Moment at={beganAt} />, to: <Moment at={ended.at} />, name })}
      </p>
      {ended?.how === "failed" && <p class="fault">{said.failed}</p>}
      {ended === null && (
        <form method="post" action={PATHS.endTrial}>
          <div class="actions">
            <button type="submit" class="button button-quiet">
              {said.end}
            </button>
          </div>
        </form>
      )}
    </section>
  );
};

const Limits = () => {
  const { trial: said } = useLanguage().words;
  return (
    <section class="card" aria-labelledby="limits-title">
      <h2 id="limits-title">{said.limits}</h2>
      <ul class="facts">
        {Object.values(said.limitsList).map((sentence) => (
          <li>{sentence}</li>
        ))}
      </ul>
    </section>
  );
};
