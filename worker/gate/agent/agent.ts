/** One document's agent, from its first word to its last. */

import { watchActivity } from "../../../shared/page/activity.ts";
import { watchFrames } from "../../../shared/page/frames.ts";
import { listenForNews } from "../../../shared/page/listen.ts";
import { whenRewritten } from "../../../shared/page/rewriting.ts";
import { newTab } from "../../../shared/page/tab-id.ts";
import { watchTypedText } from "../../../shared/page/typed-text.ts";
import { goodbyeOf } from "../../../shared/page/unload.ts";
import { now } from "../../../shared/page/untouched.ts";
import { BUTTON_PATH, COVER_EVENT, REFUSED_EVENT, SPEAKS_EVENT } from "../../../shared/reserved-path.ts";
import { coverOf } from "./cover.ts";
import { leaveToNext, readClient, takeFromLast } from "./memory.ts";
import { isContentMissing, noteAnswered, noteRefused } from "./missing-content.ts";
import { pauseBeforeReload } from "./reload-pause.ts";
import { type Answer, ask } from "./seat-api.ts";
import type { Acts, Show } from "./seat-view.ts";
import { openTabChannel, type Told } from "./tab-channel.ts";
import {
  beatSoon,
  continueSeat,
  heartbeatEveryMs,
  idleEndsAt,
  isAtRest,
  isBackByAnswer,
  isSeated,
  newTabSeat,
  nextBeatAt,
  noteActivity,
  noteAnswer,
  noteBeat,
  noteCall,
  nudgeEndsAt,
  reasonToCover,
  type TabSeat,
  warnedUntil,
} from "./tab-seat.ts";

/** Selectors of the CRM's own messages, see preset-schema.ts; empty: none. Put before the script where it is served. */
declare const HOTSEAT_ERRORS: string;

export interface Agent {
  /** The document is seen: from now on it is an open tab. */
  begin(): void;
  /** The person did something in it, or in a frame of it. */
  active(): void;
  refused(reason: string, isSave: boolean, address: string): void;
  answered(address: string): void;
  /** The seat button has come, and `note` that is to see each window of the page. */
  attach(mount: (acts: Acts) => Show, note: (shown: Window) => void): void;
}

/** A tab that has not answered for so many heartbeats has gone without a word. */
const PEERS_KEPT = 2.5;
/** As the wire takes them, see protocol.ts. */
const TABS_MAX = 200;
/** An unseen tab leaves it to one that is looked at to speak for both; ms. */
const UNSEEN_WAITS_MS = 1_500;
/** Where nobody is signed in, a request of the page that is answered asks again, at most so often; ms. */
const SIGNED_IN_AGAIN_MS = 15_000;
const CLAIM_AGAIN_MS = 5_000;
/** L9: as the extension does. */
const HAND_BACKS_MAX = 5;
const HAND_BACK_AFTER_MS = 300;

/** The state of the document's one agent, which is the module's; set when the agent starts. */
let seat: TabSeat;
let typed: ReturnType<typeof watchTypedText>;
let cover: ReturnType<typeof coverOf>;
let goodbye: ReturnType<typeof goodbyeOf>;
let channel: ReturnType<typeof openTabChannel>;
let timer: ReturnType<typeof setTimeout> | undefined;
let isSpeaking = false;
let isGone = false;
let isClaiming = false;
/** G11: the page was refused before it ever had a seat, so it has not got what it needs. */
let wasRefusedAtStart = false;
let mayShowErrors = false;
let show: Show | null = null;
let isLoading = false;
/** P7: once there is a seat of which there could be news. */
let news: { stop(): void } | null = null;

/** Once per document: its state is the module's. */
export function startAgent(): Agent {
  const last = takeFromLast(now());
  seat = last === null ? newTabSeat(readClient(), newTab()) : continueSeat(last, now());
  typed = watchTypedText();
  cover = coverOf(() => {
    beatSoon(seat, now());
    uncover();
    plan();
  }, share);
  goodbye = goodbyeOf({ moves: () => undefined, leaves: () => undefined, stays: comeBack });
  channel = openTabChannel(hearing());
  document.addEventListener(COVER_EVENT, (event) => {
    if (cover.isShown()) return;
    wasRefusedAtStart = true;
    cover.show(String((event as CustomEvent<unknown>).detail));
  });
  return { begin, active, refused, attach, answered };
}

