/** [N6] A program that makes people up leaves no more than its token's allowance. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { expect, test, vi } from "vitest";
import { BindingId, HolderId, SessionKey } from "../../../../shared/ids.ts";
import type { Caller } from "../../../../worker/tenant/tenant-calls.ts";
import { NEW_AT_ONCE, NEW_PER_SEAT } from "../../../../worker/tenant/tokens/native-people.ts";
import { groupOfToken } from "../../../../worker/tenant/tokens/token.ts";
import { caller, claim, type Firm, freshFirm } from "../firm.ts";

const SEATS = 2;
const ALLOWED = NEW_AT_ONCE + NEW_PER_SEAT * SEATS;
const MINUTE_MS = 60_000;

const through = (token: string, { person, session }: Caller): Caller => ({
  person: { ...person, groups: [groupOfToken(token)] },
  session,
});
const madeUp = (number: number, token = "desk01"): Caller =>
  through(token, {
    person: { id: HolderId.parse(`made-up-${number}`), name: `Made Up ${number}`, email: null, role: "user" },
    session: SessionKey.parse(`made-up-${number}`.padEnd(22, "_")),
  });
const claimThrough = ({ calls }: Firm, who: Caller) =>
  calls.claim({
    ...who,
    binding: BindingId.parse(who.session),
    act: "button",
    active: false,
    clientKind: "native:desktop",
    isRemembered: true,
  });
/** As if the token had named so many for the first time just now. */
const useUp = ({ stub }: Firm, token: string, people: number) =>
  runInDurableObject(stub, (_, { storage }) => {
    const used = JSON.stringify({ [token]: Date.now() + people * MINUTE_MS });
    storage.sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES ('native_new', ?)", used);
  });
const rowsKept = ({ stub }: Firm) =>
  runInDurableObject(stub, (_, { storage }) =>
    ["outbox", "native_people", "leases", "absences", "people"].map((table) =>
      Number(storage.sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n),
    ),
  );

test("[N6] beyond its allowance a token that makes people up leaves nothing, also where the object sleeps in between", async () => {
  const firm = freshFirm("made-up");
  await claimThrough(firm, madeUp(0));
  await useUp(firm, "desk01", ALLOWED - 3);
  for (let number = 1; number <= 3; number++) {
    await claimThrough(firm, madeUp(number));
    await evictDurableObject(firm.stub);
  }
  const before = await rowsKept(firm);
  for (let number = 4; number < 20; number++) {
    expect(await claimThrough(firm, madeUp(number))).toMatchObject({ granted: false, denied: { reason: "too_often" } });
    const checked = await firm.calls.check(madeUp(number).person, "native:desktop");
    expect(checked).toMatchObject({ pass: false, denied: { reason: "too_often" } });
  }
  expect(await rowsKept(firm)).toEqual(before);
});

test("[N6.3] people whom the token named before, or who were here by themselves, are no new ones", async () => {
  const firm = freshFirm("met");
  await claimThrough(firm, madeUp(1));
  await claim(firm, caller("ida"));
  await useUp(firm, "desk01", ALLOWED);
  expect(await claimThrough(firm, madeUp(1))).toMatchObject({ granted: true });
  expect(await claimThrough(firm, through("desk01", caller("ida")))).toMatchObject({ granted: true });
  expect(await claimThrough(firm, madeUp(2))).toMatchObject({ denied: { reason: "too_often" } });
  // Another token has an allowance of its own, and the house is full.
  expect(await claimThrough(firm, madeUp(2, "mail01"))).toMatchObject({ denied: { reason: "limit_reached" } });
});

test("[N6.1] a minute later one more is named", async () => {
  const firm = freshFirm("later");
  await useUp(firm, "desk01", ALLOWED);
  expect(await claimThrough(firm, madeUp(1))).toMatchObject({ denied: { reason: "too_often" } });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + MINUTE_MS });
  try {
    expect(await claimThrough(firm, madeUp(1))).toMatchObject({ granted: true });
    expect(await claimThrough(firm, madeUp(2))).toMatchObject({ denied: { reason: "too_often" } });
  } finally {
    vi.useRealTimers();
  }
});
