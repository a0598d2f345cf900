import { expect, test, vi } from "vitest";
import { sentence } from "../../../../shared/sentence.ts";
import { describeAlert } from "../../../../worker/tenant/alerts/alert-text.ts";
import {
  type AlertState,
  DENIED_GAP_MS,
  QUIET,
  watchDueAt,
  watchRow,
  watchTime,
} from "../../../../worker/tenant/alerts/alert-watch.ts";
import type { Webhook } from "../../../../worker/tenant/alerts/receiver.ts";
import { makeWebhookSecret, signMessage } from "../../../../worker/tenant/alerts/standard-webhooks.ts";
import { post, refuseAddress, sendAlert, signBody } from "../../../../worker/tenant/alerts/webhook.ts";

interface SentInit {
  headers: Record<string, string>;
  body: string;
  redirect: string;
}

const NOW = Date.UTC(2026, 10, 21, 12);
const hook: Webhook = {
  id: "h",
  kind: "generic",
  url: "https://hooks.example.com/x",
  secret: "s".repeat(40),
  on: ["full"],
};
const alert = { kind: "full" as const, at: NOW, inUse: 20, limit: 20 };
const told = { id: "acme-1", tenant: "acme", tenantName: "Acme <Ltd>" };

test.each([
  "http://hooks.example.com/x",
  "ftp://hooks.example.com/x",
  "file:///etc/passwd",
  "https://user:pass@hooks.example.com/x",
  "https://hooks.example.com:8443/x",
  "https://127.0.0.1/",
  "https://0x7f.1/",
  "https://2130706433/",
  "https://10.0.0.8/",
  "https://169.254.169.254/latest/meta-data",
  "https://[::1]/",
  "https://[fd00::1]/",
  "https://localhost/",
  "https://intranet/",
  "https://printer.local/",
  "https://db.internal./x",
  "https://metadata.google.internal/",
  "https://169.254.169.254.nip.io/",
  "https://localtest.me/",
  "https://[::ffff:10.0.0.1]/",
  "https://0/",
  "https://CRM-origin.acme.example/x",
  "https://１２７.0.0.1/",
  "not an address",
  "",
  `https://hooks.example.com/${"x".repeat(600)}`,
])("[R4] %s is refused as a receiver", async (url) => {
  const own = ["crm-origin.acme.example"];
  expect(refuseAddress("generic", url, own)?.key).toMatch(/^address/);
  const fetch = vi.fn();
  expect(await sendAlert({ ...hook, url }, alert, told, { ownHosts: own, now: NOW, fetch })).toMatchObject({
    key: expect.stringMatching(/^address/),
  });
  expect(fetch).not.toHaveBeenCalled();
});

test("[R4] public addresses are taken, Slack's and Teams' only where those are", () => {
  expect(refuseAddress("generic", "https://hooks.example.com/x?y=1", [])).toBeNull();
  expect(refuseAddress("slack", "https://hooks.slack.com/services/T/B/x", [])).toBeNull();
  expect(refuseAddress("slack", "https://hooks.slack.com.evil.example/", [])).toEqual(sentence("addressSlack"));
  expect(refuseAddress("teams", "https://acme.webhook.office.com/webhookb2/x", [])).toBeNull();
  expect(refuseAddress("teams", "https://evil.example/webhook.office.com", [])).toEqual(sentence("addressTeams"));
});

