import { describe, expect, it, vi } from "vitest";
import type { TenantId } from "../../../shared/ids.ts";
import { TIMING } from "../../../shared/timing.ts";
import type { Config } from "../../../worker/config/config.ts";
import type { Ask } from "../../../worker/identity/crm/crm-question.ts";
import { createIdentityCache, type Identity } from "../../../worker/identity/identity-cache.ts";
import { createIdentitySource } from "../../../worker/identity/identity-source.ts";
import type { Preset } from "../../../worker/identity/preset/preset-schema.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { hashCredential } from "../../../worker/identity/session-credential.ts";
import type { Proof } from "../../../worker/pass/identity-cookie.ts";
import { testConfig } from "../../support/site.ts";

const ANNA = {
  id: "u1",
  login: "anna",
  name: "Anna Lindström",
  email: "anna@larch.example",
  role: "sales",
  active: true,
};
const token = (text: string): string => `Session ${btoa(text)}`;

/** Asks as a browser with these headers would make the gate ask. */
function keeper(ask: Ask, options: { preset?: Preset; config?: Partial<Config>; now?: () => number } = {}) {
  const preset = options.preset ?? loadPreset("demo");
  const source = createIdentitySource(testConfig(options.config), preset, {
    ask,
    fetchKeys: fetch,
    now: options.now ?? (() => 1_000_000),
  });
  const { readCredential } = source;
  const identity = createIdentityCache(source.find, source.lives, options.now ?? (() => 1_000_000));
  const identify = async (headers: Record<string, string>, path = "/dunmore/", proof: Proof | null = null) => {
    const request = new Request(`https://crm.example${path}`, { headers });
    const credential = readCredential({
      cookie: request.headers.get("cookie"),
      header: (name) => request.headers.get(name),
    });
    if (credential === null) return null;
    const session = await hashCredential(credential);
    return identity.identify({
      headers: request.headers,
      origin: "https://crm.example",
      path,
      credential,
      session,
      proof,
      ctx: { waitUntil: () => undefined },
    });
  };
  return { identity, identify, readCredential };
}

/** What the identity cookie of an earlier answer says. */
async function proofOf(identity: Identity | null, value = "larch_session=s1"): Promise<Proof> {
  if (identity?.kind !== "signed_in") throw new Error("nobody is signed in");
  const session = await hashCredential({ raw: `0\n${value}`, captures: {} });
  const { person: found, identifiedAt } = identity;
  const { id, name, email, role } = found;
  const person = { id, name, email, role };
  return { kind: "person", tenant: "acme" as TenantId, person, session, identifiedAt, until: identifiedAt + 1_000_000 };
}

const cookie = { cookie: "larch_session=s1" };
const answering =
  (body: unknown, status = 200): Ask =>
  () =>
    Promise.resolve(Response.json(body, { status }));

describe("[I1] the CRM says who it is", () => {
  it("signed in, anonymous, unknown", async () => {
    expect(await keeper(answering(ANNA)).identify(cookie)).toEqual({
      kind: "signed_in",
      identifiedAt: 1_000_000,
      person: {
        id: "u1",
        name: "Anna Lindström",
        email: "anna@larch.example",
        role: "user",
        groups: ["sales"],
        crmRoles: 1,
        names: ["anna", "anna@larch.example"],
      },
    });
    expect(await keeper(answering({}, 401)).identify(cookie)).toMatchObject({ kind: "anonymous" });
    for (const [body, status] of [
      [ANNA, 500],
      [{}, 200],
      [null, 200],
      ["x", 302],
      [{ id: null }, 200],
    ] as const) {
      expect(await keeper(answering(body, status)).identify(cookie)).toMatchObject({ kind: "unknown" });
    }
  });

  it("a person who may not work counts as nobody", async () => {
    for (const active of [false, 0, null]) {
      expect(await keeper(answering({ ...ANNA, active })).identify(cookie)).toMatchObject({ kind: "anonymous" });
    }
  });

  it.each([
    ["HTML", () => Promise.resolve(new Response("<h1>Sign in</h1>"))],
    ["no connection", () => Promise.reject(new Error("connection refused"))],
    [
      "an answer without end",
      () => Promise.resolve(new Response(new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(65_536)) }))),
    ],
    ["an id that is no id", () => Promise.resolve(Response.json({ ...ANNA, id: "a\u0000b" }))],
    ["an id that is an object", () => Promise.resolve(Response.json({ ...ANNA, id: {} }))],
  ] as [string, Ask][])("%s is unknown, never anonymous", async (_, ask) =>
    expect(await keeper(ask).identify(cookie)).toMatchObject({ kind: "unknown" }),
  );

  it("a question that takes too long is unknown", async () => {
    const config = { timing: { ...TIMING, identityTimeoutMs: 20 } };
    const never: Ask = () => new Promise(() => undefined);
    expect(await keeper(never, { config }).identify(cookie)).toMatchObject({
      kind: "unknown",
      why: expect.stringContaining("20 ms"),
    });
  });

  it("[G10.10] a question whose answer breaks off is asked once more, one whose answer is too large is not", async () => {
    let asked = 0;
    const broken = (): Response =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.error(new Error("connection lost")),
        }),
      );
    const { identify } = keeper(() => Promise.resolve(++asked === 1 ? broken() : Response.json(ANNA)));
    expect([(await identify(cookie))?.kind, asked]).toEqual(["signed_in", 2]);
    asked = 0;
    const large = keeper(() => Promise.resolve(new Response("x".repeat(300_000 + asked++))));
    expect([(await large.identify(cookie))?.kind, asked]).toEqual(["unknown", 1]);
  });

  it("names and emails are kept within bounds", async () => {
    const odd = { ...ANNA, name: `\ud800${"x".repeat(5_000)}\n`, email: "e".repeat(300) };
    const answer = await keeper(answering(odd)).identify(cookie);
    expect(answer).toMatchObject({ kind: "signed_in", person: { email: null, name: `\ufffd${"x".repeat(79)}` } });
  });
});

