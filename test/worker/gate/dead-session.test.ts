/** [G9] A session that the CRM ends by itself ends the lease when the CRM says so. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { stayInOneIsolate } from "../harsh/isolates.ts";
import { House } from "./house.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const PASS = "__Host-hotseat-pass";
const answers = {
  "a 401": () => new Response("", { status: 401 }),
  "a way to the login": () => new Response(null, { status: 303, headers: { location: "/login?next=%2Fcontacts" } }),
};

describe("[G9] a session that the CRM has ended", () => {
  it.each(Object.entries(answers))("ends the lease at once, by %s", async (_, answer) => {
    const house = new House();
    const anna = house.browser("anna");
    await anna.navigate("/contacts");
    house.crm.people.delete("anna");
    house.crm.pages.set("/contacts", answer);
    const said = await anna.navigate("/contacts");
    expect(said.status).toBe(answer().status);
    expect(house.tenant.signOuts).toEqual([{ holder: "u1", session: house.tenant.claims[0]?.session }]);
    expect(anna.cookies.has(PASS)).toBe(false);
  });

  it("is asked about before it counts as ended, once in a while: a CRM says 401 for other reasons, too", async () => {
    stayInOneIsolate("each isolate remembers by itself that it has asked");
    const house = new House();
    const anna = house.browser("anna");
    await anna.navigate("/contacts");
    const before = house.crm.questions;
    house.crm.pages.set("/api/secret", answers["a 401"]);
    for (let count = 0; count < 5; count++) expect((await anna.poll("/api/secret")).status).toBe(401);
    expect(house.crm.questions).toBe(before + 1);
    expect(house.tenant.signOuts).toEqual([]);
    expect(anna.cookies.has(PASS)).toBe(true);
  });

  it("ends nothing while the CRM does not say who it is", async () => {
    const house = new House();
    const anna = house.browser("anna");
    await anna.navigate("/contacts");
    house.crm.pages.set("/api/me", () => new Response("", { status: 500 }));
    house.crm.pages.set("/contacts", answers["a 401"]);
    await anna.navigate("/contacts");
    expect(house.tenant.signOuts).toEqual([]);
    expect((await anna.poll("/api/contacts")).status).toBe(200);
  });
});
