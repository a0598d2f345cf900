/** The toolbar popup. It draws what is kept at once, and follows it while it is open. */
import { render } from "preact";
import { betweenPresses } from "../../shared/page/between-presses.ts";
import type { OwnMessage } from "../messages.ts";
import { browser } from "../ports/browser.ts";
import { readPolicy } from "../ports/policy.ts";
import { watchSeats } from "../ports/seat-store.ts";
import { allowedHosts, whenHostsChange } from "../ports/sites.ts";
import type { Seat } from "../seat/seat.ts";
import { wordsOf } from "../words.ts";
import { askWhy, chooseSeat, type Front, frontTab, tellBackground } from "./crm.ts";
import { Popup, type PopupProps } from "./popup-view.tsx";

/** A background that has not answered by then needs help; ms. */
const ANSWERS_WITHIN_MS = 1_000;

const words = wordsOf(browser.i18n);
document.documentElement.lang = words.language;
const root = document.getElementById("popup") ?? document.body;
let seats: Seat[] = [];
let front: Front = { address: null, browserTab: null };
let asked = false;
let isStuck = false;
let needsSite = false;
let policy: Pick<PopupProps, "firm" | "policyWrong"> = { firm: null, policyWrong: null };

/** Nothing changes under a press. */
const draw = betweenPresses(window, drawNow);

function drawNow(): void {
  const seat = chooseSeat(seats, front.address);
  if (seat !== null && !asked) {
    asked = true;
    tell({ kind: "refresh", origin: seat.origin });
  }
  const { browserTab } = front;
  render(
    <Popup
      {...{ words, seat, browserTab, isStuck, needsSite, tell, repair, openOptions, explain: askWhy, ...policy }}
      now={Date.now()}
    />,
    root,
  );
}

function tell(message: OwnMessage): void {
  const timer = setTimeout(() => {
    isStuck = true;
    draw();
  }, ANSWERS_WITHIN_MS);
  void tellBackground(message)
    .then(() => {
      isStuck = false;
      draw();
    })
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
}

/** Starts the extension again: its background, and its scripts in the CRM's tabs. */
function repair(): void {
  browser.runtime.reload();
}

const openOptions = () => void browser.runtime.openOptionsPage();

/** Where it may run on no site, it can know of no seat. */
async function seeSites(): Promise<void> {
  needsSite = (await allowedHosts()).length === 0;
  draw();
}

front = await frontTab();
watchSeats((read) => {
  seats = read;
  draw();
});
void readPolicy().then(({ policy: { firm = null }, wrong }) => {
  policy = { firm, policyWrong: wrong };
  draw();
});
void seeSites();
whenHostsChange(() => void seeSites());
// Countdowns.
setInterval(draw, 1_000);
