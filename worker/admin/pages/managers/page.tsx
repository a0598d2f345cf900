/** A12: who has more rights than a user, through what, since when. */
import type { Pool } from "../../../ledger/settings/settings.ts";
import type { Manager, Person, Role } from "../../../tenant/tenant-calls.ts";
import { type Language, useLanguage } from "../../language.ts";
import { holderPath, PATHS } from "../../paths.ts";
import { ExportLinks } from "../../ui/filter.tsx";
import { Layout } from "../../ui/layout.tsx";
import { Moment } from "../../ui/time.tsx";

export interface ManagersPageProps {
  visitor: Person;
  tenantName: string;
  managers: readonly Manager[];
  pools: readonly Pick<Pool, "id" | "name">[];
}

export const ManagersPage = ({ visitor, tenantName, managers, pools }: ManagersPageProps) => {
  const { managers: said, rights } = useLanguage().words;
  const [present, past] = [
    managers.filter(({ lostAt }) => lostAt === null),
    managers.filter(({ lostAt }) => lostAt !== null),
  ];
  return (
    <Layout title={said.title} tenantName={tenantName} visitor={visitor}>
      <div>
        <h1>{said.title}</h1>
        <p class="quiet">{said.intro}</p>
        <p>
          <a href={PATHS.rights}>{rights.link}</a>
        </p>
      </div>
      <section class="card" aria-label={said.title}>
        {present.length === 0 ? (
          <p class="empty">{said.none}</p>
        ) : (
          <Table managers={present} pools={pools} isPast={false} />
        )}
      </section>
      {past.length > 0 && (
        <section class="card" aria-labelledby="lost-title">
          <h2 id="lost-title">{said.lost}</h2>
          <Table managers={past} pools={pools} isPast />
        </section>
      )}
      <ExportLinks path={PATHS.managersFile} filter={{}} />
    </Layout>
  );
};

const Table = ({ managers, pools, isPast }: Pick<ManagersPageProps, "managers" | "pools"> & { isPast: boolean }) => {
  const language = useLanguage();
  const { managers: said } = language.words;
  const namesOf = (ids: readonly string[] | null) =>
    (ids ?? []).map((id) => pools.find((one) => one.id === id)?.name ?? id);
  const last = isPast ? said.lostAt : said.seen;
  return (
    <table>
      <caption class="visually-hidden">{isPast ? said.lost : said.title}</caption>
      <thead>
        <tr>
          {[said.person, said.role, said.through, said.since, last].map((head) => (
            <th scope="col">{head}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {managers.map(({ id, name, role, pools: of, through, since, seenAt, lostAt }) => (
          <tr>
            <th scope="row">
              <a href={holderPath(id)}>
                <bdi>{name}</bdi>
              </a>
            </th>
            <td data-label={said.role}>{sayRight(language, role, namesOf(of))}</td>
            <td data-label={said.through}>{sayThrough(language, through)}</td>
            <td data-label={said.since}>
              <Moment at={since} />
            </td>
            <td data-label={last}>
              <Moment at={lostAt ?? seenAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

/** A right, and the pools that it is limited to by name; none: it is not. */
export const sayRight = ({ words, say, list }: Language, role: Role, pools: readonly string[]): string =>
  pools.length === 0 ? words.roles[role] : say(words.rights.ofPools, { pools: list(pools) });

/** Through what a right is had, in words. */
export function sayThrough({ words, say }: Language, through: string | null): string {
  const { managers: said } = words;
  if (through === "list") return said.list;
  const [, kind, name = ""] = /^(role|group):(.*)$/s.exec(through ?? "") ?? [];
  if (kind === "role") return say(said.crmRole, { name });
  return kind === "group" ? say(said.group, { name }) : said.unknown;
}
