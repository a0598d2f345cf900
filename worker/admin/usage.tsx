/** How many seats are in use, and what that number is made of. */
import type { AdminView } from "../tenant/tenant-calls.ts";
import { useLanguage } from "./language.ts";

export const Usage = ({ view, passLifeMs }: { view: AdminView; passLifeMs: number }) => {
  const { words, say, parts, count, number, plural, longDuration } = useLanguage();
  const { meter, counts } = words;
  const exempt = view.holders.filter((holder) => holder.exempt).length;
  const free = Math.max(0, view.limit - view.inUse);
  return (
    <section class="card usage" aria-labelledby="usage-title" data-live="usage">
      <h2 id="usage-title" class="visually-hidden">
        {meter.title}
      </h2>
      <div class="usage-head">
        <p class="figure" id="usage-figure">
          {parts(plural(meter.figure, view.limit), {
            inUse: <strong>{number(view.inUse)}</strong>,
            count: number(view.limit),
          })}
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
        max={Math.max(1, view.limit)}
        value={Math.min(view.inUse, view.limit)}
      >
        {say(counts.of, { part: view.inUse, whole: view.limit })}
      </meter>
      <ul class="facts">
        {view.overBy > 0 && <li>{count(meter.overBy, view.overBy)}</li>}
        {view.draining > 0 && <li>{count(meter.draining, view.draining, { duration: longDuration(passLifeMs) })}</li>}
        {exempt > 0 && <li>{count(meter.exempt, exempt)}</li>}
        {view.waiting.length > 0 && <li>{count(meter.waiting, view.waiting.length)}</li>}
      </ul>
    </section>
  );
};
