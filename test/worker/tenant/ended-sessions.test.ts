/** [I9] Sessions that were signed out, as the tenant's object remembers them. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { BindingId, ClientId, SessionKey, TabId } from "../../../shared/ids.ts";
import { TIMING } from "../../../shared/timing.ts";
import { ENDED_KEPT_OF_ONE } from "../../../worker/tenant/ended-sessions.ts";
import type { Caller } from "../../../worker/tenant/tenant-calls.ts";
import { caller, deliver, type Firm, freshFirm, sam } from "./firm.ts";

const rowsOf = ({ stub }: Firm): Promise<Record<string, SqlStorageValue>[]> =>
  runInDurableObject(stub, (_, { storage }) => storage.sql.exec("SELECT * FROM ended_sessions").toArray());
const claimAs = ({ calls }: Firm, who: Caller) =>
  calls.claim({
    ...who,
    binding: BINDING,
    act: "navigation",
    active: true,
    clientKind: "browser",
  });
const BINDING = BindingId.parse("binding-of-one-browser");
const madeUp = (number: number) => SessionKey.parse(`made-up-${number}`.padEnd(22, "_"));

test("[I9.7] [I9.8] whoever signs out of ever new sessions leaves few rows, and nothing that was signed out counts again", async () => {
  const firm = freshFirm("ended");
  const { calls, stub } = firm;
  const [anna, ben] = [caller("anna"), caller("ben")];
  const before = Date.now() - 1_000;
  const count = ENDED_KEPT_OF_ONE * 2 + 10;
  await calls.signOut(ben.person.id, ben.session);
  for (let number = 0; number < count; number++) await calls.signOut(anna.person.id, madeUp(number));
  expect((await rowsOf(firm)).length).toBeLessThanOrEqual(ENDED_KEPT_OF_ONE + 1);
  for (const number of [0, count - 1]) {
    const stale = { ...anna, session: madeUp(number), identifiedAt: before };
    expect(await claimAs(firm, stale)).toMatchObject({ granted: false, isStale: true });
  }
  await evictDurableObject(stub);
  const again = { ...anna, session: madeUp(0) };
  expect(await claimAs(firm, { ...again, identifiedAt: before })).toMatchObject({ granted: false, isStale: true });
  // Others are not asked about for it, and what she was signed out of stays so for whoever else shows it.
  expect(await claimAs(firm, { ...caller("cleo"), identifiedAt: before })).toMatchObject({ granted: true });
  expect(await claimAs(firm, { ...ben, identifiedAt: before })).toMatchObject({ granted: false, isStale: true });
  const later = Date.now() + TIMING.clockSkewMs;
  expect(await claimAs(firm, { ...again, identifiedAt: later })).toMatchObject({ granted: true });
});

test("[I9.7] every call for somebody known from before a sign-out does nothing and says so, without an error", async () => {
  const logged = vi.spyOn(console, "error");
  const firm = freshFirm("ended");
  const { calls } = firm;
  const anna = caller("anna");
  const stale = { ...anna, identifiedAt: Date.now() - 1_000 };
  const [client, tab] = [ClientId.parse("client-of-anna"), TabId.parse("tab-of-anna-1")];
  const beat = { client, seq: 1, tabs: [{ id: tab, activeAgeMs: 0 }] };
  await calls.signOut(anna.person.id, anna.session);
  await claimAs(firm, anna);
  const asks: Record<string, () => Promise<unknown>> = {
    heartbeat: () => calls.heartbeat(stale, beat),
    heartbeatText: () => calls.heartbeatText(JSON.stringify(stale), JSON.stringify(beat)),
    lastHeartbeat: () => calls.lastHeartbeat(stale, { ...beat, tabs: [] }),
    bye: () => calls.bye(stale, client, tab),
    release: () => calls.release(stale, null, null),
    wait: () => calls.wait(stale),
    leave: () => calls.leave(stale),
    status: () => calls.status(stale),
    nudge: () => calls.nudge(stale),
    answerNudge: () => calls.answerNudge(stale, false),
    handOver: () => calls.handOver(stale, "crm-ben"),
    requestSeats: () => calls.requestSeats(stale, { count: 1, note: "" }),
    judge: () => calls.judge(stale.person, stale),
  };
  for (const [name, ask] of Object.entries(asks)) expect([name, await ask()]).toEqual([name, null]);
  expect(logged).not.toHaveBeenCalled();
  // Whoever has the session now keeps the seat, and nobody asked for anything.
  expect(await calls.status(anna)).toMatchObject({ status: { state: "seated", seat: { tabs: 0 } } });
  expect(await calls.judge(anna.person, anna)).toMatchObject({ id: anna.person.id });
});

test("[R2] what a person was signed out of says no more who it was, once they are erased", async () => {
  const firm = freshFirm("ended");
  const { calls } = firm;
  const [anna, ben] = [caller("anna"), caller("ben")];
  const before = Date.now() - 1_000;
  for (const who of [anna, ben]) {
    await claimAs(firm, who);
    await calls.signOut(who.person.id, who.session);
    await calls.handBack(who.person.id, BINDING, Date.now());
  }
  for (let number = 0; number < ENDED_KEPT_OF_ONE; number++) await calls.signOut(ben.person.id, madeUp(number));
  await deliver(firm);
  for (const { person } of [anna, ben]) {
    expect(JSON.stringify(await rowsOf(firm))).toContain(person.id);
    expect(await calls.records(sam, { do: "erase", holder: person.id })).toMatchObject({ ok: true });
    expect(JSON.stringify(await rowsOf(firm))).not.toContain(person.id);
  }
  const stale = { ...anna, identifiedAt: before };
  expect(await claimAs(firm, stale)).toMatchObject({ granted: false, isStale: true });
});
