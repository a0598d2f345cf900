/** R3: the parts of usage, each a page of its own. */
import { useLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";

const TABS = {
  usage: PATHS.usage,
  people: PATHS.peopleUse,
  teams: PATHS.teams,
  mix: PATHS.mix,
  forecast: PATHS.forecast,
} as const;
export type UsageTab = keyof typeof TABS;

export const UsageTabs = ({ tab }: { tab: UsageTab }) => {
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
