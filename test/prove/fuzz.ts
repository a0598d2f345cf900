/**
 * Bad and good input to every address, made from the wire's own schemas. No answer in the 500s but a refusal of the
 * gate (503 with its header), every refused call of the API says why, and no refused request changes anything.
 * `node test/prove/fuzz.ts [--requests N] [--seed S]`; a fault prints the request and the seed.
 */

import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { HOUR_MS } from "../../shared/durations.ts";
import { API_PATH, OWN_PATH, REFUSED_HEADER } from "../../shared/protocol.ts";
import { type Answer, type Asked, BINDING, Broken, Browser, makeAgent, PASS, send, WHO } from "./browser.ts";
import { REQUESTS, type Wish } from "./fuzz-requests.ts";
import { sessionOf } from "./plain-crm.ts";
import { type Site, startSite } from "./site.ts";
import { Violation } from "./violation.ts";

const { values } = parseArgs({
  options: { requests: { type: "string", default: "100000" }, seed: { type: "string" } },
});
const wanted = Number(values.requests);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);

/** Nothing ends by itself meanwhile, so that whatever changes was changed by a request. */
const TIMING = {
  heartbeatEveryMs: HOUR_MS,
  closingAheadMs: 2 * HOUR_MS,
  lostAfterMs: 3 * HOUR_MS,
  closeGraceMs: HOUR_MS,
  passRenewAheadMs: 0,
  waitPollMs: 20,
  waitLostAfterMs: HOUR_MS,
  claimWindowMs: HOUR_MS,
  identityLifeMs: HOUR_MS,
  // A few people send everything.
  callEveryMs: 0,
};
/** Requests under way at once. */
const AT_ONCE = 16;
/** A firm that has seen more would be slow to look at. */
const A_FIRM = 10_000;
const REPLAYS = 6;

const counts = { refused: 0, taken: 0, replayed: 0 };

interface View extends Record<string, unknown> {
  version: number;
  holders: { id: string }[];
  waiting: { id: string }[];
}

/** What a refused request must not change, as text. Ages grow by themselves, at whatever depth. */
function describeView({ version, limit, idleTimeoutMs, settings, holders, waiting }: View): string {
  const line = waiting.map(({ id }) => id);
  return JSON.stringify({ version, limit, idleTimeoutMs, settings, people: holders, line }, (key, value) =>
    key.endsWith("AgeMs") ? undefined : value,
  );
}

class Fuzz {
  readonly #site: Site;
  readonly #agent = makeAgent(AT_ONCE + 2);
  readonly #people: Record<Exclude<Wish["who"], "nobody">, Browser>;
  readonly #observer: Browser;
  readonly #tokens = new Map<string, string>();
  #version = 1;

  constructor(site: Site) {
    this.#site = site;
    const open = (session: string) => new Browser(site.port, this.#agent, session);
    this.#people = {
      anna: open(sessionOf("anna", "sales")),
      bob: open(sessionOf("bob", "sales")),
      mona: open(sessionOf("mona", "accounts")),
      sue: open(sessionOf("sue", "support")),
    };
    this.#observer = open(sessionOf("observer", "support"));
  }

  async prepare(): Promise<void> {
    await this.#observer.navigate();
    for (const policy of ["consume", "check", "reserved", "records"]) {
      const made = await this.#observer.call("admin/tokens/make", { name: policy, kind: "desktop", policy });
      this.#tokens.set(policy, JSON.parse(made.body).token);
    }
    await this.#signIn();
  }

  /** A logout among the requests takes the cookies away. */
  async #signIn(): Promise<void> {
    for (const browser of Object.values(this.#people)) {
      if (!browser.cookies.has(WHO)) await browser.navigate();
    }
  }

  /** As the firm was at first, but for the seats: a full house, or room for everybody. */
  async restore(limit: number): Promise<void> {
    for (const [name, wish] of [
      ["settings", { change: { what: "model", model: "concurrent" } }],
      ["settings", { change: { what: "pools", pools: [] } }],
      ["limit", { limit }],
    ] as const) {
      const { version } = await this.#view();
      await this.#observer.call(`admin/${name}`, { ...wish, version });
    }
  }

