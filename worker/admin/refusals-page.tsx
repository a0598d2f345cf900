/** All refusals of the last sixty days, a hundred a page. */
import { DENIALS_A_PAGE } from "../records/denial-query.ts";
import type { Person } from "../tenant/tenant-calls.ts";
import { Layout } from "./layout.tsx";
import { PATHS } from "./paths.ts";
import { Pager, type Refusals, RefusalTable } from "./refusals.tsx";

export interface RefusalsPageProps {
  visitor: Person;
  tenantName: string;
  refusals: Refusals;
  page: number;
}

export const RefusalsPage = ({ visitor, tenantName, refusals, page }: RefusalsPageProps) => {
  const pages = Math.max(1, Math.ceil((refusals?.total ?? 0) / DENIALS_A_PAGE));
  return (
    <Layout title="Refusals" tenantName={tenantName} visitor={visitor}>
      <p class="back">
        <a href={PATHS.home}>Back to the seats</a>
      </p>
      <div class="title">
        <h1>Refusals of the last sixty days</h1>
        {refusals !== null && <p class="quiet">{refusals.total} in all. Times are in UTC.</p>}
      </div>
      <section class="card">
        {refusals !== null && refusals.total > 0 && refusals.rows.length === 0 ? (
          <p class="empty">There is no page {page}.</p>
        ) : (
          <RefusalTable refusals={refusals} />
        )}
      </section>
      {pages > 1 && <Pager page={Math.min(page, pages + 1)} pages={pages} />}
    </Layout>
  );
};
