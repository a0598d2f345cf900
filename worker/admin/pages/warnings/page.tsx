/** A11: what is out of order, with what to do about each. */
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { GRAVE_WARNINGS, type WarningKind } from "../../../tenant/warnings.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { ExportLinks } from "../../ui/filter.tsx";
import { Layout } from "../../ui/layout.tsx";

/** Where it is put right; null: not on these pages. */
const REMEDY: Record<WarningKind, string | null> = {
  over_limit: PATHS.home,
  records_over: PATHS.licensing,
  pool_without_people: PATHS.licensing,
  all_reserved: PATHS.licensing,
  no_receiver: PATHS.alerts,
  receiver_deaf: PATHS.alerts,
  origin_open: null,
  no_origin_secret: null,
  records_late: null,
  chain_divided: PATHS.audit,
  without_extension: PATHS.home,
  idle_beyond_session: `${PATHS.licensing}/rules`,
};

export const WarningsPage = ({ visitor, view }: { visitor: Person; view: AdminView }) => {
  const { words, say } = useLanguage();
  const { warnings } = words;
  return (
    <Layout title={warnings.room} room="warnings" tenantName={view.tenant.name} visitor={visitor}>
      <div>
        <h1>{warnings.room}</h1>
        <p class="quiet">{warnings.intro}</p>
      </div>
      <section class="card" aria-labelledby="warnings-title">
        <h2 id="warnings-title">{warnings.title}</h2>
        {view.warnings.length === 0 ? (
          <p class="empty">{warnings.none}</p>
        ) : (
          <ul class="warnings">
            {view.warnings.map(({ kind, values }) => {
              const remedy = REMEDY[kind];
              const said: { what: string; remedy: string; link?: string } = warnings.kinds[kind];
              return (
                <li class={GRAVE_WARNINGS.has(kind) ? "is-grave" : undefined} id={kind}>
                  <p>
                    <strong>{say(said.what, values)}</strong>
                  </p>
                  <p class="hint">
                    {said.remedy} {remedy !== null && said.link !== undefined && <a href={remedy}>{said.link}</a>}
                  </p>
                </li>
              );
            })}
          </ul>
        )}
        <ExportLinks path={PATHS.warningsFile} filter={{}} />
      </section>
      <p>
        <a href={PATHS.managers}>{words.managers.title}</a>
      </p>
    </Layout>
  );
};
