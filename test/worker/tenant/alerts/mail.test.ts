/** [R10] E-mail to receivers: asked first, bounded, in their language, until they end it. */

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readHeads } from "../../../../scripts/audit/verify-audit.mjs";
import { DAY_MS } from "../../../../shared/durations.ts";
import { BindingId, HolderId, SessionKey, TenantId } from "../../../../shared/ids.ts";
import { ADMIN_PATH } from "../../../../shared/protocol.ts";
import type { Env } from "../../../../worker/config/config.ts";
import type { Outbox } from "../../../../worker/tenant/audit/outbox.ts";
import type { ReceiverWish, RecordsAnswer } from "../../../../worker/tenant/audit/records-calls.ts";
import { ReportDesk } from "../../../../worker/tenant/audit/report-desk.ts";
import { CONFIRM_WITHIN_MS, MAIL_PATH, readLink, writeLink } from "../../../../worker/tenant/mail/mail-link.ts";
import { describeMonth } from "../../../../worker/tenant/mail/report-mail.ts";
import type { Caller, Change, Role, TenantCalls } from "../../../../worker/tenant/tenant-calls.ts";
import type { TenantSeats } from "../../../../worker/tenant/tenant-seats.ts";
import { SITE } from "../../../support/site/browser.ts";
import { openOffice } from "../../../support/site/page-crm.ts";
import { openWorker } from "../../../support/site.ts";

interface Sent {
  to: string[];
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  attachments: { filename: string; content: string }[];
  key: string;
}

