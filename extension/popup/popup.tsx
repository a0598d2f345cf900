/** The toolbar popup. It draws what is kept at once, and follows it while it is open. */
import { render } from "preact";
import { browser } from "../ports/browser.ts";
import { watchSeats } from "../ports/seat-store.ts";
import type { Seat } from "../seat/seat.ts";
import { wordsOf } from "../words.ts";
import { activeAddress, chooseSeat, tellBackground } from "./crm.ts";
import { Popup } from "./popup-view.tsx";

const words = wordsOf(browser.i18n);
document.documentElement.lang = words.language;
const root = document.getElementById("popup") ?? document.body;
let seats: Seat[] = [];
let address: string | null = null;
let asked = false;

function draw(): void {
  const seat = chooseSeat(seats, address);
  if (seat !== null && !asked) {
    asked = true;
    void tellBackground({ kind: "refresh", origin: seat.origin });
  }
  render(<Popup words={words} seat={seat} now={Date.now()} tell={tellBackground} />, root);
}

address = await activeAddress();
watchSeats((read) => {
  seats = read;
  draw();
});
