/** [G5] The gate's pages and refusals speak the reader's language. */

import { beforeEach, describe, expect, it, vi } from "vitest";
import { DENIAL_REASONS } from "../../../../shared/denial.ts";
import { answerGateAsset } from "../../../../worker/gate/gate-assets.ts";
import de from "../../../../worker/gate/words/de.json" with { type: "json" };
import en from "../../../../worker/gate/words/en.json" with { type: "json" };
import es from "../../../../worker/gate/words/es.json" with { type: "json" };
import fr from "../../../../worker/gate/words/fr.json" with { type: "json" };
import { chooseTag } from "../../../../worker/i18n/tag.ts";
import { loadPreset } from "../../../../worker/identity/preset/presets.ts";
import { GateSite, testConfig } from "../../../support/site.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

type Tree = { [name: string]: string | Tree };
const leaves = (tree: Tree, path = ""): [string, string][] =>
  Object.entries(tree).flatMap(([name, value]): [string, string][] =>
    typeof value === "string" ? [[`${path}${name}`, value]] : leaves(value, `${path}${name}.`),
  );
const placesOf = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

describe("[G5] the texts", () => {
  it.each<[string, Tree]>([
    ["fr", fr],
    ["de", de],
    ["es", es],
  ])("%s says all that English says, with the same places, in words of its own", (_, tree) => {
    const [english, other] = [new Map(leaves(en)), new Map(leaves(tree))];
    expect([...other.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [name, text] of other) {
      expect([name, placesOf(text)]).toEqual([name, placesOf(english.get(name) ?? "")]);
      expect(text.trim()).not.toBe("");
      if (name !== "contact") expect([name, text]).not.toEqual([name, english.get(name)]);
    }
  });

  it("has a title and a text for every reason, and for no other", () => {
    expect(Object.keys(en.denials).sort()).toEqual([...DENIAL_REASONS].sort());
    for (const denial of Object.values(en.denials))
      expect(denial).toEqual({ title: expect.any(String), text: expect.any(String) });
    expect(en.denials.limit_reached.title).toBe("No available licenses, please contact IT");
  });
});

describe("[G5] the reader's language", () => {
  it.each([
    [null, "en"],
    ["", "en"],
    ["de", "de"],
    ["de-CH", "de"],
    ["FR-fr,fr;q=0.9,en;q=0.8", "fr"],
    ["en;q=0.5, es;q=0.9", "es"],
    ["nl,pl;q=0.9,es;q=0.2", "es"],
    ["nl", "en"],
    ["fr;q=0, de", "de"],
    ["*", "en"],
    ["constructor,__proto__,toString", "en"],
    ["fr;q=0.1,de;q=abc", "de"],
    [",".repeat(10_000), "en"],
    [`${"x,".repeat(30)}de`, "en"],
  ])("%j: %s", (header, tag) => expect(chooseTag(header)).toBe(tag));

  it.each([
    ["en", "No available licenses, please contact IT", "2 of 2"],
    ["fr", "Aucune licence disponible", "2 sur 2"],
    ["de", "Keine Lizenz verfügbar", "2 von 2"],
    ["es", "No hay licencias disponibles", "2 de 2"],
  ])("a refused navigation in %s", async (tag, title, inUse) => {
    const site = new GateSite();
    site.tenant.refuse({ position: 2 });
    const answer = await site.browser("anna").ask("/contacts", {
      headers: { "sec-fetch-mode": "navigate", "accept-language": `${tag}-XX,${tag};q=0.9,en;q=0.1` },
    });
    const page = await answer.text();
    expect(page).toContain(`<html lang="${tag}">`);
    expect(page).toContain(title);
    expect(page).toContain(inUse);
    expect([answer.headers.get("content-language"), answer.headers.get("vary")]).toEqual([tag, "accept-language"]);
  });

  it("a page's own request is refused in it too, in the product's shape", async () => {
    const site = new GateSite({}, loadPreset("espocrm"));
    site.crm.pages.set("/api/v1/App/user", () =>
      Response.json({ user: { id: "1", userName: "anna", isActive: true, type: "regular" } }),
    );
    site.tenant.refuse();
    const headers = { cookie: "auth-token=a; auth-token-secret=b", "accept-language": "de", "sec-fetch-mode": "cors" };
    const answer = await site.browser("x").ask("/api/v1/Account", { headers });
    expect(await answer.json()).toMatchObject({ message: expect.stringContaining("Keine Lizenz verfügbar") });
  });

  it("the framed page of the agent and pages of problems too", async () => {
    const headers = { "accept-language": "es" };
    const frame = answerGateAsset(
      testConfig(),
      new Request("https://crm.acme.example/.hotseat/refused?reason=seat_idle", { headers }),
    );
    expect(await frame?.text()).toContain("Su licencia se devolvió porque estaba ausente");
    const site = new GateSite();
    site.tenant.answerClaim = () => Promise.reject(new Error("gone"));
    const busy = await site.browser("anna").ask("/contacts", { headers: { ...headers, "sec-fetch-mode": "navigate" } });
    expect(await busy.text()).toContain("El servicio de licencias está ocupado");
  });
});