function hearing() {
  return {
    tab: () => seat.tab,
    here: () => ({ client: seat.client, activeAgeMs: ageOf(seat.activeAt) }),
    called: () => {
      noteCall(seat, now());
      plan();
    },
    told: ({ client, beat, answer }: Told) => {
      if (!seat.isTold && client !== null) seat.client = client;
      if (beat !== null) noteBeat(seat, beat.seq, beat.tabs, timeOf(beat.activeAgeMs), now());
      take(answer);
    },
    gone: () => {
      if (!seat.isTold) beatSoon(seat, now());
      plan();
    },
  };
}

const ageOf = (at: number | null) => (at === null ? null : Math.max(0, now() - at));
const timeOf = (age: number | null) => (age === null ? null : now() - age);

/** The extension answers for this tab; anybody else who does so only silences their own tab. */
const isSpokenFor = () => !document.dispatchEvent(new CustomEvent(SPEAKS_EVENT, { cancelable: true }));

function plan(): void {
  clearTimeout(timer);
  if (isGone || isSpeaking || (document.hidden && isAtRest(seat))) return;
  const patience = document.hidden ? UNSEEN_WAITS_MS * (1 + Math.random()) : 0;
  // Browsers take a period modulo 2^32 ms: "long ago" would be weeks ahead, in every other month.
  timer = setTimeout(() => void speak(), Math.max(0, nextBeatAt(seat) - now()) + patience);
}

async function speak(): Promise<void> {
  isSpeaking = true;
  await beat().catch(() => undefined);
  isSpeaking = false;
  plan();
}

async function beat(): Promise<void> {
  if (isSpokenFor()) {
    beQuiet();
    return;
  }
  const others = await channel.call(PEERS_KEPT * heartbeatEveryMs(seat));
  // X2: another tab may speak for all, or has just done so.
  if (others === null || isGone || nextBeatAt(seat) > now()) return;
  const first = others[0];
  if (first !== undefined && !seat.isTold) seat.client = first.client;
  const tabs = [
    { id: seat.tab, activeAgeMs: ageOf(seat.activeAt) },
    ...others.map(({ id, activeAt }) => ({ id, activeAgeMs: ageOf(activeAt) })),
  ].slice(0, TABS_MAX);
  const seq = Math.max(seat.seq + 1, now());
  const ages = tabs.flatMap(({ activeAgeMs }) => (activeAgeMs === null ? [] : [activeAgeMs]));
  const activeAgeMs = ages.length === 0 ? null : Math.min(...ages);
  const said = { seq, tabs: tabs.map(({ id }) => id), activeAgeMs };
  noteBeat(seat, seq, said.tabs, timeOf(activeAgeMs), now());
  goodbye.prepare(seat.client, seat.tab);
  // Prototype 1.6 gives lists a `toJSON`.
  const answer = await ask("heartbeat", { client: seat.client, seq, tabs: Object.setPrototypeOf(tabs, null) });
  channel.tell({ client: seat.client, beat: said, answer });
  take(answer);
}

/** The extension came while the page was open: the tab is its own. */
function beQuiet(): void {
  seat.beatAt = now();
  seat.soonAt = null;
  news?.stop();
  news = null;
  if (!seat.isTold) return;
  seat.isTold = false;
  goodbye.forget();
  void ask("bye", { client: seat.client, tab: seat.tab });
  seat.tab = newTab();
}

/** What a call other than a heartbeat has come to hear, for all tabs. */
function share(answer: Answer): void {
  if (typeof answer !== "string") channel.tell({ client: seat.client, beat: null, answer });
  take(answer);
}

function take(answer: Answer): void {
  noteAnswer(seat, answer, now());
  if (seat.hadSeat && !isGone) news ??= listenForNews(hearNews);
  showSeat();
  if (isSeated(seat)) uncover();
  else {
    const reason = reasonToCover(seat);
    if (reason !== null) cover.show(reason);
    else if (isBackByAnswer(seat, now()) && !cover.isShown()) void claim();
  }
  plan();
}

function hearNews(): void {
  if (isSpokenFor()) return;
  beatSoon(seat, now());
  plan();
}

/** A document that the person works in shows the seat button; what it needs comes when there is something to show. */
function showSeat(): void {
  const { status } = seat;
  if (status === null || !seat.hadSeat || cover.isShown()) {
    show?.(null);
    return;
  }
  if (show === null) {
    if (!isLoading) void import(/* @vite-ignore */ BUTTON_PATH).catch(() => undefined);
    isLoading = true;
    return;
  }
  const nudged = nudgeEndsAt(seat);
  show({
    status,
    at: seat.statusAt,
    warnedUntil: warnedUntil(seat, now()),
    nudgedUntil: nudged !== null && nudged > now() ? nudged : null,
  });
}

