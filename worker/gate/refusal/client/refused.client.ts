/**
 * The refusal page's script (G5, L15): waits in line by a long poll, shows the place, and continues by itself, by a fresh
 * GET in place of the CRM's page, or by a word to the agent that shows the page over one of the CRM's.
 */

import type { Status } from "../../../../shared/protocol.ts";
import { REFUSED_PATH, WAY_ON_PATH } from "../../../../shared/reserved-path.ts";
import { pauseBeforeReload, RELOAD_AGAIN_MS } from "../../agent/reload-pause.ts";
import {
  status as askStatus,
  wait as askWait,
  claim,
  explain,
  leave,
  NotTaken,
  nudge,
  requestSeats,
  SignedOut,
} from "./calls.ts";
import { openStandingChannel } from "./standing-channel.ts";
import { byId, focusOn, page, say, setAsked, show, showLeft, showWhy, words } from "./view.ts";

/** Between two questions where no line can be stood in; ms. */
const LOOK_EVERY_MS = 4_000;
/** An answer that comes at once is no news; asking in a circle would be a storm; ms. */
const AT_ONCE_MS = 500;
/** A page that nobody looks at asks nothing while another tab has asked within this; ms. */
const ASKED_ELSEWHERE_MS = 10_000;
/** L8: after these a first real action brings the seat back. */
const BACK_BY_ACTIVITY = ["seat_idle", "seat_ended"];

/** A claim by activity that found no network is made again by what the person does after this; ms. */
const CLAIM_AGAIN_MS = 1_000;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
let isDone = false;
let hasLeft = false;
let isWaiting = false;
/** Goes up before and after each call by which the person changes where they stand. */
let changes = 0;
const channel = openStandingChannel(hear, stopWaiting);

/** Another tab of the browser knows where the person stands. */
function hear(status: Status): void {
  show(status);
  if (status.state === "seated") void goOn();
}

async function goOn(): Promise<void> {
  if (isDone) return;
  if (page.isFramed) return parent.postMessage({ hotseat: "seated" }, location.origin);
  // What somebody typed goes when they say so, not by itself.
  if (page.form === "kept") {
    say(words.freeToSend);
    byId("news")?.classList.remove("pulse");
    document.querySelector<HTMLElement>("#again button")?.focus();
    return;
  }
  isDone = true;
  await sleep(pauseBeforeReload());
  if (page.wanted !== null) location.replace(location.origin + page.wanted);
  else if (page.form === "yes") location.replace(location.pathname + location.search);
  else location.reload();
}

/** Overtakes whatever was asked before. */
async function change(call: Promise<Status>): Promise<Status> {
  changes++;
  return call.finally(() => changes++);
}

/** null: outdated, since the person has changed something after it was asked. */
async function current(question: Promise<Status>): Promise<Status | null> {
  const before = changes;
  const status = await question;
  return before === changes ? status : null;
}

async function claimSeat(act: "button" | "activity"): Promise<Status> {
  const status = await change(claim(act));
  channel.tell(status);
  show(status);
  if (status.state === "seated") await goOn();
  return status;
}

function isInForeignFrame(): boolean {
  try {
    return window.top?.location.origin !== location.origin;
  } catch {
    return true;
  }
}

/** Hotseat does not know any more who this is: only the CRM's own page can tell. */
async function leaveForgotten(): Promise<void> {
  // In a frame of another site it will not know the next time either.
  if (isInForeignFrame()) return;
  await sleep(RELOAD_AGAIN_MS);
  await goOn();
}

/** One long poll at a time, whoever begins it. */
async function wait(): Promise<void> {
  if (isWaiting) return;
  isWaiting = true;
  await waitInLine();
  isWaiting = false;
}

async function waitInLine(): Promise<void> {
  for (let failures = 0; !isDone && !hasLeft; ) {
    if (document.hidden && channel.heardAgeMs() < ASKED_ELSEWHERE_MS) {
      await sleep(1_000);
      continue;
    }
    const askedAt = Date.now();
    try {
      const status = await current(askWait());
      failures = 0;
      if (status === null) continue;
      channel.tell(status);
      show(status);
      if (status.state === "seated") return goOn();
      // L11, L31: whoever is not counted waits for no seat, only for the end of a closing.
      if (status.exempt && (await claimSeat("button")).state === "seated") return;
      if (status.state !== "offered") say(status.state === "waiting" ? words.waitingInLine : words.waiting);
      else if (await takeOffered()) return;
      if (Date.now() - askedAt < AT_ONCE_MS) await sleep(1_000);
    } catch (error) {
      if (error instanceof SignedOut) return leaveForgotten();
      failures++;
      say(words.offline);
      await sleep(Math.min(15_000, 500 * 2 ** failures) * (0.75 + Math.random() / 2));
    }
  }
}

/** A seat is held for the person. True: the page goes on, and asks no more. */
async function takeOffered(): Promise<boolean> {
  say(words.freeForYou);
  if (page.isFramed) return (await claimSeat("button")).state === "seated";
  await goOn();
  return page.form !== "kept";
}

