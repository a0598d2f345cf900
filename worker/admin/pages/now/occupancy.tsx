/** A4: how many seats are in use, and what that number is made of. */
import type { AdminView } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { Moment } from "../../ui/time.tsx";
import { roomPath } from "../licensing/licensing-parts.tsx";

export const Usage = ({ view, now: at, passLifeMs }: { view: AdminView; now: number; passLifeMs: number }) => {
  const { words, say, count, longDuration, list, date, parts } = useLanguage();
  const { meter, now } = words;
  const { limit } = view.effective;
  const { measure } = view.full;
  const free = Math.max(0, limit - view.inUse);
  const keptOf = view.kept.seats;
  return (
    <section class="live" aria-labelledby="usage-title" data-live="usage">
      <h2 id="usage-title" class="visually-hidden" tabindex={-1}>
        {meter.title}
      </h2>
      <div class="usage-head">
        <p class="figure" id="usage-figure">
          <Figure view={view} />
        </p>
        <Free view={view} now={at} />
      </div>
      <Bar view={view} />
      <ul class="facts">
        <Closing view={view} now={at} />
        {!view.settings.enforced && <li>{words.observing.fact}</li>}
        {view.over.overdraft > 0 && <li>{count(words.overdraft.fact, view.over.overdraft)}</li>}
        {view.over.observing > 0 && <li>{count(words.observing.over, view.over.observing)}</li>}
        {overByElse(view) > 0 && (
          <li>{count(measure === "named" ? words.fullness.named.without : meter.overBy, overByElse(view))}</li>
        )}
        {measure === "records" && <RecordFacts view={view} />}
        {(measure === "named" || measure === "mixed") && <NamedFacts view={view} />}
        {keptOf > 0 && keptOf < free && <li>{count(meter.keptOf, keptOf, { pools: list(view.kept.pools) })}</li>}
        {(measure === "concurrent" || measure === "mixed") && limit !== view.limit && (
          <li>{count(now.limitNow, limit, { limit: view.limit })}</li>
        )}
        {view.effective.pools.length > 0 && (
          <li>{parts(now.pools, { pools: <bdi>{list(view.effective.pools)}</bdi> })}</li>
        )}
        {view.effective.until !== null && <li>{say(now.until, { moment: date("moment", view.effective.until) })}</li>}
        {view.draining > 0 && <li>{count(meter.draining, view.draining, { duration: longDuration(passLifeMs) })}</li>}
        {view.exempt > 0 && <li>{count(meter.exempt, view.exempt)}</li>}
        {view.named > 0 && measure === "records" && <li>{count(now.named, view.named)}</li>}
        {view.queue > 0 && <li>{count(meter.waiting, view.queue)}</li>}
      </ul>
    </section>
  );
};

/** L31: that it is closed, or will be. */
const Closing = ({ view, now }: { view: AdminView; now: number }) => {
  const { words, parts } = useLanguage();
  const { closing } = view.settings;
  if (closing === null || closing.until <= now) return null;
  const said = parts(closing.from <= now ? words.closing.lasts : words.closing.planned, {
    from: <Moment at={closing.from} />,
    until: <Moment at={closing.until} />,
    name: <bdi>{closing.by || words.requests.somebody}</bdi>,
  });
  return (
    <li>
      {said} {/* A13: whoever manages a pool has no other page. */}
      {view.scope === null && <a href={`${roomPath("general")}#closing`}>{words.closing.title}</a>}
    </li>
  );
};

const isClosed = ({ settings: { closing } }: AdminView, now: number): boolean =>
  closing !== null && closing.from <= now && now < closing.until;

/** L10: by how many the limit is exceeded since it was lowered, and not by those whom it only observes or overdraws. */
const overByElse = ({ overBy, over }: AdminView): number => Math.max(0, overBy - over.observing - over.overdraft);
const Figure = ({ view }: { view: AdminView }) => {
  const { words, parts, number, plural } = useLanguage();
  const { fullness, meter } = words;
  const { limit } = view.effective;
  const inUse = <strong>{number(view.inUse)}</strong>;
  switch (view.full.measure) {
    case "records":
      return <>{parts(plural(fullness.records.figure, view.inUse), { count: inUse })}</>;
    case "named":
      return <>{parts(plural(fullness.named.figure, limit), { inUse, count: number(limit) })}</>;
    default:
      return <>{parts(plural(meter.figure, limit), { inUse, count: number(limit) })}</>;
  }
};

