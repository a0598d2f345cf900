/** [R3] The use of each person as a page: what it says in sentences. */
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { HOUR_MS } from "../../../../../shared/durations.ts";
import { directoryStatements } from "../../../../../worker/audit/directory.ts";
import { whoCookie } from "../../../../support/site/signed-cookies.ts";
import { openSite } from "../../../../support/site.ts";
import { type EventSeed, writeEvents } from "../../../audit/audit-rows.ts";

const NAMES = { "p-1": "محمد عبد الله", "p-2": "שרה כהן", "p-3": "Anna Adams" };

test("[R3.4] [L1.8] a name that is written from the right turns no figure beside it", async () => {
  const end = Date.now() - HOUR_MS;
  const stays = Object.keys(NAMES).map((holder, place): EventSeed => {
    return { at: end + place, kind: "lease_ended", holder, body: { heldMs: (5 - place) * HOUR_MS, exempt: false } };
  });
  await writeEvents(env.RECORDS, "acme", stays);
  const people = Object.entries(NAMES).map(([person, name]) => {
    return { person, holder: `crm-${person}`, name, email: null, role: "user" as const, revision: 1 };
  });
  await env.RECORDS.batch(directoryStatements(env.RECORDS, "acme", people));
  const headers = { cookie: await whoCookie("admin"), "accept-language": "en" };
  const html = await (await openSite().ask("/.hotseat/admin/usage/people", { headers })).text();
  const [one, two, three] = Object.values(NAMES).map((name) => `<bdi>${name}</bdi>`);
  expect(html).toContain(`Most time: ${one}, ${two} and ${three}, 100% of all hours.`);
});