/** L15: in this tab and in the others. */
function stopWaiting(): void {
  changes++;
  hasLeft = true;
  showLeft();
}

/** No line to stand in: looks whether the reason has gone, by another tab or by somebody who may change it. */
async function look(): Promise<void> {
  while (!isDone) {
    await sleep(LOOK_EVERY_MS);
    if (document.hidden) continue;
    try {
      const status = await current(askStatus());
      if (status === null) continue;
      show(status);
      if (status.state === "seated") return goOn();
      if (page.reason === "not_assigned" && (await explain()).reason === null) await claimSeat("activity");
    } catch {
      // Asked again.
    }
  }
}

/** The form does without a script; only that knows the fragment, and whether a service worker stands in between. */
function helpOn(form: HTMLFormElement): void {
  form.addEventListener("submit", async (event) => {
    const { pathname, search, hash } = location;
    if (page.wanted === null && hash !== "")
      form.action = `${WAY_ON_PATH}?to=${encodeURIComponent(pathname + search + hash)}`;
    // A service worker may hand on the address alone, and nothing of the button.
    if (page.form !== "no" || !navigator.serviceWorker?.controller) return;
    event.preventDefault();
    say(words.asking);
    const status = await claimSeat("button").catch(() => null);
    if (status?.state !== "seated") form.submit();
  });
}

function pressContinue(button: HTMLButtonElement): void {
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say(words.asking);
    try {
      const status = await claimSeat("button");
      if (status.state !== "seated") location.replace(`${REFUSED_PATH}?reason=${status.denied ?? "no_seat"}`);
    } catch {
      say(words.offlineAsk);
    }
    button.disabled = false;
  });
}

/** Over a page at work the first act of the person brings an idle seat back, as it would in the page itself. */
function backByActivity(): void {
  const acts = ["pointermove", "pointerdown", "keydown", "wheel", "touchstart"];
  const act = (event: Event) => {
    if (!event.isTrusted) return;
    for (const kind of acts) removeEventListener(kind, act, true);
    claimSeat("activity").then(
      (status) => {
        if (status.denied !== null && status.state !== "seated")
          location.replace(`${REFUSED_PATH}?reason=${status.denied}`);
      },
      // As on waking, when the network comes later than the person.
      () => setTimeout(listen, CLAIM_AGAIN_MS),
    );
  };
  const listen = () => {
    for (const kind of acts) addEventListener(kind, act, { capture: true, passive: true });
  };
  listen();
}

const why = byId("why");
if (why instanceof HTMLDetailsElement) openWhy(why);
const wayOn = document.querySelector(".way-on");
if (wayOn instanceof HTMLFormElement) helpOn(wayOn);
/** L16: what came of asking is in each status from then on; a refusal says why at once. */
function pressAsk(button: HTMLElement): void {
  button.addEventListener("click", async () => {
    focusOn("asked");
    button.hidden = true;
    try {
      show(await change(nudge()));
    } catch (error) {
      if (error instanceof NotTaken) setAsked(error.reason ?? "at_work");
      else say(words.offlineAsk);
    }
  });
}

/** L19: asked again each time that it is opened; without an answer it stays as the page came. */
function openWhy(why: HTMLDetailsElement): void {
  why.open = false;
  why.addEventListener("toggle", async () => {
    if (!why.open) return;
    const { said } = await explain().catch(() => ({ said: undefined }));
    if (said !== undefined) showWhy(said);
  });
}

/** Q1: the history behind it is shown to those who decide. */
function pressRequest(button: HTMLElement): void {
  button.addEventListener("click", async () => {
    focusOn("requested");
    button.hidden = true;
    try {
      show(await change(requestSeats()));
    } catch (error) {
      say(error instanceof NotTaken ? words.requestNot : words.offlineAsk);
    }
  });
}

function pressLeave(button: HTMLElement): void {
  button.addEventListener("click", async () => {
    hasLeft = true;
    try {
      show(await change(leave()));
      channel.tellLeft();
      stopWaiting();
    } catch {
      hasLeft = false;
      say(words.offlineAsk);
      void wait();
    }
  });
}

const leaveButton = byId("leave");
if (leaveButton !== null) pressLeave(leaveButton);
const requestButton = byId("request");
if (requestButton !== null) pressRequest(requestButton);
const askButton = byId("ask");
if (askButton !== null) pressAsk(askButton);
const button = byId("continue");
if (page.isFramed && button instanceof HTMLButtonElement) pressContinue(button);
if (page.isFramed && BACK_BY_ACTIVITY.includes(page.reason)) backByActivity();
const showNow = () =>
  void current(askStatus()).then(
    (status) => status !== null && show(status),
    () => undefined,
  );
if (page.waits) {
  void wait();
  setTimeout(showNow, 300);
} else {
  if (page.isFramed) showNow();
  void look();
}
