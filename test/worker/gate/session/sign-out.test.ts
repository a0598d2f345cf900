/** [G5] [G9] Whose seat a sign-out gives back: that of the CRM's session, whatever of Hotseat's cookies comes along. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Desk, openSite, RenewingCrm, seated } from "../renewing-crm.ts";

const SESSION = "larch_session";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

/** What a program shows that keeps the CRM's cookie and none of ours. */
function alone(desk: Desk): Desk {
  const program = new Desk(desk.site);
  program.cookies.set(SESSION, desk.cookies.get(SESSION) ?? "");
  return program;
}

async function atWork(crm: RenewingCrm, login: string, site = openSite(crm)): Promise<Desk> {
  const desk = new Desk(site);
  await desk.signIn(login);
  await desk.go("/contacts");
  return desk;
}

describe("a sign-out with only the CRM's cookie", () => {
  it("ends the lease of the session that it names", async () => {
    const crm = new RenewingCrm({});
    const sue = await atWork(crm, "sue");
    const anna = await atWork(crm, "anna", sue.site);
    expect(await seated(sue)).toEqual(["Anna Adams"]);
    await alone(anna).go("/logout", { method: "POST" });
    expect(await seated(sue)).toEqual([]);
  });

  it("also where the sign-in began in a session of nobody, as with every CRM that has such sessions", async () => {
    const crm = new RenewingCrm({ keepsValue: true });
    const sue = await atWork(crm, "sue");
    const anna = new Desk(sue.site);
    anna.cookies.set(SESSION, crm.valueOf({ login: null }));
    await anna.signIn("anna");
    await anna.go("/contacts");
    expect(anna.cookies.has("__Host-hotseat-sign-in")).toBe(true);
    expect(await seated(sue)).toEqual(["Anna Adams"]);
    await alone(anna).go("/logout", { method: "POST" });
    expect(await seated(sue)).toEqual([]);
  });

  it("leaves a seat that another browser of the person uses, and everybody else's", async () => {
    const crm = new RenewingCrm({});
    const sue = await atWork(crm, "sue");
    const desk = await atWork(crm, "anna", sue.site);
    await atWork(crm, "anna", sue.site);
    await atWork(crm, "bert", sue.site);
    await alone(desk).go("/logout", { method: "POST" });
    expect(await seated(sue)).toEqual(["Anna Adams", "Bert Baker"]);
  });

  it("that is nobody's ends nothing", async () => {
    const crm = new RenewingCrm({});
    const sue = await atWork(crm, "sue");
    await atWork(crm, "anna", sue.site);
    const stranger = new Desk(sue.site);
    stranger.cookies.set(SESSION, "value-made-up");
    await stranger.go("/logout", { method: "POST" });
    expect(await seated(sue)).toEqual(["Anna Adams"]);
  });
});

it("the identity cookie of a session before, beside another's session, ends the seat of whose session it is", async () => {
  const crm = new RenewingCrm({});
  const sue = await atWork(crm, "sue");
  const anna = await atWork(crm, "anna", sue.site);
  const bert = await atWork(crm, "bert", sue.site);
  const mixed = alone(bert);
  mixed.cookies.set("__Host-hotseat-who", anna.cookies.get("__Host-hotseat-who") ?? "");
  await mixed.go("/logout", { method: "POST" });
  expect(await seated(sue)).toEqual(["Anna Adams"]);
});
