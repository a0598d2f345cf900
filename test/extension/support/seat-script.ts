/**
 * Plays scripts against the seat machine. A line is `TIME SIGNAL -> EFFECTS`:
 *
 *   0s   hello A                      -> heartbeat(A)
 *   0s   heartbeat: seated            ->
 *   10s  release                      -> release
 *   10s  release: unseated released   -> A: gone released
 *
 * Tabs are letters. An answer names the call it answers. Signals: hello, active, bye, close, look, refused, count, continue,
 * moves, stays, leaves, release, release_tab, leave, refresh, tick, woken, press (the notification).
 */

import type { View } from "../../../extension/messages.ts";
import type { Answer, Call } from "../../../extension/seat/call.ts";
import { type Notice, newSeat, type Seat } from "../../../extension/seat/seat.ts";
import type { Effect, Signal } from "../../../extension/seat/signal.ts";
import { step } from "../../../extension/seat/step.ts";
import { DENIAL_REASONS, ENDING_CAUSES } from "../../../shared/denial.ts";
import { ClientId, type TabId } from "../../../shared/ids.ts";
import type { Status } from "../../../shared/protocol.ts";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
const START = 1_800_000_000_000;

export const tabOf = (letter: string): TabId => `document-${letter}` as TabId;
const letterOf = (tab: TabId): string => tab.slice("document-".length);
const browserTabOf = (letter: string): number => letter.charCodeAt(0);

export function freshSeat(): Seat {
  return newSeat("https://crm.acme.com", ClientId.parse("client-of-anna"), 1_000_000);
}

/** A status as a script's words say it: `seated idle=5m`, `unseated released draining`, `unseated lost ago=1m`, `waiting place=2`. */
export function statusOf(words: readonly string[]): Status {
  const value = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const state = (["seated", "unseated", "waiting", "offered"] as const).find((name) => words.includes(name));
  if (state === undefined) throw new Error(`The script's answer ${words.join(" ")} has no state`);
  const cause = ENDING_CAUSES.find((name) => words.includes(name));
  const place = value("place");
  return {
    state,
    person: "Anna",
    tenant: { name: "Acme", contact: "it@acme.com" },
    limit: 2,
    inUse: Number(value("inUse") ?? 1),
    exempt: words.includes("exempt"),
    named: words.includes("named"),
    mayAdminister: false,
    seat:
      state === "seated" ? { sinceAgeMs: 0, tabs: 1, clients: 1, idleInMs: durationOf(value("idle") ?? "20m") } : null,
    ended:
      cause === undefined
        ? null
        : {
            cause,
            ageMs: durationOf(value("ago") ?? "0s"),
            by: value("by") ?? null,
            note: value("note")?.replaceAll("_", " ") ?? null,
            handedTo: value("to") ?? null,
          },
    denied: DENIAL_REASONS.find((reason) => words.includes(reason)) ?? null,
    line:
      place === undefined
        ? null
        : {
            position: Number(place),
            length: Number(place),
            offeredForMs: value("held") === undefined ? null : durationOf(value("held") ?? ""),
            estimateMs: value("wait") === undefined ? null : durationOf(value("wait") ?? ""),
            mayAsk: words.includes("mayAsk"),
            asked: words.includes("kept")
              ? { answer: "kept" as const, answerInMs: 0 }
              : value("answer") === undefined
                ? null
                : { answer: "awaited" as const, answerInMs: durationOf(value("answer") ?? "") },
          },
    nudge:
      value("nudge") === undefined ? null : { answerInMs: durationOf(value("nudge") ?? ""), by: value("by") ?? null },
    closing: closingOf(value("closes"), value("opens")),
    draining: words.includes("draining"),
    timing: {
      heartbeatEveryMs: durationOf(value("every") ?? "1m"),
      idleTimeoutMs: 20 * MINUTE,
      idleWarningMs: durationOf(value("warning") ?? "1m"),
    },
  };
}

/** `closes=10m`: it begins so far ahead; `opens=20m`: it ends so far ahead. */
function closingOf(closes = "0s", opens?: string): Status["closing"] {
  if (opens === undefined) return null;
  return { id: "c7", text: "An update", startsInMs: durationOf(closes), endsInMs: durationOf(opens) };
}

export function durationOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? [];
  if (number === undefined) throw new Error(`${text} is no duration of a script`);
  return Number(number) * (unit === "ms" ? 1 : unit === "s" ? SECOND : MINUTE);
}

/** Plays the lines on a seat. Returns it with what each line did, in the script's own words. */
export function play(script: string, seat: Seat = freshSeat()): { seat: Seat; expected: string[]; happened: string[] } {
  const expected: string[] = [];
  const happened: string[] = [];
  for (const raw of script.split("\n")) {
    const line = raw.trim();
    if (line === "") continue;
    const [doing = "", effects = ""] = line.split("->").map((part) => part.trim().replace(/\s+/g, " "));
    const [time = "", ...words] = doing.split(" ");
    const now = START + durationOf(time);
    const done = step(seat, signalOf(seat, words), now);
    seat = done.seat;
    expected.push(`${doing} -> ${effects}`);
    happened.push(`${doing} -> ${done.effects.map((effect) => sayEffect(seat, effect)).join(" ; ")}`);
  }
  return { seat, expected, happened };
}

