/** [L1] One person, one spelling. */

import { describe, expect, it } from "vitest";
import { keySpelling } from "../../../worker/identity/holder-key.ts";
import { holderSpelling } from "../../../worker/identity/holder-spelling.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { decideRole } from "../../../worker/identity/roles.ts";
import { personOf, readClaims } from "../../../worker/identity/token/claims.ts";
import { GateSite, testConfig } from "../../support/site.ts";

const demo = loadPreset("demo");
const byLogin = { ...demo, identity: { ...demo.identity, holder: "login" as const } };
const person = { pointer: "/email", step: 0 };
const byAddress = {
  ...demo,
  identity: { ...demo.identity, person: { ...demo.identity.person, id: person, email: person } },
};
const LISTS = { licence_manager: [], admin: [], support: ["anna@acmé.example"] };

describe("[L1] the spelling of a holder's key", () => {
  it.each(["Anna@ACMÉ.example", " anna@acmé.example ", "anna@acme\u0301.example"])("%j names one person", (key) => {
    expect(keySpelling(byLogin.identity)(key)).toBe("anna@acmé.example");
    expect(keySpelling(byAddress.identity)(key)).toBe("anna@acmé.example");
    expect(decideRole({}, LISTS, [], [key])).toBe("support");
  });

  it("an id of the CRM's stays as it is: ids may differ only by case", () => {
    expect(["0a1B", "0a1b", " 7 "].map(keySpelling(demo.identity))).toEqual(["0a1B", "0a1b", "7"]);
    expect(holderSpelling(testConfig())("Ab")).toBe("Ab");
  });

  it("a token's person is keyed by an address in one spelling, by a subject as it is", () => {
    const claims = { id: "/email", login: "/preferred_username", name: "/name", email: "/email", roles: "/roles" };
    const said = { id: "Anna@Acme.example", login: null, name: "Anna", email: "Anna@Acme.example", roles: [] };
    const keyOf = (id: string) =>
      personOf(said, { claims: { ...claims, id }, roleMap: {} } as unknown as Parameters<typeof personOf>[1], LISTS)
        ?.id;
    expect([keyOf("/email"), keyOf("/sub")]).toEqual(["anna@acme.example", "Anna@Acme.example"]);
  });

  it("[L1.7] an id that is a long number keeps every digit, so that two people never share a seat", async () => {
    const site = new GateSite({}, demo);
    const numbered = (id: string) => () =>
      new Response(`{"id":${id},"login":"anna","name":"Anna","role":"sales","active":true,"share":0.1,"size":1e300}`, {
        headers: { "content-type": "application/json" },
      });
    for (const id of ["9007199254740993", "9007199254740992", "-12345678901234567890", "42"]) {
      site.crm.pages.set("/api/me", numbered(id));
      await site.browser(`anna${id}`).navigate("/contacts");
    }
    expect(site.tenant.claims.map((claim) => claim.person.id)).toEqual([
      "9007199254740993",
      "9007199254740992",
      "-12345678901234567890",
      "42",
    ]);
  });

  it("[L1.7] a token whose id is a number that was rounded names nobody", () => {
    const claims = { id: "/uid", login: "/login", name: "/name", email: "/email", roles: "/roles" };
    const idOf = (uid: number) => readClaims({ uid }, claims).id;
    expect([idOf(7), idOf(2 ** 53), idOf(1e300)]).toEqual(["7", null, null]);
  });

  it("[I4] a role that the CRM gives as a number is mapped as its text", async () => {
    const site = new GateSite({}, { ...demo, roles: { "7": "licence_manager" } });
    site.crm.people.set("other", { ...site.crm.people.get("anna"), role: 7 } as never);
    await site.browser("other").navigate("/contacts");
    expect(site.tenant.claims.map((claim) => claim.person.role)).toEqual(["licence_manager"]);
  });

  it("a person is one holder at the gate, however the CRM spells the login today", async () => {
    const site = new GateSite({}, byLogin);
    site.crm.people.set("other", { ...site.crm.people.get("anna"), login: "ANNA " });
    for (const session of ["anna", "other"]) await site.browser(session).navigate("/contacts");
    expect(site.tenant.claims.map((claim) => claim.person.id)).toEqual(["anna", "anna"]);
  });
});