  end = (): void => this.#agent.destroy();

  /** Sends all at once; throws a `Violation` for an answer that must not be, and for a refused one that changed something. */
  async play(wishes: readonly Wish[]): Promise<void> {
    await this.#signIn();
    let asked = wishes;
    for (let replay = 0; asked.length > 0 && replay <= REPLAYS; replay++) {
      const before = await this.#setOut();
      const answers = await Promise.all(asked.map((wish) => this.#ask(wish)));
      const after = describeView(await this.#view());
      const refused = asked.filter((wish, index) => isHarmless(wish, answers[index] as Answer));
      if (replay === 0) {
        const count = answers.filter(({ status }) => status >= 400).length;
        counts.refused += count;
        counts.taken += answers.length - count;
      } else counts.replayed += asked.length;
      if (refused.length === asked.length) {
        if (before === after) return;
        throw new Violation(
          `one of these was refused, or only read, and changed something:\n${refused.map(show).join("\n")}\nbefore ${before}\nafter  ${after}`,
        );
      }
      // Somebody changed something rightly: the others are asked again alone.
      asked = refused;
    }
  }

  /** Seats those who can lose something, and describes the firm. */
  async #setOut(): Promise<string> {
    const view = await this.#view();
    const missing = [this.#people.anna, this.#people.mona].filter(
      (_, index) => !view.holders.some(({ id }) => id === ["anna", "mona"][index]),
    );
    if (missing.length === 0) return describeView(view);
    for (const browser of missing) await browser.call("claim", { act: "button" });
    return describeView(await this.#view());
  }

  async #view(): Promise<View> {
    const answer = await this.#observer.read("admin/view");
    if (answer.status !== 200) throw new Violation(`the administration's view: ${answer.status} ${answer.body}`);
    const view: View = JSON.parse(answer.body);
    this.#version = view.version;
    return view;
  }

  /** A small version stands for the one that holds now: else every change would be refused as stale, and no further read. */
  #makeCurrent(body: string): string {
    return body.replace(/("version":|\bversion=)\d{1,3}(?=[,}&]|$)/, `$1${this.#version}`);
  }