test("[R4] a generic message is signed over its time and body; a redirect is not followed; faults are sentences", async () => {
  const sent: { url: string; init: SentInit }[] = [];
  const answering = (answer: () => Response | Promise<Response>) => ({
    ownHosts: [],
    now: NOW,
    fetch: (async (url: string, init: SentInit) => {
      sent.push({ url, init });
      return answer();
    }) as unknown as typeof fetch,
  });
  expect(
    await sendAlert(
      hook,
      alert,
      told,
      answering(() => new Response("ok")),
    ),
  ).toBeNull();
  const init = sent[0]?.init;
  const headers = new Headers(init?.headers);
  expect(init?.redirect).toBe("manual");
  expect(JSON.parse(String(init?.body))).toEqual({
    id: "acme-1",
    type: "seats_full",
    tenant: "acme",
    at: "2026-11-21T12:00:00.000Z",
    timestamp: "2026-11-21T12:00:00.000Z",
    inUse: 20,
    limit: 20,
    text: "Acme <Ltd>: all 20 licences are in use. Anyone who comes now may be refused or have to wait.",
  });
  expect(headers.get("x-hotseat-signature")).toBe(await signBody(hook.secret ?? "", String(init?.body), NOW));
  expect(headers.get("x-hotseat-signature")).toMatch(/^t=1795262400,v1=[0-9a-f]{64}$/);
  expect(await signBody("another", String(init?.body), NOW)).not.toBe(headers.get("x-hotseat-signature"));
  const slack = { ...hook, kind: "slack" as const, url: "https://hooks.slack.com/services/x", secret: null };
  await sendAlert(
    slack,
    alert,
    told,
    answering(() => new Response("ok")),
  );
  expect(JSON.parse(String(sent[1]?.init.body)).text).toContain("Acme &lt;Ltd&gt;");
  const teams = { ...hook, kind: "teams" as const, url: "https://a.webhook.office.com/x", secret: null };
  await sendAlert(
    teams,
    alert,
    told,
    answering(() => new Response("ok")),
  );
  expect(String(sent[2]?.init.body)).toContain("AdaptiveCard");
  const redirect = () => new Response(null, { status: 302, headers: { location: "https://10.0.0.1/" } });
  expect(await sendAlert(hook, alert, told, answering(redirect))).toEqual(sentence("sentRedirect"));
  expect(
    await sendAlert(
      hook,
      alert,
      told,
      answering(() => new Response("", { status: 500 })),
    ),
  ).toEqual(sentence("sentStatus", { status: 500 }));
  const broken = () => Promise.reject(new Error("connection refused to 10.1.2.3"));
  expect(await sendAlert(hook, alert, told, answering(broken))).toEqual(sentence("sentNoConnection"));
  const noName = sentence("sentNoName");
  expect(
    await sendAlert(
      hook,
      alert,
      told,
      answering(() => Promise.reject(new Error("DNS lookup failed."))),
    ),
  ).toEqual(noName);
  // As Cloudflare answers for a name that nobody has.
  expect(
    await sendAlert(
      hook,
      alert,
      told,
      answering(() => new Response("", { status: 530 })),
    ),
  ).toEqual(noName);
});

test("[R4] near, full and refusals are told once per episode", () => {
  let state = QUIET;
  const told: string[] = [];
  const go = (inUse: number, kind = "seat_granted", at = NOW, limit = 20) => {
    const body = `{"id":"${at}","reason":"limit_reached"}`;
    const step = watchRow(state, { at, kind, inUse, limit, body }, 90, 0, "concurrent");
    state = step.state;
    told.push(...step.alerts.map((raised) => `${raised.kind} ${raised.inUse}`));
  };
  for (const inUse of [17, 18, 17, 18, 19, 20, 19, 20]) go(inUse);
  expect(told).toEqual(["near 18", "full 20"]);
  go(20, "denial_opened");
  go(20, "denial_opened", NOW + DENIED_GAP_MS - 1);
  go(20, "denial_opened", NOW + 2 * DENIED_GAP_MS);
  expect(told.slice(2)).toEqual(["denied 20", "denied 20"]);
  for (const inUse of [18, 16, 18, 20]) go(inUse);
  expect(told.slice(4)).toEqual(["near 18", "full 20"]);
  state = QUIET;
  told.length = 0;
  for (const inUse of [1, 0, 1]) go(inUse, "seat_granted", NOW, 1);
  expect(told).toEqual(["full 1"]);
});