function signalOf(seat: Seat, [verb = "", ...rest]: readonly string[]): Signal {
  const [letter = ""] = rest;
  const browserTab = browserTabOf(letter);
  switch (verb) {
    case "hello":
      return {
        kind: "hello",
        tab: tabOf(letter),
        browserTab: browserTabOf(letter[0] ?? ""),
        refusal: rest.includes("refusal"),
      };
    case "active":
      return { kind: "active", browserTab, ageMs: durationOf(rest[1] ?? "0s") };
    case "leaves":
      return { kind: "leaves", browserTab };
    case "bye":
      return { kind: "bye", tab: tabOf(letter) };
    case "close":
      return { kind: "removed", browserTab };
    case "refused":
      return { kind: "refused", browserTab };
    case "look":
      return { kind: "looked", browserTab };
    case "count":
      return { kind: "counted", browserTabs: rest.map(browserTabOf) };
    case "moves":
    case "stays":
      return { kind: "moves", browserTab, on: verb === "moves" };
    case "release_tab":
      return { kind: "release_tab", browserTab };
    case "continue":
      return { kind: "continue", ...(letter === "" ? {} : { browserTab }) };
    case "nudge":
      return { kind: "nudge" };
    case "hand": // "hand ben"
      return { kind: "hand_over", to: letter };
    case "keep":
    case "give":
      return { kind: "answer_nudge", keep: verb === "keep" };
    case "press":
      return { kind: "notice_pressed" };
    case "leave":
    case "release":
    case "refresh":
    case "news":
    case "tick":
    case "woken":
      return { kind: verb };
    default:
      return answerOf(seat, verb, rest);
  }
}

function answerOf(seat: Seat, verb: string, words: readonly string[]): Signal {
  const name = verb.slice(0, -1);
  const flight = seat.flights.find(({ call }) => call.name === name);
  if (!verb.endsWith(":") || flight === undefined)
    throw new Error(
      `The script says ${verb} ${words.join(" ")}, but under way is ${seat.flights.map(({ call }) => call.name).join() || "nothing"}`,
    );
  const [kind = ""] = words;
  const answer: Answer =
    kind === "refused"
      ? { kind, reason: words[1] ?? null }
      : kind === "signed_out" || kind === "unreachable" || kind === "absent"
        ? { kind }
        : { kind: "status", status: statusOf(words) };
  return { kind: "answered", number: flight.number, answer };
}

function sayEffect(seat: Seat, effect: Effect): string {
  if (effect.do === "call") return sayCall(effect.call);
  if (effect.do === "withdraw") return "withdraw";
  if (effect.do === "notify") return `notify ${sayNotice(effect.notice)}`;
  const tab = seat.tabs.find(({ browserTab }) => browserTab === effect.browserTab);
  const letter = tab === undefined ? "?" : letterOf(tab.id);
  return effect.do === "front" ? `front ${letter}` : `${letter}: ${sayView(effect.view)}`;
}

const sayNotice = (notice: Notice): string =>
  notice.kind === "nudged" && notice.by !== null ? `nudged ${notice.by}` : notice.kind;

function sayCall(call: Call): string {
  switch (call.name) {
    case "heartbeat":
      return `heartbeat(${call.body.tabs.map(({ id, activeAgeMs }) => (activeAgeMs === null ? letterOf(id) : `${letterOf(id)} ${activeAgeMs / SECOND}s`)).join(", ")})`;
    case "release":
      return call.body.tab === undefined ? "release" : `release ${letterOf(call.body.tab)}`;
    case "claim":
      return `claim(${call.body.act})`;
    case "hand-over":
      return `hand-over ${call.body.to}`;
    case "answer-nudge":
      return call.body.keep ? "keep" : "give";
    default:
      return call.name;
  }
}

function sayView(view: View): string {
  switch (view.show) {
    case "nothing":
      return "nothing";
    case "warning":
      return `warning ${view.endsInMs / SECOND}s`;
    case "announcement":
      return `announcement ${view.text}${view.closed === undefined ? "" : " closed"}`;
    case "closing":
      return `closing ${view.beginsInMs / SECOND}s ${view.text}`;
    case "nudge":
      return `nudge ${view.answerInMs / SECOND}s${view.by === null ? "" : ` ${view.by}`}`;
    case "gone":
      return ["gone", view.reason, view.by, view.note, view.asking ? "asking" : null, view.always ? "always" : null]
        .filter((word) => word !== null)
        .join(" ");
    case "full":
      return [
        `full ${view.inUse}/${view.limit}`,
        view.position === null ? null : `place ${view.position}`,
        view.waits ? "waits" : null,
        view.asking ? "asking" : null,
        view.reason === "limit_reached" ? null : view.reason,
        view.asked ?? null,
        view.answerInMs == null ? null : `answer ${view.answerInMs / SECOND}s`,
      ]
        .filter((word) => word !== null)
        .join(" ");
  }
}
