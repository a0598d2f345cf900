import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { BindingId, ClientId, HolderId, SessionKey, TabId } from "../../../../shared/ids.ts";
import { RIGHT_ENDED } from "../../../../shared/live-socket.ts";
import {
  LISTEN_LIFE_MS,
  LIVE_LIFE_MS,
  LIVE_PAGES_MAX,
  listenRequest,
  liveRequest,
  OWN_LISTENERS_MAX,
} from "../../../../worker/tenant/live/live-pages.ts";
import type { Caller, Role, TenantCalls } from "../../../../worker/tenant/tenant-calls.ts";
import type { TenantSeats } from "../../../../worker/tenant/tenant-seats.ts";
import { freshFirm } from "../firm.ts";

const freshTenant = () => freshFirm("live");

const caller = (name: string, role: Role = "user", browser = "desk"): Caller => ({
  person: { id: HolderId.parse(name), name, email: null, role },
  session: SessionKey.parse(`${name}-${browser}`.padEnd(22, "_")),
});
const claim = (calls: TenantCalls, who: Caller) =>
  calls.claim({
    ...who,
    binding: BindingId.parse(`binding-of-${who.person.id}`),
    act: "navigation",
    active: true,
    clientKind: "b",
  });

/** An open page, and when it was told or closed. */
async function openPage(calls: TenantCalls, who: Caller, request = liveRequest(who)) {
  const { status, webSocket } = await calls.fetch(request);
  if (webSocket === null) throw new Error(`no socket: ${status}`);
  const told: { data: unknown; at: number }[] = [];
  let closed: number | null = null;
  webSocket.accept();
  webSocket.addEventListener("message", ({ data }) => {
    told.push({ data, at: performance.now() });
  });
  webSocket.addEventListener("close", ({ code }) => {
    closed = code;
  });
  return { socket: webSocket, told, closed: () => closed };
}

const mia = caller("mia", "licence_manager");
const anna = caller("anna");

const changes = (stub: DurableObjectStub<TenantSeats>) =>
  runInDurableObject(stub, (_, state) => Number(state.storage.sql.exec("SELECT total_changes() AS n").one().n));

test("[A5] an open page hears of a grant at once, and of a storm at most once per second", async () => {
  const { calls } = freshTenant();
  const page = await openPage(calls, mia);
  await claim(calls, anna);
  await vi.waitUntil(() => page.told.length === 1);
  for (let n = 0; n < 10; n++) {
    await calls.release(anna, null, null);
    await calls.handBack(anna.person.id, BindingId.parse("binding-of-anna"), Date.now());
    await claim(calls, anna);
  }
  await vi.waitUntil(() => page.told.length === 2, { timeout: 5_000 });
  const [first, second] = page.told;
  expect(first?.data).toBe("changed");
  // Timers may be early by a moment, by the clock that is looked at here.
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(900);
});

test("[A5] a plain heartbeat is told, too, later, and the telling writes no row", async () => {
  const { stub, calls } = freshTenant();
  await claim(calls, anna);
  const page = await openPage(calls, mia);
  const tabs = [{ id: TabId.parse("tab-of-anna"), activeAgeMs: 0 }];
  const client = ClientId.parse("client-of-anna");
  await calls.heartbeat(anna, { client, seq: 1, tabs });
  await vi.waitUntil(() => page.told.length === 1);
  // What the grant has to tell the records is out of the way by now, or is written by the alarm alone.
  await runInDurableObject(stub, async (_, state) => {
    await vi.waitUntil(() => state.storage.sql.exec("SELECT count(*) AS n FROM deliveries").one().n === 1, {
      timeout: 5_000,
    });
  });
  await runDurableObjectAlarm(stub);
  for (let seq = 2; seq < 6; seq++) await calls.heartbeat(anna, { client, seq, tabs });
  const before = await changes(stub);
  expect(page.told.length).toBe(1);
  await vi.waitUntil(() => page.told.length === 2, { timeout: 8_000 });
  expect(await changes(stub)).toBe(before);
}, 20_000);

