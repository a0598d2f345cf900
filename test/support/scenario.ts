/**
 * The scenario player: plays a script of people and clocks against the pure ledger.
 *
 *   0s   anna@desk navigates            -> granted
 *   5s   cleo@home navigates            -> denied limit_reached
 *   10s  anna@desk releases             => lease_ended released, seat_offered cleo
 *
 * The time stands first and is the tenant's clock. `->` is the command's answer or the person's state
 * afterwards; `=>` are events that must happen in this step (in any order, others may too); `!>` are events
 * that must not. `unheard`: the answer has not reached the browser yet. A name is a person, a name after `@` a browser: it has its own CRM session, client and
 * cookie jar. The player hands back passes as a browser would: it takes the answer, and shows that it has.
 */
import { BindingId, ClientId, HolderId, SessionKey, TabId } from "../../shared/ids.ts";
import { IDLE_TIMEOUT_MAX_MS, IDLE_TIMEOUT_MIN_MS, TIMING, type Timing } from "../../shared/timing.ts";
import { allInUse } from "../../worker/ledger/allocation/occupancy.ts";
import type { Act, Command } from "../../worker/ledger/command.ts";
import type { Event } from "../../worker/ledger/event.ts";
import { fullnessOf } from "../../worker/ledger/fullness.ts";
import { createLedger, type Ledger } from "../../worker/ledger/ledger.ts";
import type { Person, Role } from "../../worker/ledger/person.ts";
import { explainStanding } from "../../worker/ledger/read/explain.ts";
import { standingOf } from "../../worker/ledger/read/standing.ts";
import type { RequestAnswer } from "../../worker/ledger/requests.ts";
import { restoreLedger, storedHolder } from "../../worker/ledger/restore.ts";
import { initialSettings, type Settings, type SettingsChange } from "../../worker/ledger/settings/settings.ts";
import { type Step, step } from "../../worker/ledger/step.ts";

/** In the harsh mode (test/harsh.vitest.config.ts) the object loses its memory before every line. */
const IS_HARSH = process.env.HOTSEAT_HARSH === "yes";

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const ACTS: Record<string, Act> = {
  navigates: "navigation",
  reloads: "reload",
  requests: "background",
  posts: "background",
  continues: "button",
  moves: "activity",
};

export function parseMs(text: string): number {
  let total = 0;
  const rest = text.replace(/(\d+)(ms|s|m|h|d)/g, (_, count: string, unit: string) => {
    total += Number(count) * (UNITS[unit] ?? 0);
    return "";
  });
  if (rest !== "") throw new Error(`"${text}" is not a time such as 1m30s`);
  return total;
}

export const sessionOf = (name: string): SessionKey => SessionKey.parse(name.padEnd(22, "_").slice(0, 22));
const clientOf = (name: string): ClientId => ClientId.parse(`client-${name}`);
/** `itself`: the one window of a native client, named as the client is. */
const tabOf = (name: string, client: ClientId): TabId =>
  TabId.parse(name === "itself" ? client : `tab-${name.padEnd(8, "_")}`);

export interface ScenarioOptions {
  limit?: number;
  idleTimeoutMs?: number;
  timing?: Partial<Timing>;
  roles?: Record<string, Role>;
  /** Groups of the CRM, by person. */
  groups?: Record<string, readonly string[]>;
  settings?: Partial<Settings>;
  /** When the script begins; ms. */
  beginsAt?: number;
}

export class Scenario {
  ledger: Ledger;
  readonly events: Event[] = [];
  /** Told of each step of a script. */
  onStep: ((ledger: Ledger, command: Command, done: Step, at: number) => void) | null = null;
  readonly #bindings = new Map<string, BindingId>();
  #bindingsMade = 0;
  readonly #seqs = new Map<string, number>();
  readonly #roles: Record<string, Role>;
  readonly #reroled = new Map<string, Role>();
  readonly #groups: Record<string, readonly string[]>;
  readonly #firmGroups = new Map<string, readonly string[]>();
  readonly #now0: number;
  #epoch = 1;
  #isAwake = false;

  constructor(options: ScenarioOptions = {}) {
    this.#roles = options.roles ?? {};
    this.#groups = options.groups ?? {};
    this.#now0 = options.beginsAt ?? 1_000_000_000_000;
    this.ledger = createLedger(
      {
        timing: { ...TIMING, ...options.timing },
        idleTimeoutMinMs: IDLE_TIMEOUT_MIN_MS,
        idleTimeoutMaxMs: IDLE_TIMEOUT_MAX_MS,
        settings: { ...initialSettings(options.limit ?? 2, options.idleTimeoutMs ?? 20 * 60_000), ...options.settings },
        epoch: 1,
      },
      this.#now0,
    );
  }

