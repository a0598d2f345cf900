/** A4: how many seats are in use, and what that number is made of. */
import type { AdminView } from "../tenant/tenant-calls.ts";
import { useLanguage } from "./language.ts";
import { PATHS } from "./paths.ts";

export const Usage = ({ view, passLifeMs }: { view: AdminView; passLifeMs: number }) => {
  const { words, say, parts, count, number, plural, longDuration, list, date } = useLanguage();
  const { meter, counts, now } = words;
  const { limit } = view.effective;
  const free = Math.max(0, limit - view.inUse);
  return (
    <section class="card usage" aria-labelledby="usage-title" data-live="usage">
      <h2 id="usage-title" class="visually-hidden" tabindex={-1}>
        {meter.title}
      </h2>
      <div class="usage-head">
        <p class="figure" id="usage-figure">
          {parts(plural(meter.figure, limit), { inUse: <strong>{number(view.inUse)}</strong>, count: number(limit) })}
        </p>
        {view.overBy > 0 ? (
          <p class="pill pill-bad">{say(meter.over, { count: view.overBy })}</p>
        ) : free === 0 ? (
          <p class="pill pill-warn">{meter.full}</p>
        ) : (
          <p class="pill pill-good">{count(meter.free, free)}</p>
        )}
      </div>
      <meter
        class={view.overBy > 0 ? "gauge bad" : free === 0 ? "gauge warn" : "gauge"}
        aria-labelledby="usage-figure"
        min={0}
        max={Math.max(1, limit)}
        value={Math.min(view.inUse, limit)}
      >
        {say(counts.of, { part: view.inUse, whole: limit })}
      </meter>
      <ul class="facts">
        {view.overBy > 0 && <li>{count(meter.overBy, view.overBy)}</li>}
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
      <p>
        <a href={`${PATHS.licensing}#limit`}>{now.raise}</a>
      </p>
    </section>
  );
};