  async #ask(wish: Wish): Promise<Answer> {
    const { who, tampering, token, method, path } = wish;
    const body = typeof wish.body === "string" ? this.#makeCurrent(wish.body) : wish.body;
    const headers = { ...wish.headers };
    if (headers.origin === "own") headers.origin = `http://localhost:${this.#site.port}`;
    if (token !== null) headers.authorization = `Bearer ${this.#tokens.get(token) ?? `hs_abcdef_${"0".repeat(32)}`}`;
    const asked: Asked = { method, path: toAscii(path), headers, body };
    const browser = who === "nobody" ? null : this.#people[who];
    const cookie = browser === null ? "" : tamper(browser.cookies, tampering, this.#people);
    const answering =
      browser !== null && tampering === null
        ? browser.ask(asked)
        : send(this.#site.port, this.#agent, { ...asked, headers: { cookie, ...headers } });
    const answer = await answering.catch((error: unknown) => {
      throw error instanceof Broken ? new Violation(`no answer (${error.message}) to ${show(wish)}`) : error;
    });
    checkAnswer(wish, answer);
    return answer;
  }
}

/** Refused, or a look at one of Hotseat's own addresses. Not another person's session beside a pass, which ends a seat (L1.6). */
const isHarmless = ({ method, path, tampering }: Wish, { status }: Answer): boolean =>
  tampering !== "session" && (status >= 400 || ((method === "GET" || method === "HEAD") && path.startsWith(OWN_PATH)));

const toAscii = (path: string): string =>
  path.replace(/[^\x21-\x7e]/g, (odd) => encodeURIComponent(odd.toWellFormed()));

function tamper(cookies: ReadonlyMap<string, string>, how: Wish["tampering"], people: Record<string, Browser>): string {
  const changed = new Map(cookies);
  const spoil = (name: string) => {
    const value = changed.get(name) ?? "";
    const at = value.length >> 1;
    changed.set(name, `${value.slice(0, at)}${value[at] === "A" ? "B" : "A"}${value.slice(at + 1)}`);
  };
  if (how === "pass") spoil(PASS);
  if (how === "binding") spoil(BINDING);
  if (how === "who") spoil(WHO);
  if (how === "session") changed.set("larch_session", sessionOf("eve", "sales"));
  if (how === "cut") for (const [name, value] of cookies) changed.set(name, value.slice(0, value.length >> 1));
  if (how === "swapped")
    for (const [name, value] of people.sue?.cookies ?? []) if (name !== WHO) changed.set(name, value);
  const text = [...changed].map(([name, value]) => `${name}=${value}`).join("; ");
  if (how === "doubled") return `${text}; ${text}`;
  return how === "noise" ? `;;=; a; ${text}; ${WHO}; ${PASS}=; "="; \u00ff=\u00e9` : text;
}

function checkAnswer(wish: Wish, { status, headers, body }: Answer): void {
  const said = `${status} ${body.slice(0, 500)} to ${show(wish)}`;
  const isRefusal = status === 503 && headers.get(REFUSED_HEADER) !== null;
  // G4: what a browser fetches in advance is nobody's act, and gets nothing.
  const isInAdvance = status === 503 && body === "" && /prefetch/.test(wish.headers["sec-purpose"] ?? "");
  if (status >= 500 && !isRefusal && !isInAdvance) throw new Violation(said);
  if (status < 400) return;
  const gaveSeat = headers
    .getSetCookie()
    .some((cookie) => cookie.startsWith(`${PASS}=`) && !cookie.includes("Max-Age=0"));
  if (gaveSeat) throw new Violation(`a refused request got a pass: ${said}`);
  if (!wish.path.startsWith(API_PATH) || wish.method === "HEAD") return;
  const problem = headers.get("content-type") === "application/problem+json" ? JSON.parse(body) : {};
  if (typeof problem.code !== "string" || !/\w.*[.…]$/su.test(problem.detail ?? "")) {
    throw new Violation(`no reason is given: ${said}`);
  }
}

const show = (wish: Wish): string => {
  const text = JSON.stringify(wish, (_, value) => (value instanceof Uint8Array ? `bytes ${[...value]}` : value));
  return text.length > 3_000 ? `${text.slice(0, 3_000)}… (${text.length} characters)` : text;
};

/** How many of a thousand go where. */
const SHARES = { API: 220, administration: 280, "native clients": 200, forms: 100, pages: 80, gate: 120 };

async function playFirm(firm: number, size: number): Promise<void> {
  const site = await startSite({ seatLimit: 2, timing: TIMING });
  const fuzz = new Fuzz(site);
  try {
    await fuzz.prepare();
    for (let thousand = 0; thousand * 1_000 < size; thousand++) {
      await fuzz.restore(thousand % 2 === 0 ? 900 : 2);
      for (const [place, share] of Object.entries(SHARES)) {
        const arbitrary = REQUESTS[place];
        if (arbitrary === undefined) throw new Error(`there are no requests to ${place}`);
        const wishes = fc.sample(arbitrary, { seed: seed + firm * 1_000 + thousand, numRuns: share });
        for (let at = 0; at < wishes.length; at += AT_ONCE) await fuzz.play(wishes.slice(at, at + AT_ONCE));
      }
    }
  } catch (error) {
    console.error(site.lines.join("\n"));
    throw error;
  } finally {
    await site.close();
    fuzz.end();
  }
}

const begun = Date.now();
console.log(`seed ${seed}`);
try {
  for (let firm = 0; firm * A_FIRM < wanted; firm++) await playFirm(firm, Math.min(A_FIRM, wanted - firm * A_FIRM));
  const seconds = Math.round((Date.now() - begun) / 1_000);
  console.log(
    `${counts.refused + counts.taken} requests in ${seconds} s, ${counts.refused} refused, ${counts.taken} taken, ${counts.replayed} asked again alone; 0 answers in the 500s but the gate's refusals, 0 changes by refused ones`,
  );
} catch (error) {
  console.error(error instanceof Violation ? error.message : error);
  console.error(`seed ${seed}`);
  process.exitCode = 1;
}