  /** Plays a script; throws with the line that did not go as written. */
  play(script: string): this {
    for (const raw of script.split("\n")) {
      const line = raw.replace(/#.*$/, "").trim();
      if (line === "") continue;
      try {
        this.#line(line);
      } catch (error) {
        throw new Error(`in "${line}": ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return this;
  }

  /** Plays a script whose object keeps its memory, also in the harsh mode. `_why`: what needs it. */
  playAwake(_why: string, script: string): this {
    this.#isAwake = true;
    try {
      return this.play(script);
    } finally {
      this.#isAwake = false;
    }
  }

  person(name: string): Person {
    return {
      id: HolderId.parse(name),
      name,
      email: `${name}@acme.example`,
      role: this.#reroled.get(name) ?? this.#roles[name] ?? "user",
      groups: this.#groups[name] ?? [],
      ...(this.#firmGroups.has(name) ? { firmGroups: this.#firmGroups.get(name) as readonly string[] } : {}),
    };
  }

  #line(line: string): void {
    const [head = "", ...tails] = line.split(/\s+(?=->|=>|!>)/);
    const [time = "", ...words] = head.trim().split(/\s+/);
    const now = this.#now0 + parseMs(time);
    if (IS_HARSH && !this.#isAwake) this.restart(now);
    const said = words.join(" ");
    const who = words[0] ?? "";
    const { command, name } = this.#command(words, now);
    const done = this.#step(command, now);
    this.events.push(...done.events);
    if (done.outcome.type === "granted" && command.type === "claim" && !words.includes("unheard")) {
      this.#bindings.set(who, command.binding);
    }
    const binding = this.#bindings.get(who);
    const letsGo = done.outcome.type === "let_go" || command.type === "sign_out";
    if (letsGo && binding !== undefined && !words.includes("forgets") && !words.includes("unheard")) {
      this.#bindings.delete(who);
      const shown = this.#step({ type: "hand_back", holder: HolderId.parse(name), binding }, now);
      this.events.push(...shown.events);
      done.events.push(...shown.events);
    }
    if (command.type === "hand_back") this.#bindings.delete(who);
    const seen = done.events.map(describe);
    for (const tail of tails) {
      const kind = tail.slice(0, 2);
      const wanted = tail
        .slice(2)
        .split(",")
        .map((part) => part.trim());
      for (const want of wanted) {
        if (kind === "=>" && !seen.some((event) => matches(event, want)))
          throw new Error(`no event "${want}" among: ${seen.join(", ") || "none"}`);
        if (kind === "!>" && seen.some((event) => matches(event, want))) throw new Error(`event "${want}" happened`);
        if (kind === "->") this.#expect(want, said, name, done.outcome, now);
      }
    }
  }

  #step(command: Command, now: number): Step {
    const done = step(this.ledger, command, now);
    this.onStep?.(this.ledger, command, { ...done, events: [...done.events] }, Math.max(now, this.ledger.lastAt));
    return done;
  }

  #expect(want: string, said: string, name: string, outcome: ReturnType<typeof step>["outcome"], now: number): void {
    const got: string[] = [outcome.type];
    if (outcome.type === "denied") got.push(`denied ${outcome.denied.reason}`);
    if (outcome.type === "checked") got.push(outcome.pass ? "PASS" : `FAIL ${outcome.denied?.reason}`);
    if (outcome.type === "refused") got.push(`refused ${outcome.problem.code}`);
    got.push(
      `in use ${allInUse(this.ledger)}`,
      `over by ${fullnessOf(this.ledger).overBy}`,
      `limit ${this.ledger.settings.limit}`,
    );
    if (name !== "") {
      const standing = standingOf(this.ledger, this.person(name), { name: "Acme", contact: "" }, now);
      got.push(standing.state, `tabs ${standing.seat?.tabs ?? 0}`, `position ${standing.line?.position ?? "none"}`);
      got.push(`reads ${standing.denied ?? "nothing"}`);
      if (standing.draining) got.push("draining");
      if (standing.nudge) got.push("asked");
      if (standing.announcement) got.push(`told ${standing.announcement.text}`);
      else got.push("told nothing");
      if (standing.request) got.push(`request ${standing.request.end ?? "open"}`);
      got.push(standing.mayRequest ? "may request" : "may not request");
      got.push(standing.line?.mayAsk ? "may ask" : "may not ask");
      got.push(`estimate ${standing.line?.estimateMs ?? "none"}`);
      const explained = explainStanding(this.ledger, this.person(name));
      got.push(`explained ${explained.rule} ${explained.reason}`);
      if (standing.ended) got.push(`ended ${standing.ended.cause} by ${standing.ended.by} "${standing.ended.note}"`);
    }
    if (!got.includes(want)) throw new Error(`wanted "${want}" of "${said}", got: ${got.join("; ")}`);
  }

  #command(words: string[], now: number): { command: Command; name: string } {
    const [who = "", verb = "", ...rest] = words;
    if (who === "tick") return { command: { type: "tick" }, name: "" };
    if (who === "restart") {
      this.restart(now);
      return { command: { type: "tick" }, name: "" };
    }
    const name = who.split("@")[0] ?? "";
    const holder = HolderId.parse(name);
    const session = sessionOf(who.replace("@", "-"));
    const client = clientOf(who.replace("@", "-"));
    const binding = this.#bindings.get(who) ?? BindingId.parse(`binding-${++this.#bindingsMade}-of-${name}`);
    const act = ACTS[verb];
    const command = ((): Command => {
      if (act !== undefined) {
        const active = act === "navigation" || verb === "posts";
        return {
          type: "claim",
          person: this.person(name),
          session: rest[0] === "as" ? sessionOf(rest[1] ?? "") : session,
          binding,
          act,
          active,
          clientKind: "browser",
        };
      }
      switch (verb) {
        case "beats": {
          const told = Object.fromEntries(rest.map((word) => word.split("=") as [string, string]));
          const seq = told.seq === undefined ? (this.#seqs.get(who) ?? 0) + 1 : Number(told.seq);
          this.#seqs.set(who, Math.max(seq, this.#seqs.get(who) ?? 0));
          const tabs = (told.tabs ?? "").split("+").filter((tab) => tab !== "");
          const age = told.active === undefined ? null : parseMs(told.active);
          const beat = { client, seq, tabs: tabs.map((tab) => ({ id: tabOf(tab, client), activeAgeMs: age })) };
          return { type: "heartbeat", holder, session, beat };
        }
        case "closes":
          return { type: "close_tab", holder, client, tab: tabOf(rest[0] ?? "", client) };
        case "releases":
          return { type: "release", holder, client, tab: rest[0] === undefined ? null : tabOf(rest[0], client) };
        case "forgets": // releases, and never gets the answer
          return { type: "release", holder, client, tab: null };
        case "returns": // "returns 5s": said so long ago, by a client that uses its binding again
          return { type: "hand_back", holder, binding, ...(rest[0] ? { askedAt: now - parseMs(rest[0]) } : {}) };
        case "logs":
          return { type: "sign_out", holder, session };
        case "stays": // an open socket; "stays working": the person sends by it
          return { type: "stay", holder, session, active: rest[0] === "working" };
        case "waits":
          return { type: "wait", holder };
        case "leaves":
          return { type: "leave_line", holder };
        case "asks":
          return { type: "nudge", holder };
        case "keeps":
        case "gives":
          return { type: "answer_nudge", holder, keep: verb === "keeps" };
        case "hands": // "anna@desk hands cleo": gives the seat to her
          return { type: "hand_over", holder, to: this.person(rest[0] ?? "").id };
        case "erases": // "sam@desk erases anna"
          return { type: "erase", holder: HolderId.parse(rest[0] ?? "") };
        case "checks":
          return { type: "check", person: this.person(name) };
        case "regroups": // "anna regroups finance": into these groups of the firm's own
          this.#firmGroups.set(name, rest);
          return { type: "regroup", groups: new Map([[holder, rest]]) };
        case "reroles": // "anna reroles support": by the tenant's map of rights
          this.#reroled.set(name, rest[0] as Role);
          return { type: "rerole", roles: new Map([[holder, rest[0] as Role]]) };
        case "reports":
          return { type: "report_records", actor: this.person(name), count: Number(rest[0]) };
        case "changes": {
          // changes {"what":"boost",…} [of VERSION]
          const of = rest.indexOf("of");
          const json = rest.slice(0, of === -1 ? rest.length : of).join(" ");
          return {
            type: "change_settings",
            actor: this.person(name),
            change: JSON.parse(json) as SettingsChange,
            version: of === -1 ? this.ledger.settings.version : Number(rest[of + 1]),
          };
        }
        case "applies": // applies more 2 [why]; applies lower 3 [why]
          return {
            type: "request_seats",
            person: this.person(name),
            kind: rest[0] === "lower" ? "lower" : "more",
            count: Number(rest[1]),
            note: rest.slice(2).join(" "),
          };
        case "decides": {
          // decides q1 raise; decides q1 boost 2h; decides q1 lower; decides q1 decline [why]
          const [id = "", how = "", ...more] = rest;
          const answers: Record<string, RequestAnswer> = {
            raise: { do: "raise" },
            lower: { do: "lower" },
            boost: { do: "boost", lastsMs: how === "boost" ? parseMs(more[0] ?? "") : 0 },
            decline: { do: "decline", note: more.join(" ") },
          };
          const answer = answers[how];
          if (answer === undefined) throw new Error(`nothing is decided by "${how}"`);
          return {
            type: "decide_request",
            actor: this.person(name),
            id,
            answer,
            version: this.ledger.settings.version,
          };
        }
        case "looks":
          return { type: "tick" };
        case "evicts":
          return {
            type: "evict",
            actor: this.person(name),
            holder: HolderId.parse(rest[0]),
            note: rest.slice(1).join(" "),
          };
        case "limits":
          return {
            type: "set_limit",
            actor: this.person(name),
            limit: Number(rest[0]),
            version: rest[1] === undefined ? this.ledger.settings.version : Number(rest[1]),
          };
        case "idles":
          return {
            type: "set_idle_timeout",
            actor: this.person(name),
            idleTimeoutMs: parseMs(rest[0] ?? ""),
            version: this.ledger.settings.version,
          };
        default:
          throw new Error(`the player does not know "${verb}"`);
      }
    })();
    return { command, name };
  }

  /** An integration, or the extension, claims for the person as it remembers them; `ms` since the script began. */
  remember(person: Person, ms: number): void {
    const { id } = person;
    const binding = BindingId.parse(`remembered-${id}`);
    const common = { type: "claim", act: "button", active: true, clientKind: "extension", isRemembered: true } as const;
    const command = { ...common, person, session: sessionOf(`${id}-desk`), binding };
    this.events.push(...step(this.ledger, command, this.#now0 + ms).events);
  }

  /** For which reason `command` is refused, `ms` since the script began; null: it is not, or for no reason of several. */
  refusal(command: Command, ms: number): string | null {
    const { outcome } = step(this.ledger, command, this.#now0 + ms);
    return outcome.type === "refused" ? (outcome.problem.reason ?? null) : null;
  }

  /** The object loses its memory and comes back from what is stored. */
  restart(now: number): void {
    const { timing, idleTimeoutMinMs, idleTimeoutMaxMs, settings } = this.ledger;
    this.ledger = restoreLedger(
      { timing, idleTimeoutMinMs, idleTimeoutMaxMs, settings, epoch: ++this.#epoch },
      storeLedger(this.ledger),
      now,
    );
  }
}

/** Everything that a shell would have written, by way of JSON as storage would. */
export function storeLedger(ledger: Ledger) {
  const leases: [HolderId, NonNullable<ReturnType<typeof storedHolder>["lease"]>][] = [];
  const drains: [HolderId, NonNullable<ReturnType<typeof storedHolder>["drain"]>][] = [];
  const absences: [HolderId, NonNullable<ReturnType<typeof storedHolder>["absence"]>][] = [];
  const line: [HolderId, NonNullable<ReturnType<typeof storedHolder>["waiting"]>][] = [];
  const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
  for (const holder of ledger.leases.keys()) leases.push([holder, copy(storedHolder(ledger, holder).lease as never)]);
  for (const holder of ledger.drains.keys()) drains.push([holder, storedHolder(ledger, holder).drain as never]);
  for (const holder of ledger.absences.keys())
    absences.push([holder, copy(storedHolder(ledger, holder).absence as never)]);
  for (const holder of ledger.line.keys()) line.push([holder, copy(storedHolder(ledger, holder).waiting as never)]);
  const { lastAt, turnedAt, overdraft } = ledger;
  return { leases, drains, absences, line, acts: [...ledger.acts], lastAt, turnedAt, overdraft };
}

function describe(event: Event): string {
  const details: string[] = [event.type];
  if ("cause" in event) details.push(event.cause);
  if ("outcome" in event) details.push(event.outcome);
  if (event.type === "change_refused") details.push(event.change.key);
  details.push(event.holder);
  return details.join(" ");
}

const matches = (event: string, want: string): boolean => {
  const words = event.split(" ");
  return want.split(" ").every((word) => words.includes(word));
};
