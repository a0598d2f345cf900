/** How many seats are in use, and what that number is made of. */
import type { AdminView } from "../tenant/tenant-calls.ts";
import { writeDuration } from "./age.ts";
import { people, seats } from "./words.ts";

export const Usage = ({ view, passLifeMs }: { view: AdminView; passLifeMs: number }) => {
  const exempt = view.holders.filter((holder) => holder.exempt).length;
  const free = Math.max(0, view.limit - view.inUse);
  return (
    <section class="card usage" aria-labelledby="usage-title" data-live="usage">
      <h2 id="usage-title" class="visually-hidden">
        Seats in use
      </h2>
      <div class="usage-head">
        <p class="figure" id="usage-figure">
          <strong>{view.inUse}</strong> of {seats(view.limit)} in use
        </p>
        {view.overBy > 0 ? (
          <p class="pill pill-bad">Over by {view.overBy}</p>
        ) : free === 0 ? (
          <p class="pill pill-warn">Full</p>
        ) : (
          <p class="pill pill-good">{free} free</p>
        )}
      </div>
      <meter
        class={view.overBy > 0 ? "gauge bad" : free === 0 ? "gauge warn" : "gauge"}
        aria-labelledby="usage-figure"
        min={0}
        max={Math.max(1, view.limit)}
        value={Math.min(view.inUse, view.limit)}
      >
        {`${view.inUse} of ${view.limit}`}
      </meter>
      <ul class="facts">
        {view.overBy > 0 && (
          <li>
            {view.overBy} more {view.overBy === 1 ? "seat is" : "seats are"} in use than the limit allows, since the
            limit was lowered. Nobody is sent away; nobody new is let in until enough seats are given back.
          </li>
        )}
        {view.draining > 0 && (
          <li>
            {view.draining} of these seats {view.draining === 1 ? "was" : "were"} just given back and{" "}
            {view.draining === 1 ? "becomes" : "become"} free within {writeDuration(passLifeMs)}, when the last
            browser’s admission has run out.
          </li>
        )}
        {exempt > 0 && (
          <li>
            {people(exempt)} of support {exempt === 1 ? "is" : "are"} signed in and not counted.
          </li>
        )}
        {view.waiting.length > 0 && <li>{people(view.waiting.length)} in line.</li>}
      </ul>
    </section>
  );
};