test("[R1] [R4] a refusal is told once the person has been without a seat for the tolerance, and not when one came before", () => {
  const MINUTE = 60_000;
  const told: [string, number][] = [];
  let state = QUIET;
  const take = (step: ReturnType<typeof watchTime>) => {
    state = step.state;
    told.push(...step.alerts.map(({ kind, at }): [string, number] => [kind, at - NOW]));
  };
  const row = (kind: string, at: number, body: object) =>
    take(
      watchRow(
        state,
        { at: NOW + at, kind, inUse: 5, limit: 20, body: JSON.stringify(body) },
        90,
        MINUTE,
        "concurrent",
      ),
    );
  const time = (at: number) => take(watchTime(state, NOW + at, MINUTE));
  row("denial_opened", 0, { id: "a" });
  row("denial_closed", 59_999, { id: "a", outcome: "seated" });
  time(5 * MINUTE);
  expect(told).toEqual([]);
  expect(watchDueAt(state, MINUTE)).toBeNull();
  row("denial_opened", 10 * MINUTE, { id: "b" });
  row("denial_opened", 10 * MINUTE + 1, { id: "c" });
  expect(watchDueAt(state, MINUTE)).toBe(NOW + 11 * MINUTE);
  time(11 * MINUTE - 1);
  expect(told).toEqual([]);
  time(11 * MINUTE);
  // A second one so soon after is the same episode.
  time(12 * MINUTE);
  expect(told).toEqual([["denied", 11 * MINUTE]]);
  // An alarm that comes late changes nothing: the rows tell the time.
  row("denial_opened", 120 * MINUTE, { id: "d" });
  row("denial_closed", 121 * MINUTE, { id: "d", outcome: "seated" });
  expect(told).toHaveLength(2);
  // L31: that nobody is let in while it is closed was planned.
  row("denial_opened", 240 * MINUTE, { id: "x", reason: "closed_for_maintenance" });
  time(245 * MINUTE);
  expect(told).toHaveLength(2);
  // Whoever gives up was refused, however soon.
  row("denial_opened", 300 * MINUTE, { id: "e" });
  row("denial_closed", 300 * MINUTE + 5, { id: "e", outcome: "gave_up" });
  time(301 * MINUTE);
  expect(told).toHaveLength(3);
});

test("[L28] receivers hear once of people beyond the limit, and again only after nobody was", () => {
  let state: AlertState = { ...QUIET, near: true, full: true };
  let told = 0;
  const row = (kind: string, inUse: number, body: object = {}) => {
    const step = watchRow(state, { at: NOW, kind, inUse, limit: 5, body: JSON.stringify(body) }, 90, 0, "concurrent");
    state = step.state;
    told += step.alerts.filter((raised) => raised.kind === "overdraft").length;
    return told;
  };
  const overdrawn = { over: { via: "overdraft", reason: "limit_reached" } };
  expect(row("seat_granted", 5)).toBe(0);
  expect(row("seat_granted", 6, { over: { via: "observing", reason: "limit_reached" } })).toBe(0);
  expect(row("seat_granted", 6, overdrawn)).toBe(1);
  expect(row("seat_granted", 7, overdrawn)).toBe(1);
  expect(row("lease_ended", 6)).toBe(1);
  expect(row("seat_granted", 7, overdrawn)).toBe(1);
  expect(row("lease_ended", 5)).toBe(1);
  expect(row("seat_granted", 6, overdrawn)).toBe(2);
});

test("[R4] [L14] 80, 90 and 100 % of the agreed records are each told once per episode", () => {
  let state = QUIET;
  const told: string[] = [];
  const report = (count: number, agreed: number | null = 1_000) => {
    const row = { at: NOW, kind: "records_reported", inUse: 3, limit: 20, body: JSON.stringify({ count, agreed }) };
    const step = watchRow(state, row, 90, 60_000, "records");
    state = step.state;
    told.push(...step.alerts.map((raised) => describeAlert(raised, "Acme")));
  };
  const said = (count: number) => `Acme: the CRM holds ${count} records, and 1000 are agreed.`;
  for (const count of [799, 800, 805, 799, 801]) report(count);
  expect(told).toEqual([said(800)]);
  for (const count of [1_200, 1_000, 999, 990, 1_001]) report(count);
  expect(told.slice(1)).toEqual([said(1_200)]);
  for (const count of [940, 900, 1_000]) report(count);
  expect(told.slice(2)).toEqual([said(1_000)]);
  for (const count of [700, 810]) report(count);
  expect(told.slice(3)).toEqual([said(810)]);
  report(5_000, null);
  expect(told).toHaveLength(4);
});

