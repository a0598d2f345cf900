/** R3: how many licences of a pool and of people's own would have been cheapest, and for whom. */
import type { MixPerson, MixView } from "../../../audit/usage/mix-query.ts";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { holderPath, PATHS } from "../../paths.ts";
import { FiguresTable } from "../../ui/figures-table.tsx";
import { DateFields, ExportLinks, FilterFault } from "../../ui/filter.tsx";
import { fieldTies } from "../../ui/said.tsx";
import { Translated } from "../../ui/translated.tsx";
import type { UsagePeriod } from "./usage-period.ts";
import { NoRecords, UsageRoom } from "./usage-room.tsx";

/** Prices as typed; empty: none. */
export interface MixTyped {
  concurrent: string;
  named: string;
}

export interface MixPageProps {
  visitor: Person;
  view: AdminView;
  period: UsagePeriod;
  typed: MixTyped;
  wrong: keyof MixTyped | null;
  /** null: the records do not answer; undefined: nothing was asked. */
  found: MixView | null | undefined;
}

export const MixPage = ({ visitor, view, period, typed, wrong, found }: MixPageProps) => {
  const { words } = useLanguage();
  const { mix: said } = words.insight;
  return (
    <UsageRoom tab="mix" title={said.title} visitor={visitor} view={view}>
      <section class="card" aria-label={said.title}>
        <p>{said.lead}</p>
        <form class="filter" method="get" action={PATHS.mix}>
          <Price name="concurrent" label={said.concurrentPrice} value={typed.concurrent} wrong={wrong} />
          <Price name="named" label={said.namedPrice} value={typed.named} wrong={wrong} />
          <DateFields {...period.typed} wrong={period.fault?.field ?? null} />
          <button type="submit" class="button">
            {said.compute}
          </button>
          {(wrong !== null || period.fault !== null) && (
            <FilterFault>
              {wrong !== null
                ? words.problems.mixPrices
                : period.fault !== null && <Translated of={period.fault.says} />}
            </FilterFault>
          )}
        </form>
        <p class="hint">{said.priceHint}</p>
      </section>
      {found === null && <NoRecords />}
      {found?.people === 0 && (
        <section class="card">
          <p class="empty">{said.none}</p>
        </section>
      )}
      {found !== undefined && found !== null && found.people > 0 && (
        <>
          <Cheapest found={found} view={view} typed={typed} period={period} />
          <Own people={found.best.named} />
          <Sizes found={found} />
        </>
      )}
    </UsageRoom>
  );
};

const Price = (field: { name: keyof MixTyped; label: string; value: string; wrong: keyof MixTyped | null }) => (
  <div>
    <label for={`price-${field.name}`}>{field.label}</label>
    <input
      id={`price-${field.name}`}
      name={field.name}
      inputmode="decimal"
      maxlength={20}
      required
      value={field.value}
      {...fieldTies(field.wrong === field.name, "days-fault")}
    />
  </div>
);

type Found = { found: MixView };

/** What it costs, beside what there is now, and what all that rests on. */
const Cheapest = ({ found, view, typed, period }: Found & Pick<MixPageProps, "view" | "typed" | "period">) => {
  const { words, say, count, money, longDuration } = useLanguage();
  const { insight, adviceBasis, reasons } = words;
  const { mix: said } = insight;
  const { best, atLeast, brief, ignored } = found;
  const today = costToday(found, view);
  // Nothing that costs less than the least would have been enough.
  const compared = (cost: number) =>
    cost > best.cost ? said.todayMore : cost < atLeast ? said.todayShort : said.today;
  return (
    <section class="card" aria-labelledby="cheapest-title">
      <h2 id="cheapest-title">{said.cheapest}</h2>
      <p class="verdict" role="status">
        {say(said.verdict, {
          concurrent: count(said.ofPool, best.concurrent),
          named: count(said.ofOwn, best.named.length),
          cost: money(best.cost / 100),
        })}
      </p>
      {today !== null && (
        <p>
          {say(compared(today.cost), {
            concurrent: count(said.ofPool, today.concurrent),
            named: count(said.ofOwn, today.named),
            cost: money(today.cost / 100),
            saved: money(Math.max(0, today.cost - best.cost) / 100),
          })}
        </p>
      )}
      <p class="hint">{atLeast < best.cost ? say(said.bound, { least: money(atLeast / 100) }) : said.exact}</p>
      <p class="hint">
        {count(said.basis, found.days, { people: count(said.people, found.people) })}{" "}
        {say(said.assumes, { tolerance: longDuration(view.settings.refusalToleranceMs) })}
      </p>
      <ul class="facts">
        {found.exempt > 0 && <li>{count(said.exempt, found.exempt)}</li>}
        {brief > 0 && <li>{count(adviceBasis.brief, brief)}</li>}
        {ignored.map(({ reason, count: refusals }) => (
          <li>{say(said.ignored, { reason: reasons[reason], refusals: count(adviceBasis.refusals, refusals) })}</li>
        ))}
      </ul>
      <ExportLinks path={PATHS.mixFile} filter={{ ...period.typed, ...typed }} />
    </section>
  );
};

/** At the same prices; null: what there is now is no mix of a pool and named licences. */
function costToday({ prices }: MixView, { full, limit, settings }: AdminView) {
  if (full.measure === "records") return null;
  const concurrent = full.measure === "named" ? 0 : limit;
  const named = settings.named.licences;
  return { concurrent, named, cost: concurrent * prices.concurrent + named * prices.named };
}

const Own = ({ people }: { people: readonly MixPerson[] }) => {
  const { words, number, workTime } = useLanguage();
  const { mix: said, people: columns } = words.insight;
  return (
    <section class="card" aria-labelledby="own-title">
      <h2 id="own-title">{said.own}</h2>
      {people.length === 0 ? (
        <p class="empty">{said.nobody}</p>
      ) : (
        <>
          <p class="hint">{said.ownHint}</p>
          <FiguresTable
            of={columns.columns.name}
            rows={people}
            nameOf={({ id, name }) =>
              id === null ? (
                <span class="quiet">{words.refusals.erased}</span>
              ) : (
                <a class="name" href={holderPath(id)}>
                  <bdi>{name || id}</bdi>
                </a>
              )
            }
            figures={[
              [columns.columns.days, ({ days }) => number(days)],
              [said.wanted, ({ wantedMs }) => workTime(wantedMs)],
            ]}
          />
        </>
      )}
    </section>
  );
};

const Sizes = ({ found: { sizes, best } }: Found) => {
  const { words, number, money } = useLanguage();
  const { mix: said } = words.insight;
  return (
    <section class="card" aria-labelledby="sizes-title">
      <h2 id="sizes-title">{said.sizes}</h2>
      <p class="hint">{said.sizesHint}</p>
      <FiguresTable
        of={said.concurrent}
        rows={sizes}
        nameOf={({ concurrent }) => (
          <>
            {number(concurrent)} {concurrent === best.concurrent && <span class="tag">{said.cheapestTag}</span>}
          </>
        )}
        figures={[
          [said.named, ({ named }) => number(named.length)],
          [said.cost, ({ cost }) => money(cost / 100)],
        ]}
      />
    </section>
  );
};