/** L14: what a firm pays for in the records model, and how many people there can be. */
const RecordFacts = ({ view }: { view: AdminView }) => {
  const { words, say } = useLanguage();
  const { records } = words.fullness;
  return (
    <>
      <li>{useRecordsSaid(view)}</li>
      <li>{say(view.full.isFull ? records.atCap : records.cap, { cap: view.effective.limit })}</li>
    </>
  );
};

function useRecordsSaid({ settings }: AdminView): string {
  const { words, say, share } = useLanguage();
  const { records } = words.fullness;
  const { agreed, count } = settings.records;
  if (count === null) return records.notCounted;
  return agreed === null
    ? say(records.counted, { count })
    : say(records.agreed, { count, agreed, share: share(count / agreed) });
}

/** L14: licences of a person's own, alone or beside the pool, and how many nobody has. */
const NamedFacts = ({ view }: { view: AdminView }) => {
  const { words, count, say } = useLanguage();
  const { named: said } = words.fullness;
  const { measure, named } = view.full;
  const unassigned = named.licences - named.assigned;
  return (
    <>
      {measure === "mixed" && <li>{say(said.beside, { inUse: named.inUse, licences: named.licences })}</li>}
      <li>{unassigned > 0 ? count(said.unassigned, unassigned) : said.allAssigned}</li>
    </>
  );
};

/** What is free, and for whom: nothing green beside somebody who waits. */
const Free = ({ view, now }: { view: AdminView; now: number }) => {
  const { words, say, count, list } = useLanguage();
  if (isClosed(view, now)) return <p class="pill pill-warn">{words.reasons.closed_for_maintenance}</p>;
  const { meter, fullness } = words;
  const free = Math.max(0, view.effective.limit - view.inUse);
  const { measure } = view.full;
  // Nobody is kept out by others: a licence that is not in use is still its person's.
  if (measure === "named") return <p class="pill">{count(fullness.named.unused, free)}</p>;
  if (measure === "records" && free > 0) return null;
  if (view.overBy > 0) return <p class="pill pill-bad">{say(meter.over, { count: view.overBy })}</p>;
  if (free === 0) return <p class="pill pill-warn">{meter.full}</p>;
  const { seats, pools } = view.kept;
  if (seats === free) return <p class="pill pill-warn">{count(meter.kept, free, { pools: list(pools) })}</p>;
  return <p class={view.queue > 0 ? "pill pill-warn" : "pill pill-good"}>{count(meter.free, free)}</p>;
};

/** Drawn by attributes, since the pages take no styles of an element's own. */
const Bar = ({ view }: { view: AdminView }) => {
  const { say, words } = useLanguage();
  const { meter, fullness } = words;
  if (view.full.measure === "records") return <RecordsBar view={view} />;
  const limit = Math.max(1, view.effective.limit);
  const inUse = Math.min(view.inUse, limit);
  const kept = view.kept.seats;
  const free = limit - inUse - kept;
  const isFull = inUse === limit && view.full.measure !== "named";
  const used = view.overBy > 0 ? "gauge-bad" : isFull ? "gauge-warn" : "gauge-used";
  return (
    <svg
      class="gauge"
      viewBox={`0 0 ${limit} 1`}
      preserveAspectRatio="none"
      role="img"
      aria-label={
        view.full.measure === "named"
          ? say(fullness.named.bar, { inUse: view.inUse, free })
          : say(meter.bar, { inUse: view.inUse, kept, free })
      }
    >
      <rect class={used} x={0} y={0} width={inUse} height={1} />
      <rect class="gauge-kept" x={inUse} y={0} width={kept} height={1} />
    </svg>
  );
};

/** The CRM's records against the agreed number; nothing where there is nothing to compare. */
const RecordsBar = ({ view }: { view: AdminView }) => {
  const { say, words } = useLanguage();
  const { agreed, count } = view.settings.records;
  if (agreed === null || count === null) return null;
  const width = Math.min(1, count / agreed);
  return (
    <svg
      class="gauge"
      viewBox="0 0 1 1"
      preserveAspectRatio="none"
      role="img"
      aria-label={say(words.fullness.records.bar, { count, agreed })}
    >
      <rect
        class={count >= agreed ? "gauge-bad" : count >= 0.8 * agreed ? "gauge-warn" : "gauge-used"}
        x={0}
        y={0}
        width={width}
        height={1}
      />
    </svg>
  );
};