/** L9: an answer that takes the pass away may be lost; the next call confirms that it came. */
async function giveBack(...[name, body]: Parameters<Acts["giveBack"]>): Promise<boolean> {
  let answer = await ask(name, body);
  const isDone = typeof answer !== "string";
  for (let tries = 0; tries < HAND_BACKS_MAX; tries++) {
    if (typeof answer !== "string") {
      share(answer);
      if (!answer.draining || answer.state === "seated") break;
    } else if (!isDone) break;
    await new Promise((settle) => setTimeout(settle, HAND_BACK_AFTER_MS * 2 ** tries));
    answer = await ask("hand-back", {});
  }
  return isDone;
}

/** What the CRM's page says about refused requests is no longer true. */
function clearErrors(): void {
  if (!mayShowErrors) return;
  mayShowErrors = false;
  if (HOTSEAT_ERRORS !== "") for (const error of document.querySelectorAll(HOTSEAT_ERRORS)) error.remove();
}

function uncover(): void {
  clearErrors();
  if (!cover.isShown()) return;
  if ((wasRefusedAtStart || isContentMissing()) && !typed.isThere()) {
    setTimeout(() => location.reload(), pauseBeforeReload());
    return;
  }
  wasRefusedAtStart = false;
  cover.hide();
  showSeat();
}

async function claim(): Promise<void> {
  if (isClaiming || isSpokenFor()) return;
  isClaiming = true;
  const answer = await ask("claim", { act: "activity" });
  isClaiming = false;
  seat.claimFrom = now() + CLAIM_AGAIN_MS;
  share(answer);
  if (typeof answer === "string") return;
  if (answer.state === "seated") {
    beatSoon(seat, now());
    plan();
  } else if (answer.denied !== null) cover.show(answer.denied);
}

function active(): void {
  if (noteActivity(seat, now()) && !cover.isShown()) void claim();
  if (idleEndsAt(seat) !== null) showSeat();
  plan();
}

/** P3: a closed tab's id is dead. */
function comeBack(): void {
  isGone = false;
  seat = { ...newTabSeat(seat.client, newTab()), seq: seat.seq, activeAt: seat.activeAt, hadSeat: seat.hadSeat };
  channel = openTabChannel(hearing());
  plan();
}

function hide(): void {
  isGone = true;
  clearTimeout(timer);
  // A different person may sign in here.
  const isSignIn = document.querySelector("input[type=password]") !== null;
  if (goodbye.hide()) leaveToNext(isSignIn ? newTabSeat(seat.client, newTab()) : seat, now());
  channel.leave();
}

const reveal = ({ persisted }: PageTransitionEvent) => persisted && comeBack();

/** Adding what is there already changes nothing. */
function listen(): void {
  addEventListener("pagehide", hide, true);
  addEventListener("pageshow", reveal, true);
  // These come up to the window. Chrome: by "resume" the page was put to sleep, and timers with it.
  for (const name of ["visibilitychange", "resume", "online"]) addEventListener(name, plan, true);
}

function begin(): void {
  watchActivity(active);
  watchFrames((frame) => {
    watchActivity(active, frame);
    typed.watch(frame);
  });
  listen();
  whenRewritten(listen);
  if (!isSpokenFor()) goodbye.prepare(seat.client, seat.tab);
  plan();
}

function refused(reason: string, isSave: boolean, address: string): void {
  mayShowErrors = true;
  const isMoved = !isSave && noteRefused(address);
  const detail = isSave ? `${reason} save` : isMoved ? `${reason} moved` : reason;
  if (cover.isShown() || !document.dispatchEvent(new CustomEvent(REFUSED_EVENT, { cancelable: true, detail }))) return;
  wasRefusedAtStart = !seat.hadSeat;
  cover.show(reason);
}

function attach(mount: (acts: Acts) => Show, note: (shown: Window) => void): void {
  show = mount({ giveBack, now });
  note(window);
  watchFrames(note);
  showSeat();
}

function answered(address: string): void {
  if (!cover.isShown()) {
    noteAnswered(address);
    clearErrors();
  }
  if (seat.link !== "signed_out") return;
  // A single-page CRM signs in by such a request.
  beatSoon(seat, Math.max(now() + 1_000, seat.beatAt + SIGNED_IN_AGAIN_MS));
  plan();
}
