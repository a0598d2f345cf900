/** The first page before the tenant's own object, in houses of any size. */

import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { BindingId, HolderId, SessionKey } from "../../../../../shared/ids.ts";
import type { Person } from "../../../../../worker/tenant/tenant-calls.ts";
import type { TenantSeats } from "../../../../../worker/tenant/tenant-seats.ts";
import { person, SESSION } from "../../../../support/site/signed-cookies.ts";
import { openRoutes } from "../../../../support/site.ts";
import { freshFirm } from "../../../tenant/firm.ts";

/** A tenant with so many people of support in it, who are never refused, and its pages. */
async function openFull(people: number) {
  const { stub, calls } = freshFirm("now");
  await runInDurableObject(stub, async (seats: TenantSeats) => {
    for (let number = 0; number < people; number++) {
      const id = `u${number}`;
      const name = `Person ${String(number).padStart(4, "0")} ${number % 7 === 0 ? "Müller" : "Smith"}`;
      const who: Person = { id: HolderId.parse(id), name, email: `${id}@acme.example`, role: "support" };
      const session = SessionKey.parse(`${id}-desk`.padEnd(22, "_"));
      const binding = BindingId.parse(`binding-of-${id}`);
      await seats.claim({ person: who, session, binding, act: "navigation", active: true, clientKind: "browser" });
    }
  });
  const { ask } = openRoutes(calls, {
    readCaller: async () => ({ person: person("licence_manager", "mia"), session: SESSION }),
  });
  return async (query: string) => {
    const begun = performance.now();
    const answer = await ask(`/.hotseat/admin${query}`);
    const html = await answer.text();
    return { status: answer.status, html, tookMs: performance.now() - begun };
  };
}

const rowsOf = (html: string) => html.match(/<tr data-key="/g)?.length ?? 0;
const namesOf = (html: string) => [...html.matchAll(/<a class="name"[^>]*>\s*<bdi>([^<]*)</g)].map(([, name]) => name);

test.each([0, 1, 50, 5_000])(
  "[A4] %i holders are a page that a person can use",
  async (people) => {
    const look = await openFull(people);
    const first = await look("");
    expect([first.status, rowsOf(first.html)]).toEqual([200, Math.min(100, people)]);
    expect(first.html.includes('rel="next"')).toBe(people > 100);
    expect(first.html).not.toContain('rel="prev"');
    const last = await look("?sort=name-desc&page=9999");
    const pages = Math.max(1, Math.ceil(people / 100));
    expect(rowsOf(last.html)).toBe(people - (pages - 1) * 100);
    if (people === 0) expect(first.html).toContain("Nobody has a licence at the moment.");
    else expect(namesOf(last.html).at(-1)).toBe("Person 0000 Müller");
    const found = await look("?q=MULLER&sort=name-asc&page=2");
    const fits = Math.ceil(people / 7);
    expect(rowsOf(found.html)).toBe(Math.min(fits, 100));
    if (fits > 100) {
      // Every link of a found and sorted page leads to one found and sorted so.
      expect(found.html).toContain('href="/.hotseat/admin?q=MULLER&amp;sort=name-asc&amp;page=3"');
      expect(found.html).toContain('href="/.hotseat/admin?q=MULLER&amp;sort=name-desc"');
      expect(namesOf(found.html)[0]).toBe("Person 0700 Müller");
    }
    const times: number[] = [];
    for (let round = 0; round < 15; round++) times.push((await look("?live&sort=name-asc")).tookMs);
    const middle = times.sort((a, b) => a - b)[7] ?? 0;
    console.log(`A page of ${people} holders: ${middle.toFixed(1)} ms`);
    expect(middle).toBeLessThan(1_000);
  },
  60_000,
);

test("[A4] a column is sorted the other way round when it is asked for again, and what is no sort is the first", async () => {
  const look = await openFull(3);
  const plain = await look("?sort=nonsense&page=x&q=%20");
  expect(plain.html).toMatch(/aria-sort="descending"><a class="sort" href="\/\.hotseat\/admin\?sort=since-asc">/);
  expect(plain.html).toContain('<a class="sort" href="/.hotseat/admin?sort=name-asc">');
  const named = await look("?sort=name-asc");
  expect(named.html).toMatch(/aria-sort="ascending"><a class="sort" href="\/\.hotseat\/admin\?sort=name-desc">/);
  expect(named.html).toMatch(/<option value="name-asc" selected/);
  const nobody = await look("?q=%3Cb%3Enobody");
  expect(nobody.html).toContain("fits “&lt;b&gt;nobody”");
});
