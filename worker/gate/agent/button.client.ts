/**
 * The seat button (G8), for people without the extension: how their licence stands, a way to give it back, and what
 * they are asked; and what the gate is told of frames. The agent loads it once there is something to show. It lies in a closed shadow root, in the top
 * layer, so that neither the page's styles nor its scripts reach in, and nothing of it reaches out.
 */
import { CORNERS, type Corner } from "../../../shared/corner.ts";
import { DAY_MS } from "../../../shared/durations.ts";
import { betweenPresses } from "../../../shared/page/between-presses.ts";
import { keepOnTop } from "../../../shared/page/top-layer.ts";
import { keepChoice, readChoice } from "./button-choice.ts";
import { announcedIn, closesSoon, type News } from "./button-news.ts";
import { ButtonPanel, whenPressed } from "./button-panel.ts";
import { close, first, give, hide, host, move, panel, pill, say, small, spoken, stage, title } from "./button-parts.ts";
import { AGENT_MARK, type Marked } from "./document-agent.ts";
import { noteAddress } from "./framed-address.ts";
import type { Acts, SeatView, Show } from "./seat-view.ts";

/** What was asked and is over stands for so long; ms. */
const LINGERS_MS = 600;

class SeatButton {
  readonly #panel: ButtonPanel;
  readonly #acts: Acts;
  readonly #onTop: ReturnType<typeof keepOnTop>;
  readonly #drawLater: ReturnType<typeof betweenPresses>;
  // Not there before Safari 17, Chrome 114 and Firefox 125: the button is then above all but the page's own popovers.
  readonly #canPopOver: boolean;
  #view: SeatView | null = null;
  #isOpen = false;
  #isHidden = false;
  /** What was asked or told last. */
  #asked = "";
  #readHere: string | undefined;

  constructor(acts: Acts) {
    this.#acts = acts;
    this.#panel = new ButtonPanel(acts);
    this.#canPopOver = "showPopover" in stage;
    if (this.#canPopOver) stage.popover = "manual";
    this.#onTop = keepOnTop(host, () => this.#raise());
    this.#drawLater = betweenPresses(stage, () => this.#draw());
    this.#listen();
  }

  show(view: SeatView | null): void {
    this.#view = view;
    if (view === null) this.#draw();
    // A hand may be on its way to what is asked: the page's own buttons lie beneath.
    else this.#drawLater(this.#asked === "" ? 0 : LINGERS_MS);
  }

  #isOver(): boolean {
    return this.#canPopOver && stage.matches(":popover-open");
  }

  #raise(): void {
    if (!this.#canPopOver || !host.isConnected) return;
    if (this.#isOver()) stage.hidePopover();
    stage.showPopover();
  }

  #corner({ status }: SeatView): Corner {
    const { corner, hiddenUntil = 0 } = readChoice();
    const tenants = status.button ?? "bottom-right";
    if (tenants === "off" || this.#isHidden || hiddenUntil > Date.now()) return "off";
    return corner !== undefined && CORNERS.includes(corner) ? corner : tenants;
  }

  #draw(): void {
    this.#panel.stopCounting();
    const view = this.#view;
    if (view === null) {
      this.#leave();
      return;
    }
    const now = this.#acts.now();
    const until = view.nudgedUntil ?? view.warnedUntil ?? closesSoon(view, now);
    const news = until === null ? announcedIn(view, now, this.#readHere) : null;
    if (until === null && news === null && this.#corner(view) === "off") this.#leave();
    else this.#drawView(view, until, news);
  }

  #leave(): void {
    if (this.#isOver()) stage.hidePopover();
    this.#onTop.leave();
    host.remove();
  }

  /** `until`: when what the person is asked is over; null: nothing is asked. `news`: what they are told; null: nothing. */
  #drawView(view: SeatView, until: number | null, news: News | null): void {
    const { warnedUntil, nudgedUntil } = view;
    const kind =
      nudgedUntil !== null ? "nudge" : warnedUntil !== null ? "warning" : until !== null ? "closing" : (news?.id ?? "");
    const speaks = until !== null || news !== null;
    const corner = this.#corner(view);
    stage.dataset.corner = corner === "off" ? "bottom-right" : corner;
    pill.hidden = speaks || corner === "off";
    if (!speaks && this.#asked !== "") {
      // Nothing else is ever to be pressed in the place of an answer.
      this.#isOpen = false;
      if (panel.matches(":focus-within")) pill.focus();
    }
    panel.hidden = !speaks && !this.#isOpen;
    panel.classList.toggle("asks", speaks);
    panel.setAttribute("role", speaks ? "alertdialog" : "dialog");
    small.hidden = speaks;
    give.hidden = true;
    if (news !== null) this.#panel.drawNews(news.text, () => this.#understood(news));
    else if (until === null) this.#panel.drawStanding(view, this.#isOpen);
    else if (kind === "closing") this.#panel.drawClosing(view.status.closing?.text ?? "", until);
    else this.#panel.drawQuestion(view, until);
    this.#onTop.enter(false);
    if (!this.#isOver()) this.#raise();
    if (kind !== this.#asked) spoken.textContent = kind === "" ? "" : `${title.textContent} ${news?.text ?? ""}`;
    this.#asked = kind;
  }

  #understood({ id }: News): void {
    // Kept for this page alone where the browser keeps nothing.
    this.#readHere = id;
    keepChoice({ read: id });
    this.#draw();
    pill.focus();
  }

  #setOpen(open: boolean): void {
    this.#isOpen = open;
    say.textContent = "";
    this.#draw();
    (open ? (first.hidden ? close : first) : pill).focus();
  }

  #hide(): void {
    this.#isHidden = true;
    this.#isOpen = false;
    keepChoice({ hiddenUntil: Date.now() + DAY_MS });
    this.#draw();
  }

  #move(): void {
    const corners = CORNERS.filter((corner) => corner !== "off");
    const at = corners.indexOf(stage.dataset.corner as (typeof corners)[number]);
    keepChoice({ corner: corners[(at + 1) % corners.length] ?? "bottom-right" });
    this.#draw();
    move.focus();
  }

  #listen(): void {
    whenPressed(pill, () => this.#setOpen(!this.#isOpen));
    whenPressed(close, () => this.#setOpen(false));
    whenPressed(hide, () => this.#hide());
    whenPressed(move, () => this.#move());
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#isOpen) return;
      event.stopPropagation();
      this.#setOpen(false);
    });
  }
}

export function mountButton(acts: Acts): Show {
  const button = new SeatButton(acts);
  return (view) => button.show(view);
}

(window as Marked)[AGENT_MARK]?.attach(mountButton, noteAddress);