describe("[I2] one question at a time, and not again for a while", () => {
  it("parallel requests of one session share a question, later ones its answer", async () => {
    const ask = vi.fn(answering(ANNA));
    let time = 1_000_000;
    const { identify } = keeper(ask, { now: () => time });
    const [first = null] = await Promise.all([identify(cookie), identify(cookie), identify(cookie)]);
    const proof = await proofOf(first);
    time += TIMING.identityLifeMs - 1;
    await identify(cookie, "/", proof);
    expect(ask).toHaveBeenCalledTimes(1);
    await identify({ cookie: "larch_session=s2" });
    expect(ask).toHaveBeenCalledTimes(2);
    time += 1;
    await identify(cookie, "/", proof);
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it("an answer to a question from before a login is not kept", async () => {
    const gate = Promise.withResolvers<Response>();
    const ask = vi.fn<Ask>(() => gate.promise);
    const { identify, identity, readCredential } = keeper(ask);
    const before = identify(cookie);
    await vi.waitFor(() => expect(ask).toHaveBeenCalledTimes(1));
    const credential = readCredential({ cookie: cookie.cookie, header: () => null });
    if (credential === null) throw new Error("there is a session");
    identity.forget(await hashCredential(credential));
    gate.resolve(Response.json({}, { status: 401 }));
    expect(await before).toMatchObject({ kind: "anonymous" });
    ask.mockImplementation(answering(ANNA));
    expect(await identify(cookie)).toMatchObject({ kind: "signed_in" });
  });

  it("[I1] a page that shows a person is not nobody's because of what that person wrote there", async () => {
    const preset = structuredClone(loadPreset("html-only")) as Preset;
    const asking = (html: string) => {
      const ask: Ask = () => Promise.resolve(new Response(html, { headers: { "content-type": "text/html" } }));
      return keeper(ask, { preset }).identify({ cookie: "SESSION=s1" });
    };
    const own = '<a href="/users/7">me</a>';
    expect((await asking('<input type="password">'))?.kind).toBe("anonymous");
    expect(await asking(own)).toMatchObject({ kind: "signed_in", person: { id: "7" } });
    expect(await asking(`${own} I write about type="password".`)).toMatchObject({
      kind: "unknown",
      why: "both anonymousWhen.1 and signedInWhen.0 fit the text, status 200 (step 0)",
    });
  });

  it("[I1] unknown keeps the earlier answer, and the CRM is not asked with every request", async () => {
    let time = 1_000_000;
    const ask = vi.fn(answering(ANNA));
    const { identify } = keeper(ask, { now: () => time });
    const proof = await proofOf(await identify(cookie));
    ask.mockImplementation(answering({}, 500));
    time += TIMING.identityLifeMs;
    for (let count = 0; count < 3; count++) {
      expect(await identify(cookie, "/", proof)).toMatchObject({ kind: "signed_in" });
    }
    expect(ask).toHaveBeenCalledTimes(2);
    expect(await identify(cookie)).toMatchObject({ kind: "unknown" });
  });
});

describe("[I9] memory counts only beside a proof of the same sign-in", () => {
  const BEN = { ...ANNA, id: "u2", login: "ben", name: "Ben" };

  it("a session that another person signed in to since is asked about by every isolate", async () => {
    const ask = vi.fn(answering(ANNA));
    const { identify } = keeper(ask);
    const anna = await proofOf(await identify(cookie));
    // Anna signs out and Ben signs in, in another isolate; the CRM keeps the value of its cookie.
    ask.mockImplementation(answering(BEN));
    expect(await identify(cookie)).toMatchObject({ person: { id: "u2" } });
    expect(ask).toHaveBeenCalledTimes(2);
    // An answer of before that reaches the browser late proves nothing against what is known since.
    expect(await identify(cookie, "/", { ...anna, identifiedAt: 999_999 })).toMatchObject({ person: { id: "u2" } });
    expect(ask).toHaveBeenCalledTimes(3);
  });

  it("a newer proof counts more than what an isolate remembers of the person before", async () => {
    let time = 1_000_000;
    const ask = vi.fn(answering(ANNA));
    const { identify } = keeper(ask, { now: () => time });
    await identify(cookie);
    const elsewhere = keeper(answering(BEN), { now: () => 1_005_000 });
    const ben = await proofOf(await elsewhere.identify(cookie));
    time = 1_006_000;
    expect(await identify(cookie, "/", ben)).toMatchObject({ person: { id: "u2" } });
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it("after a logout here an older proof no longer counts", async () => {
    let time = 1_000_000;
    const ask = vi.fn(answering(ANNA));
    const { identify, identity } = keeper(ask, { now: () => time });
    const proof = await proofOf(await identify(cookie));
    time += 1_000;
    identity.forget(proof.session);
    ask.mockImplementation(answering({}, 401));
    expect(await identify(cookie, "/", proof)).toMatchObject({ kind: "anonymous" });
  });
});

describe("[I3] Tryton, whose header says what nobody has confirmed", () => {
  const preset = loadPreset("tryton");
  const user = {
    id: 3,
    login: "anna",
    name: "Anna Berg",
    email: "mira.holm@dunmore.example",
    active: 1,
    "groups.": [{ id: 12, rec_name: "Sales" }],
  };

  it("is asked by the uid of the header, on the path's database", async () => {
    const ask = vi.fn<Ask>(answering({ id: 0, result: [user] }));
    const answer = await keeper(ask, { preset }).identify({ authorization: token("mira:3:key") });
    expect(answer).toMatchObject({ kind: "signed_in", person: { id: "3", name: "Anna Berg", role: "user" } });
    const [url, init] = ask.mock.calls[0] ?? [];
    expect(url).toBe("http://crm.test/dunmore/");
    expect(JSON.parse(String(init?.body)).params[0]).toEqual([3]);
    expect(new Headers(init?.headers).get("authorization")).toBe(token("mira:3:key"));
  });

  it("[I4] roles come from groups, and lists use the login, which people cannot change themselves", async () => {
    const roleLists = { licence_manager: [], admin: ["mira.holm@dunmore.example"], support: [] };
    expect(
      await keeper(answering({ result: [user] }), { preset, config: { roleLists } }).identify({
        authorization: token("x:3:k"),
      }),
    ).toMatchObject({ person: { role: "user" } });
    const supporter = { ...user, "groups.": [{ rec_name: "Support" }] };
    expect(
      await keeper(answering({ result: [supporter] }), { preset }).identify({ authorization: token("x:3:k") }),
    ).toMatchObject({ person: { role: "support" } });
  });

  it.each([
    ["another scheme", `Basic ${btoa("anna:secret")}`],
    ["no base64", "Session %%%"],
    ["another form", token("anna:3")],
    ["a uid that is no number", token("anna:+3:key")],
    ["one part too many", token("anna:3:key:more")],
  ])("%s is a session that cannot be asked about, never no session", async (_, authorization) => {
    const ask = vi.fn(answering({ result: [user] }));
    expect(await keeper(ask, { preset }).identify({ authorization })).toMatchObject({ kind: "unknown" });
    expect(ask).not.toHaveBeenCalled();
  });

  it("any case of the scheme is read", async () => {
    const answer = await keeper(answering({ result: [user] }), { preset }).identify({
      authorization: `sEsSion  ${btoa("anna:3:k")}`,
    });
    expect(answer).toMatchObject({ kind: "signed_in" });
  });
});

describe("questions of several steps", () => {
  it("each step must find the person signed in, and any may say who it is", async () => {
    const preset = structuredClone(loadPreset("demo"));
    preset.identity.steps.push({
      method: "GET",
      path: "/api/profile",
      anonymousWhen: [],
      signedInWhen: [{ status: 200 }],
    });
    preset.identity.person.name = { step: 1, pointer: "/full" };
    const ask = vi.fn<Ask>((url) =>
      Promise.resolve(url.endsWith("/api/me") ? Response.json(ANNA) : Response.json({ full: "A. L." })),
    );
    expect(await keeper(ask, { preset }).identify(cookie)).toMatchObject({ person: { id: "u1", name: "A. L." } });
    ask.mockImplementation((url) =>
      Promise.resolve(Response.json(ANNA, { status: url.endsWith("/api/me") ? 200 : 503 })),
    );
    expect(await keeper(ask, { preset }).identify(cookie)).toMatchObject({
      kind: "unknown",
      why: expect.stringContaining("step 1"),
    });
  });
});