/** A mail service that is up or down. */
let sent: Sent[] = [];
let status = 200;
let said = "";
beforeEach(() => {
  sent = [];
  status = 200;
  said = "";
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  vi.spyOn(globalThis, "fetch").mockImplementation((async (url: string, init: RequestInit) => {
    expect(url).toBe("https://api.resend.com/emails");
    const key = new Headers(init.headers).get("idempotency-key") ?? "";
    sent.push({ ...(JSON.parse(String(init.body)) as Omit<Sent, "key">), key });
    return new Response(said, { status });
  }) as unknown as typeof fetch);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

let tenants = 0;
function openTenant(name = `mail-${++tenants}`) {
  const tenant = TenantId.parse(name);
  const stub = env.SEATS.get(env.SEATS.idFromName(tenant)) as DurableObjectStub<TenantSeats>;
  const alarm = async (laterMs: number) => {
    vi.setSystemTime(Date.now() + laterMs);
    await runDurableObjectAlarm(stub);
    await runInDurableObject(stub, () => scheduler.wait(5));
  };
  return { tenant, stub, calls: stub as unknown as TenantCalls, alarm };
}

const caller = (name: string, role: Role = "user"): Caller => ({
  person: { id: HolderId.parse(`crm-${name}`), name: `${name} Adams`, email: `${name}@acme.example`, role },
  session: SessionKey.parse(`${name}-desk`.padEnd(22, "_")),
});
const mia = caller("mia", "licence_manager").person;
const ada = caller("ada", "admin").person;
const claim = (calls: TenantCalls, who: Caller) =>
  calls.claim({
    ...who,
    binding: BindingId.parse(`binding-of-${who.person.id}`),
    act: "navigation",
    active: true,
    clientKind: "browser",
  });
const wish: ReceiverWish = {
  kind: "email",
  url: "it@acme.example",
  on: ["full"],
  language: "de",
  site: SITE,
};
async function answerOf(answer: Promise<Change<RecordsAnswer>>): Promise<RecordsAnswer> {
  const settled = await answer;
  if (!settled.ok) throw new Error(settled.error.says.key);
  return settled.value;
}
const head = (calls: TenantCalls) => answerOf(calls.records(mia, { do: "head" }));
const linkIn = (text: string): string => {
  const [link] = /https:\S+token=\S+/.exec(text) ?? [];
  if (link === undefined) throw new Error(`no link in ${text}`);
  return link;
};
const kindsOf = (stub: DurableObjectStub<TenantSeats>) =>
  runInDurableObject(stub, (_, state) =>
    state.storage.sql
      .exec<{ kind: string; body: string }>("SELECT kind, body FROM outbox WHERE kind LIKE 'receiver_%' ORDER BY seq")
      .toArray(),
  );

test("[R10] an address is asked first; by the link's button it agrees, is told, and ends it", async () => {
  const bindings: Env = { ...env, CRM: openOffice().binding, TENANT: "mail-site" };
  const maria = openWorker(bindings).browser("maria");
  await maria.navigate("/");
  const { stub, calls, alarm } = openTenant(bindings.TENANT);
  const form = { kind: "email", url: "it@acme.example", full: "yes", heads: "yes" };
  const post = (path: string, fields: Record<string, string>) =>
    maria.ask(`${ADMIN_PATH}/alerts${path}`, {
      method: "POST",
      body: new URLSearchParams(fields),
      redirect: "manual",
      headers: { origin: SITE, "accept-language": "fr" },
    });
  expect((await post("/add", form)).headers.get("location")).toContain("done=asked");
  await alarm(1_000);
  expect(sent.map(({ to, subject }) => [to, subject])).toEqual([
    [["it@acme.example"], "Acme Ltd : veuillez confirmer que vous voulez des messages de Hotseat"],
  ]);
  const pageOf = async () => (await maria.ask(`${ADMIN_PATH}/alerts`)).text();
  expect(await pageOf()).toContain("Not confirmed yet");
  // Nothing else goes there: neither a test, which asks again, nor an alert.
  const [hook] = (await head(calls)).alerts.hooks;
  expect((await post("/test", { id: hook?.id ?? "" })).headers.get("location")).toContain("done=asked");
  for (const name of ["anna", "ben"]) await claim(calls, caller(name));
  await alarm(60_000);
  expect(sent.map(({ subject }) => subject.includes("confirmer"))).toEqual([true, true]);

  const stranger = openWorker(bindings).browser(null);
  const confirm = linkIn(sent[0]?.text ?? "").slice(SITE.length);
  // Programs that look through mail open links: that alone confirms nothing.
  const question = await stranger.ask(confirm, { headers: { "accept-language": "es" } });
  expect([question.status, await question.text()]).toEqual([200, expect.stringContaining('<form method="post">')]);
  expect((await head(calls)).alerts.hooks[0]?.confirmed).toBe(false);
  const done = await stranger.ask(confirm, { method: "POST", headers: { origin: SITE } });
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining("Confirmed")]);
  expect((await head(calls)).alerts.hooks[0]?.confirmed).toBe(true);

  expect((await post("/test", { id: hook?.id ?? "" })).headers.get("location")).toContain("done=tested");
  const test = sent.at(-1);
  expect(test?.subject).toContain("Acme Ltd : ceci est un essai");
  expect(test?.html).toContain("<p>Acme Ltd");
  const stop = linkIn(test?.text ?? "");
  expect(test?.headers).toMatchObject({
    "List-Unsubscribe": `<${stop}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  });
  // As a mail program does it by itself (RFC 8058).
  const ended = await stranger.ask(stop.slice(SITE.length), {
    method: "POST",
    body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }),
  });
  expect(ended.status).toBe(200);
  expect((await head(calls)).alerts.hooks).toEqual([]);
  for (const link of [confirm, stop.slice(SITE.length)]) {
    expect((await stranger.ask(link, { method: "POST" })).status).toBe(410);
  }
  const rows = await kindsOf(stub);
  expect(rows.map(({ kind }) => kind)).toEqual(["receiver_added", "receiver_confirmed", "receiver_stopped"]);
  // The name before the @ is a person's, and stays out of the audit.
  expect(rows.every(({ body }) => body.includes('"host":"acme.example"') && !body.includes("it@"))).toBe(true);
});

test("[R10] a link is for one tenant, one receiver and one act, and counts for a week", async () => {
  const now = Date.now();
  const secrets = ["s".repeat(40)];
  const link = { tenant: "acme", receiver: "p1", act: "confirm", until: now + CONFIRM_WITHIN_MS } as const;
  const token = new URL(await writeLink(secrets, SITE, link)).searchParams.get("token") ?? "";
  expect(await readLink(secrets, "acme", token, now)).toEqual(link);
  expect(await readLink(["t".repeat(40), ...secrets], "acme", token, now)).toEqual(link);
  expect(await readLink(secrets, "other", token, now)).toBeNull();
  expect(await readLink(["t".repeat(40)], "acme", token, now)).toBeNull();
  expect(await readLink(secrets, "acme", token, now + CONFIRM_WITHIN_MS)).toBeNull();
  for (const forged of ["", "x", `${token}x`, token.slice(1)]) {
    expect(await readLink(secrets, "acme", forged, now)).toBeNull();
    const asked = await openWorker({ ...env, CRM: openOffice().binding })
      .browser(null)
      .ask(`${MAIL_PATH}?token=${forged}`);
    expect(asked.status).toBe(410);
  }
});

test("[R10] an alert is told in the receiver's language, under one id on every try, also after a restart; a refusal for good ends it", async () => {
  const { tenant, stub, calls, alarm } = openTenant();
  const added = await answerOf(calls.records(mia, { do: "add_receiver", ...wish }));
  const id = added.alerts.hooks[0]?.id ?? "";
  expect(added.secret).toBeUndefined();
  expect(await calls.settleReceiver("p-nobody", "confirm")).toBe(false);
  expect(await calls.settleReceiver(id, "confirm")).toBe(true);
  expect(await calls.settleReceiver(id, "confirm")).toBe(true);
  await alarm(1_000);
  sent.length = 0;
  status = 503;
  for (const name of ["anna", "ben"]) await claim(calls, caller(name));
  await alarm(1_000);
  expect(sent.map(({ subject }) => subject)).toEqual([expect.stringMatching(/^Acme Ltd: Alle 2 Lizenzen sind/)]);
  expect((await head(calls)).alerts).toMatchObject({
    waiting: 1,
    hooks: [{ last: { fault: { key: "mailStatus", values: { status: 503 } } } }],
  });
  await evictDurableObject(stub);
  status = 200;
  await head(calls);
  await alarm(15_000);
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  expect(sent[0]?.headers["Message-ID"]).toBe(`<${sent[0]?.key}@acme.example>`);
  expect(sent[0]?.key.startsWith(`${tenant}-p`)).toBe(true);
  expect((await head(calls)).alerts).toMatchObject({ waiting: 0, hooks: [{ last: { fault: null } }] });
  await alarm(3_600_000);
  expect(sent).toHaveLength(2);

  // An address that is given up: the message is not tried ten times.
  await calls.evict(mia, HolderId.parse("crm-anna"), "");
  await calls.evict(mia, HolderId.parse("crm-ben"), "");
  await alarm(120_000);
  status = 422;
  said = JSON.stringify({ name: "validation_error", message: "Invalid `to` field." });
  for (const name of ["cleo", "dora"]) await claim(calls, caller(name));
  await alarm(1_000);
  expect(sent).toHaveLength(3);
  expect((await head(calls)).alerts).toMatchObject({
    waiting: 0,
    hooks: [{ last: { fault: { key: "mailStatus", values: { status: 422 } } } }],
  });
});

test("[R4.1] [Q1] [Q2] a request is told to the people who may decide, with the page where they do, and how it ended", async () => {
  const { tenant, calls, alarm } = openTenant();
  const added = await answerOf(calls.records(mia, { do: "add_receiver", ...wish, on: ["requests"] }));
  await calls.settleReceiver(added.alerts.hooks[0]?.id ?? "", "confirm");
  await alarm(1_000);
  sent.length = 0;
  const mine = () => sent.filter(({ key }) => key.startsWith(`${tenant}-`));
  const asked = await calls.requestSeats(caller("anna"), { count: 3, note: "Secret words of Anna" });
  expect(asked?.ok).toBe(true);
  await alarm(1_000);
  expect(mine().map(({ subject }) => subject)).toEqual(["Acme Ltd: Jemand bittet um mehr Lizenzen: 3."]);
  expect(mine()[0]?.text).toContain(`${SITE}${ADMIN_PATH}/requests`);
  expect(JSON.stringify(mine())).not.toMatch(/anna|secret words/i);
  const view = await calls.adminView(mia);
  if (!view.ok) throw new Error(view.error.says.key);
  const decided = await calls.decideRequest(mia, "q1", { do: "raise" }, view.value.settings.version);
  expect(decided.ok).toBe(true);
  await alarm(1_000);
  expect(mine()[1]?.subject).toBe("Acme Ltd: Die Bitte um mehr Lizenzen wurde erfüllt: Das Limit ist 5.");
  expect(mine()).toHaveLength(2);
});

test("[R10] what no e-mail may be is refused with what would be right", async () => {
  const { calls } = openTenant();
  const refused = async (more: Partial<ReceiverWish>) => {
    const answer = await calls.records(mia, { do: "add_receiver", ...wish, ...more });
    return answer.ok ? null : [answer.error.field, answer.error.says.key];
  };
  expect(await refused({ url: "it@acme.example\r\nBcc: eve@evil.example" })).toEqual(["url", "addressMail"]);
  expect(await refused({ url: "https://hooks.example.com/" })).toEqual(["url", "addressMail"]);
  expect(await refused({ events: true })).toEqual(["on", "eventsSigned"]);
  expect(await refused({ on: [] })).toEqual(["on", "occasions"]);
  expect(await refused({ kind: "generic", url: "https://h.example.com/", report: true })).toEqual(["on", "reportMail"]);
  expect(await refused({ kind: "slack", url: "https://hooks.slack.com/x", heads: true })).toEqual([
    "on",
    "headsSigned",
  ]);
  expect(await refused({})).toBeNull();
  expect(await refused({ url: "IT@acme.example" })).toEqual(["url", "addressTwice"]);
});

/** ms: the midnight (UTC) after the next, so that the noon before it is still to come. */
const midnightToCome = () => (Math.floor(Date.now() / DAY_MS) + 2) * DAY_MS;

test("[R10.10] no firm makes the operator's relay a source of spam: ten questions and two hundred messages a day", async () => {
  const { calls, alarm } = openTenant();
  // Far from midnight, when the next day's begin.
  const midnight = midnightToCome();
  vi.setSystemTime(midnight - DAY_MS / 2);
  const untilLate = async () => {
    for (let hour = 0; hour < 11; hour++) await alarm(3_600_000);
  };
  for (let round = 0; round < 14; round++) {
    const added = await answerOf(calls.records(mia, { do: "add_receiver", ...wish, url: `x${round}@victim.example` }));
    await alarm(1_000);
    await answerOf(calls.records(mia, { do: "remove_receiver", id: added.alerts.hooks[0]?.id ?? "" }));
  }
  const victims = () => sent.filter(({ to }) => to[0]?.endsWith("victim.example") === true).length;
  expect(victims()).toBe(10);
  const added = await answerOf(calls.records(mia, { do: "add_receiver", ...wish, url: "late@victim.example" }));
  await alarm(1_000);
  expect(victims()).toBe(10);
  const overLimit = { waiting: 1, hooks: [{ last: { fault: { key: "mailMost" } } }] };
  expect((await head(calls)).alerts).toMatchObject(overLimit);
  await untilLate();
  expect(victims()).toBe(10);
  expect((await head(calls)).alerts).toMatchObject(overLimit);
  vi.setSystemTime(midnight);
  await alarm(1_000);
  expect(victims()).toBe(11);
  expect((await head(calls)).alerts).toMatchObject({ waiting: 0, hooks: [{ last: { fault: null } }] });
  vi.setSystemTime(midnight + 10 * 3_600_000);
  const id = added.alerts.hooks[0]?.id ?? "";
  await calls.settleReceiver(id, "confirm");
  let refusals = 0;
  for (let message = 0; message < 210; message++) {
    vi.setSystemTime(Date.now() + 30_000);
    const answer = await calls.records(mia, { do: "test_receiver", id });
    if (!answer.ok) refusals++;
  }
  expect([victims(), refusals]).toEqual([211, 10]);
  for (const name of ["anna", "ben"]) await claim(calls, caller(name));
  await untilLate();
  expect(victims()).toBe(211);
  expect((await head(calls)).alerts).toMatchObject(overLimit);
  vi.setSystemTime(midnight + DAY_MS);
  await alarm(1_000);
  expect(victims()).toBe(212);
  expect(sent.findLast(({ to }) => to[0] === "late@victim.example")?.subject).toMatch(
    /^Acme Ltd: Alle 2 Lizenzen sind/,
  );
  expect((await calls.records(mia, { do: "test_receiver", id })).ok).toBe(true);
});

test("[R10.16] an alert that has waited for days is left out, and the page says so", async () => {
  const { calls, alarm } = openTenant();
  const added = await answerOf(calls.records(mia, { do: "add_receiver", ...wish }));
  await alarm(1_000);
  await calls.settleReceiver(added.alerts.hooks[0]?.id ?? "", "confirm");
  status = 503;
  for (const name of ["anna", "ben"]) await claim(calls, caller(name));
  await alarm(1_000);
  expect((await head(calls)).alerts).toMatchObject({ waiting: 1 });
  const before = sent.length;
  status = 200;
  await alarm(4 * DAY_MS);
  expect(sent.length).toBe(before);
  expect((await head(calls)).alerts).toMatchObject({ waiting: 0, hooks: [{ last: { fault: { key: "mailOld" } } }] });
});

test("[R10.10] what the mail service does not take for now is not counted; what it refuses for good is", async () => {
  const { calls, alarm } = openTenant();
  vi.setSystemTime(midnightToCome() - DAY_MS / 2);
  status = 503;
  const added = await answerOf(calls.records(mia, { do: "add_receiver", ...wish }));
  const id = added.alerts.hooks[0]?.id ?? "";
  const tryOften = async (times: number) => {
    const faults = new Set<string | null>();
    for (let round = 0; round < times; round++) {
      vi.setSystemTime(Date.now() + 30_000);
      const answer = await calls.records(mia, { do: "test_receiver", id });
      faults.add(answer.ok ? null : answer.error.says.key);
    }
    return [...faults];
  };
  expect(await tryOften(12)).toEqual(["mailStatus"]);
  status = 200;
  await alarm(3_600_000);
  expect((await head(calls)).alerts).toMatchObject({ waiting: 0, hooks: [{ last: { fault: null } }] });
  await calls.settleReceiver(id, "confirm");
  status = 503;
  expect(await tryOften(205)).toEqual(["mailStatus"]);
  status = 200;
  expect(await tryOften(1)).toEqual([null]);
  status = 422;
  said = JSON.stringify({ name: "validation_error", message: "Invalid `to` field." });
  expect(await tryOften(199)).toEqual(["mailStatus"]);
  expect(await tryOften(1)).toEqual(["mailMost"]);
});

test("[R10] [R2] erasing a person takes the person's address out of the receivers", async () => {
  const { stub, calls, alarm } = openTenant();
  const anna = caller("anna");
  await claim(calls, anna);
  await answerOf(calls.records(mia, { do: "add_receiver", ...wish, url: "Anna@acme.example" }));
  await answerOf(calls.records(mia, { do: "add_receiver", ...wish }));
  await calls.release(anna, null, null);
  await calls.handBack(anna.person.id, BindingId.parse(`binding-of-${anna.person.id}`), Date.now());
  await alarm(120_000);
  await answerOf(calls.records(ada, { do: "erase", holder: anna.person.id }));
  expect((await head(calls)).alerts.hooks.map(({ url }) => url)).toEqual(["it@acme.example"]);
  const kept = await runInDurableObject(stub, (_, state) =>
    JSON.stringify(state.storage.sql.exec("SELECT value FROM meta WHERE name = 'alerts'").toArray()),
  );
  expect(kept).not.toMatch(/anna/i);
  expect((await kindsOf(stub)).map(({ kind }) => kind)).toEqual([
    "receiver_added",
    "receiver_added",
    "receiver_removed",
  ]);
});

/** Two receivers of the report, of whom one is told names; a month with one stay in it, delivered to the records. */
async function openMonth() {
  vi.setSystemTime(Date.UTC(2026, 9, 20, 12));
  const opened = openTenant();
  const { calls, alarm, stub } = opened;
  const report = { ...wish, on: [], heads: true, report: true };
  await answerOf(calls.records(mia, { do: "add_receiver", ...report }));
  const added = await answerOf(
    calls.records(mia, { do: "add_receiver", ...report, url: "cfo@acme.example", names: true }),
  );
  for (const { id } of added.alerts.hooks) await calls.settleReceiver(id, "confirm");
  await claim(calls, caller("anna"));
  await calls.release(caller("anna"), null, null);
  for (let round = 0; round < 3; round++) await alarm(86_400_000);
  vi.setSystemTime(Date.UTC(2026, 9, 31, 12));
  for (let round = 0; round < 3; round++) await alarm(3_000);
  // Objects of other tests have alarms of their own.
  const reports = () => sent.filter(({ key }) => key.startsWith(`${opened.tenant}-report-`));
  const kept = () =>
    runInDurableObject(stub, (_, state) => {
      const [row] = state.storage.sql
        .exec<{ value: string }>("SELECT value FROM meta WHERE name = 'report_month'")
        .toArray();
      return row?.value ?? null;
    });
  return { ...opened, reports, kept };
}

const fileOf = (message: Sent | undefined, ending: string): string => {
  const file = message?.attachments.find(({ filename }) => filename.endsWith(ending));
  return new TextDecoder().decode(Uint8Array.from(atob(file?.content ?? ""), (letter) => letter.charCodeAt(0)));
};

test("[R9.3] [R10.1] the day's signed head comes by e-mail, as the verifier reads it", async () => {
  const { calls } = await openMonth();
  const { heads } = await head(calls);
  const heading = sent.filter(({ subject }) => subject.includes("Kopf des Protokolls"));
  expect(heading.length).toBeGreaterThanOrEqual(2);
  const [newest] = heads.list;
  const last = heading.find(({ text }) => text.includes(newest?.hash ?? "?"));
  expect(last?.text).toContain(`Zeile ${newest?.seq} des Protokolls hat den Hash ${newest?.hash}.`);
  expect(readHeads(fileOf(last, ".jsonl"), heads.key)).toEqual([expect.objectContaining({ seq: newest?.seq })]);
});

test("[R10.12] [R10.13] the report on a month comes once with the first daily work of the next, with its rows and the chain's head", async () => {
  const { calls, alarm, reports, kept } = await openMonth();
  expect([reports(), await kept()]).toEqual([[], "2026-09"]);
  vi.setSystemTime(Date.UTC(2026, 10, 1, 23, 59));
  for (let round = 0; round < 4; round++) await alarm(5_000);
  const told = reports();
  expect(told.map(({ to }) => to[0]).sort()).toEqual(["cfo@acme.example", "it@acme.example"]);
  const [plain, named] = [
    told.find(({ to }) => to[0] === "it@acme.example"),
    told.find(({ to }) => to[0] === "cfo@acme.example"),
  ];
  expect(plain?.subject).toBe("Acme Ltd: Nutzung der Lizenzen im Monat 2026-10");
  expect(plain?.html).toContain("<td>2</td>");
  const { heads } = await head(calls);
  expect(plain?.text).toContain(heads.list[0]?.hash);
  expect(readHeads(fileOf(plain, ".jsonl"), heads.key)).toHaveLength(1);
  const rows = fileOf(plain, ".csv").trimEnd().split("\r\n");
  expect(rows[0]).toMatch(/^what,from,to,limit,peak/);
  expect(rows.filter((row) => row.startsWith("limit,"))).toEqual([expect.stringMatching(/^limit,2026-10-.*,2,1,0/)]);
  expect(rows.some((row) => row.startsWith("proof,"))).toBe(true);
  expect(fileOf(named, ".csv").split("\r\n")[0]).toBe(rows[0]);
  for (let day = 2; day <= 29; day++) await alarm(86_400_000);
  expect(reports()).toHaveLength(2);
  vi.setSystemTime(Date.UTC(2026, 11, 1, 23, 59));
  for (let round = 0; round < 4; round++) await alarm(5_000);
  expect(
    reports()
      .slice(2)
      .map(({ key }) => key.includes("report-2026-11-")),
  ).toEqual([true, true]);
});

test("[R10.13] without the names of people the report names neither who was uncounted nor who changed the limit", () => {
  const at = Date.UTC(2026, 9, 2);
  const seats = { from: at, to: at + 60_000, limit: 1, inUse: 2 };
  const report = {
    begins: at,
    limits: [],
    overruns: [{ ...seats, most: 1, cause: "lowered" as const, seq: 3, actor: "Mia Adams" }],
    more: false,
    moreUncounted: false,
    uncounted: [{ person: "p1", name: "Ben Adams", named: false, stays: 1, heldMs: 1_000 }],
    boosts: [],
    proof: { first: null, last: null, rows: 0 },
  };
  expect(describeMonth("2026-10", report, null, true).csv).toMatch(/Mia Adams[\s\S]*Ben Adams/);
  const { csv } = describeMonth("2026-10", report, null, false);
  expect(csv).toContain(",p1,");
  expect(csv).not.toContain("Adams");
  // Whatever a name holds, its cell is emptied and no other.
  for (const name of ['Al "Bo" Adams, Jr.', "Al\r\nproof,Adams", "=Adams", '"', "name"]) {
    const odd = { ...report, uncounted: report.uncounted.map((person) => ({ ...person, name })) };
    expect([name, describeMonth("2026-10", odd, null, false).csv]).toEqual([name, csv]);
  }
});

test("[R10.13] [R10.15] a report that waits for the mail service when somebody is erased goes out with nobody's name", async () => {
  const { stub, calls, alarm, reports } = await openMonth();
  // Support is not counted, and so named in the report.
  const sue = caller("sue", "support");
  await claim(calls, sue);
  await calls.release(sue, null, null);
  await calls.handBack(sue.person.id, BindingId.parse(`binding-of-${sue.person.id}`), Date.now());
  for (let round = 0; round < 3; round++) await alarm(60_000);
  status = 500;
  vi.setSystemTime(Date.UTC(2026, 10, 1, 23, 59));
  for (let round = 0; round < 4; round++) await alarm(5_000);
  const named = ({ to }: Sent) => to[0] === "cfo@acme.example";
  const before = fileOf(reports().find(named), ".csv");
  expect(before).toContain("sue Adams");
  await answerOf(calls.records(ada, { do: "erase", holder: sue.person.id }));
  const waiting = await runInDurableObject(stub, (_, state) =>
    JSON.stringify(state.storage.sql.exec("SELECT alert FROM alerts").toArray()),
  );
  expect(waiting).toContain("uncounted");
  expect(waiting).not.toContain("sue Adams");
  status = 200;
  sent.length = 0;
  await alarm(3_600_000);
  expect(fileOf(reports().find(named), ".csv")).toBe(before.replaceAll("sue Adams", ""));
});

test("[R10.14] wherever the object is ended, the report arrives, and what arrives twice is one by its id and content", async () => {
  const ends = ["queued", "first answer lost", "both answers lost", "service down"] as const;
  for (const end of ends) {
    const { stub, calls, alarm, reports, kept } = await openMonth();
    const fall = async () => {
      await evictDurableObject(stub);
      await head(calls);
    };
    vi.setSystemTime(Date.UTC(2026, 10, 1, 23, 59));
    if (end === "service down") status = 500;
    if (end.endsWith("lost")) {
      // The service takes a message, and the object ends before it has noted that.
      let falls = end === "first answer lost" ? 1 : 2;
      vi.mocked(globalThis.fetch).mockImplementation((async (_: string, init: RequestInit) => {
        const key = new Headers(init.headers).get("idempotency-key") ?? "";
        sent.push({ ...(JSON.parse(String(init.body)) as Omit<Sent, "key">), key });
        if (!key.includes("report-") || falls-- <= 0) return new Response("");
        throw new Error("the object ends");
      }) as unknown as typeof fetch);
    }
    for (let round = 0; round < 3; round++) {
      await alarm(5_000);
      await fall();
    }
    expect([end, await kept()]).toEqual([end, "2026-10"]);
    status = 200;
    for (let round = 0; round < 4; round++) await alarm(3_600_000);
    const byKey = new Map<string, Set<string>>();
    for (const { key, ...content } of reports())
      byKey.set(key, (byKey.get(key) ?? new Set()).add(JSON.stringify(content)));
    expect([end, byKey.size, [...byKey.values()].map(({ size }) => size)]).toEqual([end, 2, [1, 1]]);
    expect((await head(calls)).alerts.waiting).toBe(0);
    sent.length = 0;
  }
}, 60_000);

test("[R10.14] a month is noted together with its messages, and not before all its rows and every erasure are in the records", async () => {
  const { stub } = openTenant();
  const told: string[] = [];
  let oldestAt: number | null = null;
  let fault: Error | null = null;
  const sentThrough = 7;
  let erasure = sentThrough;
  let erasureWhileRead: number | null = null;
  const step = (at: number) =>
    runInDurableObject(stub, async (_, state) => {
      vi.setSystemTime(at);
      const desk = new ReportDesk(state.storage.sql, {
        tenant: "acme",
        timeZone: () => "Europe/Berlin",
        outbox: () => ({ oldestAt, sentThrough, hasErasureAfter: (seq: number) => erasure > seq }) as Outbox,
        now: () => Date.now(),
        isWanted: () => true,
        read: async ({ from, to }) => {
          if (fault !== null) throw fault;
          erasure = erasureWhileRead ?? erasure;
          return {
            begins: from,
            limits: [],
            overruns: [],
            more: false,
            uncounted: [],
            moreUncounted: false,
            boosts: [],
            proof: { first: null, last: null, rows: to },
          };
        },
        transact: (write) => state.storage.transactionSync(write),
        tell: (month, report) => {
          told.push(
            `${month} ${new Date(report.begins ?? 0).toISOString()} ${new Date(report.proof.rows).toISOString()}`,
          );
          if (fault !== null) throw fault;
        },
      });
      await desk.run();
      return desk.nextAt;
    });
  const first = Date.UTC(2026, 10, 1, 23, 30);
  expect(await step(Date.UTC(2026, 9, 20))).toBeNull();
  // A row of October still waits for D1; one of November does not matter.
  oldestAt = Date.UTC(2026, 9, 31, 22, 59, 59);
  expect(await step(first)).toBe(first + 15 * 60_000);
  oldestAt = Date.UTC(2026, 9, 31, 23);
  fault = new Error("D1 does not answer");
  expect(await step(first + 1)).not.toBeNull();
  expect(told).toEqual([]);
  fault = null;
  // D1's directory still has the name of somebody erased, or had it when it was read.
  erasure = sentThrough + 1;
  expect(await step(first + 1)).not.toBeNull();
  erasure = sentThrough;
  erasureWhileRead = sentThrough + 1;
  expect(await step(first + 1)).not.toBeNull();
  expect(told).toEqual([]);
  erasure = sentThrough;
  erasureWhileRead = null;
  expect(await step(first + 2)).toBeNull();
  await step(first + 3);
  await step(first + 86_400_000);
  expect(told).toEqual(["2026-10 2026-09-30T22:00:00.000Z 2026-10-31T23:00:00.000Z"]);
});
