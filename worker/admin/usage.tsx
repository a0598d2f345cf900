/** A4: how many seats are in use, and what that number is made of. */
import type { AdminView } from "../tenant/tenant-calls.ts";
import { useLanguage } from "./language.ts";

export const Usage = ({ view, passLifeMs }: { view: AdminView; passLifeMs: number }) => {
  const { words, say, parts, count, number, plural, longDuration, list, date } = useLanguage();
  const { meter, now } = words;
  const { limit } = view.effective;
  const free = Math.max(0, limit - view.inUse);
  const keptOf = view.kept.seats;
  return (
    <section class="live" aria-labelledby="usage-title" data-live="usage">
      <h2 id="usage-title" class="visually-hidden" tabindex={-1}>
        {meter.title}
      </h2>
      <div class="usage-head">
        <p class="figure" id="usage-figure">
          {parts(plural(meter.figure, limit), { inUse: <strong>{number(view.inUse)}</strong>, count: number(limit) })}
        </p>
        <Free view={view} />
      </div>
      <Bar view={view} />
      <ul class="facts">
        {!view.settings.enforced && <li>{words.observing.fact}</li>}
        {view.over.observing > 0 && <li>{count(words.observing.over, view.over.observing)}</li>}
        {overByElse(view) > 0 && <li>{count(meter.overBy, overByElse(view))}</li>}
        {keptOf > 0 && keptOf < free && <li>{count(meter.keptOf, keptOf, { pools: list(view.kept.pools) })}</li>}
        {limit !== view.limit && <li>{count(now.limitNow, limit, { limit: view.limit })}</li>}
        {view.effective.pools.length > 0 && (
          <li>{parts(now.pools, { pools: <bdi>{list(view.effective.pools)}</bdi> })}</li>
        )}
        {view.effective.until !== null && <li>{say(now.until, { moment: date("moment", view.effective.until) })}</li>}
        {view.draining > 0 && <li>{count(meter.draining, view.draining, { duration: longDuration(passLifeMs) })}</li>}
        {view.exempt > 0 && <li>{count(meter.exempt, view.exempt)}</li>}
        {view.named > 0 && <li>{count(now.named, view.named)}</li>}
        {view.queue > 0 && <li>{count(meter.waiting, view.queue)}</li>}
      </ul>
    </section>
  );
};

/** L10: by how many the limit is exceeded since it was lowered, and not by those whom it only observes or overdraws. */
const overByElse = ({ overBy, over }: AdminView): number => Math.max(0, overBy - over.observing - over.overdraft);

/** What is free, and for whom: nothing green beside somebody who waits. */
const Free = ({ view }: { view: AdminView }) => {
  const { words, say, count, list } = useLanguage();
  const { meter } = words;
  const free = Math.max(0, view.effective.limit - view.inUse);
  if (view.overBy > 0) return <p class="pill pill-bad">{say(meter.over, { count: view.overBy })}</p>;
  if (free === 0) return <p class="pill pill-warn">{meter.full}</p>;
  const { seats, pools } = view.kept;
  if (seats === free) return <p class="pill pill-warn">{count(meter.kept, free, { pools: list(pools) })}</p>;
  return <p class={view.queue > 0 ? "pill pill-warn" : "pill pill-good"}>{count(meter.free, free)}</p>;
};

/** Drawn by attributes, since the pages take no styles of an element's own. */
const Bar = ({ view }: { view: AdminView }) => {
  const { say } = useLanguage();
  const { meter } = useLanguage().words;
  const limit = Math.max(1, view.effective.limit);
  const inUse = Math.min(view.inUse, limit);
  const kept = view.kept.seats;
  const free = limit - inUse - kept;
  const used = view.overBy > 0 ? "gauge-bad" : inUse === limit ? "gauge-warn" : "gauge-used";
  return (
    <svg
      class="gauge"
      viewBox={`0 0 ${limit} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label={say(meter.bar, { inUse: view.inUse, kept, free })}
    >
      <rect class={used} x={0} y={0} width={inUse} height={1} />
      <rect class="gauge-kept" x={inUse} y={0} width={kept} height={1} />
    </svg>
  );
};