test("[R4.1] [Q1] [Q2] a request, and how it ended, are told to a program without a name", async () => {
  const row = (kind: string, body: object) => ({ at: NOW, kind, inUse: 3, limit: 20, body: JSON.stringify(body) });
  const raise = (each: ReturnType<typeof row>) => watchRow(QUIET, each, 90, 0, "concurrent").alerts;
  const alerts = [
    ...raise(row("seats_requested", { id: "q1", kind: "more", count: 2 })),
    ...raise(row("seats_requested", { id: "q2", kind: "lower", count: 15 })),
    ...raise(row("request_decided", { id: "q1", end: "boost", person: "p1" })),
  ];
  const sent: unknown[] = [];
  const fetch = ((_: string, init: SentInit) => {
    sent.push(JSON.parse(init.body));
    return Promise.resolve(new Response());
  }) as unknown as typeof globalThis.fetch;
  for (const each of alerts) await sendAlert(hook, each, told, { ownHosts: [], now: NOW, fetch });
  const time = "2026-11-21T12:00:00.000Z";
  const base = { id: "acme-1", tenant: "acme", at: time, timestamp: time, inUse: 3, limit: 20 };
  const asked = { ...base, type: "seats_requested" };
  expect(sent).toEqual([
    { ...asked, asked: "more", count: 2, text: "Acme <Ltd>: somebody asks for more licences: 2." },
    { ...asked, asked: "lower", count: 15, text: "Acme <Ltd>: somebody asks for a limit of 15." },
    {
      ...base,
      type: "request_decided",
      ended: "boost",
      text: "Acme <Ltd>: the request for more licences was granted for a time.",
    },
  ]);
});

test("[R4] an alert of records tells the numbers to a program", async () => {
  const sent: SentInit[] = [];
  const fetch = ((_: string, init: SentInit) => {
    sent.push(init);
    return Promise.resolve(new Response());
  }) as unknown as typeof globalThis.fetch;
  const records = { ...alert, kind: "records" as const, records: { count: 950, agreed: 1_000 } };
  expect(await sendAlert({ ...hook, on: ["records"] }, records, told, { ownHosts: [], now: NOW, fetch })).toBeNull();
  expect(JSON.parse(sent[0]?.body ?? "")).toEqual({
    id: "acme-1",
    type: "records_near",
    tenant: "acme",
    at: "2026-11-21T12:00:00.000Z",
    timestamp: "2026-11-21T12:00:00.000Z",
    count: 950,
    agreed: 1_000,
    text: "Acme <Ltd>: the CRM holds 950 records, and 1000 are agreed.",
  });
});

const standard = { ...hook, secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" };

test("[R8] a signature is the one of the Standard Webhooks specification's own example", async () => {
  const body = '{"test": 2432232314}';
  const signature = await signMessage(standard.secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
  expect(signature).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("[R8] a new secret signs first and the former beside it until its time is over; older receivers sign as before", async () => {
  const headers: Headers[] = [];
  const ports = (now: number) => ({
    ownHosts: [],
    now,
    fetch: (async (_: string, init: SentInit) => {
      headers.push(new Headers(init.headers));
      return new Response("ok");
    }) as unknown as typeof fetch,
  });
  const next = { ...standard, secret: makeWebhookSecret(), former: { secret: standard.secret, until: NOW + 1_000 } };
  expect(next.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const message = { id: "acme-event-7", body: "{}" };
  for (const now of [NOW, NOW + 1_000]) await post(next, message, ports(now));
  const signed = (secret: string, now: number) => signMessage(secret, message.id, Math.floor(now / 1_000), "{}");
  expect(headers.map((each) => each.get("webhook-signature"))).toEqual([
    `${await signed(next.secret, NOW)} ${await signed(standard.secret, NOW)}`,
    await signed(next.secret, NOW + 1_000),
  ]);
  expect(headers[0]?.get("webhook-id")).toBe("acme-event-7");
  expect(headers[0]?.get("webhook-timestamp")).toBe(String(NOW / 1_000));
  expect(headers[0]?.has("x-hotseat-signature")).toBe(false);
  await post({ ...next, former: { secret: hook.secret ?? "", until: NOW + 1_000 } }, message, ports(NOW));
  expect(headers[2]?.get("x-hotseat-signature")).toBe(await signBody(hook.secret ?? "", "{}", NOW));
  expect(headers[2]?.get("webhook-signature")).toBe(await signed(next.secret, NOW));
});
