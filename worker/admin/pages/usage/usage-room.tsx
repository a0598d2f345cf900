/** R3: the parts of usage, each a page of its own in one frame. */
import type { Child } from "hono/jsx";
import type { AdminView, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";

const TABS = {
  usage: PATHS.usage,
  people: PATHS.peopleUse,
  teams: PATHS.teams,
  mix: PATHS.mix,
  forecast: PATHS.forecast,
} as const;
type UsageTab = keyof typeof TABS;

const UsageTabs = ({ tab }: { tab: UsageTab }) => {
  const { usageTabs } = useLanguage().words;
  return (
    <nav class="tabs" aria-label={usageTabs.label}>
      <ul>
        {(Object.keys(TABS) as UsageTab[]).map((name) => (
          <li>
            <a href={TABS[name]} aria-current={name === tab ? "page" : undefined}>
              {usageTabs[name]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
};

export interface UsageRoomProps {
  visitor: Person;
  view: AdminView;
}

export const UsageRoom = ({
  tab,
  title,
  visitor,
  view,
  children,
}: UsageRoomProps & { tab: UsageTab; title: string; children?: Child }) => {
  const { words, say, zone } = useLanguage();
  return (
    <Layout title={title} room="usage" tenantName={view.tenant.name} visitor={visitor}>
      <div class="title">
        <h1>{title}</h1>
        <p class="quiet">{say(words.filter.hours, { zone })}</p>
      </div>
      <UsageTabs tab={tab} />
      {children}
    </Layout>
  );
};

/** The records do not answer. */
export const NoRecords = () => (
  <section class="card">
    <p class="fault">{useLanguage().words.usage.noRecords}</p>
  </section>
);