test("[A5] signing out ends only the pages of that session, losing the role all of the person's", async () => {
  const { calls } = freshTenant();
  const [desk, phone] = [await openPage(calls, mia), await openPage(calls, caller("mia", "licence_manager", "phone"))];
  const other = await openPage(calls, caller("sue", "support"));
  await calls.signOut(mia.person.id, mia.session);
  await vi.waitUntil(() => desk.closed() !== null);
  expect([desk.closed(), phone.closed(), other.closed()]).toEqual([RIGHT_ENDED, null, null]);
  await claim(calls, caller("mia", "user", "phone"));
  await vi.waitUntil(() => phone.closed() !== null);
  expect([phone.closed(), other.closed()]).toEqual([RIGHT_ENDED, null]);
});

test("[A5] a page outlives the object's memory, and is not told once its time is over", async () => {
  const { stub, calls } = freshTenant();
  const page = await openPage(calls, mia);
  await evictDurableObject(stub, { webSockets: "hibernate" });
  await claim(calls, anna);
  await vi.waitUntil(() => page.told.length === 1);
  await evictDurableObject(stub, { webSockets: "hibernate" });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LIVE_LIFE_MS + 1 });
  try {
    await calls.release(anna, null, null);
    await vi.waitUntil(() => page.closed() !== null, { timeout: 5_000 });
    expect(page.told.length).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

test("[A5] people who may not administer get no page, a page that says anything loses its socket, and their number is bounded", async () => {
  const { calls } = freshTenant();
  expect((await calls.fetch(liveRequest(anna))).status).toBe(403);
  const page = await openPage(calls, mia);
  page.socket.send("ping");
  await vi.waitUntil(() => page.told.length === 1);
  expect(page.told[0]?.data).toBe("pong");
  page.socket.send("more");
  await vi.waitUntil(() => page.closed() !== null);
  expect(page.closed()).toBe(1003);
  for (let n = 0; n < LIVE_PAGES_MAX; n++) await openPage(calls, mia);
  expect((await calls.fetch(liveRequest(mia))).status).toBe(503);
}, 20_000);

test("[P7] a page that listens is told at once, and only about its own person, also after the object has slept", async () => {
  const { stub, calls } = freshTenant();
  const ben = caller("ben");
  await claim(calls, anna);
  const hers = await openPage(calls, anna, listenRequest(anna));
  const his = await openPage(calls, ben, listenRequest(ben));
  await evictDurableObject(stub);
  await calls.evict(mia.person, anna.person.id, "month-end");
  await vi.waitUntil(() => hers.told.length === 1);
  expect(hers.told[0]?.data).toBe("changed");
  expect(his.told).toEqual([]);
  // Signed out, a browser hears no more.
  await claim(calls, ben);
  await vi.waitUntil(() => his.told.length === 1);
  await calls.signOut(ben.person.id, ben.session);
  await vi.waitUntil(() => his.closed() === RIGHT_ENDED);
});

test("[P7] a page that listens goes on listening while its person works and the pass is renewed", async () => {
  const { calls } = freshTenant();
  await claim(calls, anna);
  const page = await openPage(calls, anna, listenRequest(anna));
  await claim(calls, anna);
  await calls.evict(mia.person, anna.person.id, "month-end");
  await vi.waitUntil(() => page.told.length + (page.closed() ?? 0) > 0);
  expect([page.told.length, page.closed()]).toEqual([1, null]);
});

test("[P7] one person's pages take nobody else's place", async () => {
  const { calls } = freshTenant();
  for (let count = 0; count < OWN_LISTENERS_MAX; count++) await openPage(calls, anna, listenRequest(anna));
  expect((await calls.fetch(listenRequest(anna))).status).toBe(503);
  await openPage(calls, caller("ben"), listenRequest(caller("ben")));
});

test("[P7] a page that has listened for long shows its right again, after what it is told", async () => {
  const { calls } = freshTenant();
  await claim(calls, anna);
  const page = await openPage(calls, anna, listenRequest(anna));
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + LISTEN_LIFE_MS });
  try {
    await calls.release(anna, null, null);
  } finally {
    vi.useRealTimers();
  }
  await vi.waitUntil(() => page.closed() !== null);
  expect([page.told.at(-1)?.data, page.closed()]).toEqual(["changed", 4408]);
});

test("[P7] a page that says anything but a ping is closed", async () => {
  const { calls } = freshTenant();
  const page = await openPage(calls, anna, listenRequest(anna));
  page.socket.send("x".repeat(100_000));
  await vi.waitUntil(() => page.closed() !== null);
  expect(page.closed()).toBe(1003);
});
