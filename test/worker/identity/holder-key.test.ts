/** [L1] One person, one spelling. */

import { describe, expect, it } from "vitest";
import { keySpelling } from "../../../worker/identity/holder-key.ts";
import { holderSpelling } from "../../../worker/identity/holder-spelling.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { decideRole } from "../../../worker/identity/roles.ts";
import { personOf } from "../../../worker/identity/token/claims.ts";
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

  it("a person is one holder at the gate, however the CRM spells the login today", async () => {
    const site = new GateSite({}, byLogin);
    site.crm.people.set("other", { ...site.crm.people.get("anna"), login: "ANNA " });
    for (const session of ["anna", "other"]) await site.browser(session).navigate("/contacts");
    expect(site.tenant.claims.map((claim) => claim.person.id)).toEqual(["anna", "anna"]);
  });
});
