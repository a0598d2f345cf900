/** What pages do in the browser besides renewing themselves: each part looks for its own attribute, and most pages have few. */
import { ADMIN_PATH } from "../../../shared/reserved-path.ts";

/** How often a page that asks for a sign-in looks whether there was one. */
const SIGNED_IN_EVERY_MS = 2_000;
/** Beside the current page's link where the row of links scrolls; px. */
const LINK_MARGIN = 16;

export function startPageActs(): void {
  mirrorReason();
  focusNotice();
  offerPrint();
  offerCopies();
  offerZone();
  followSignIn();
  showCurrentLinks();
}

/** A reason is shown as it is typed, where the person who reads it will read it. */
function mirrorReason(): void {
  const mirrored = document.querySelector<HTMLTextAreaElement>("[data-mirrored]");
  const mirror = document.querySelector("[data-mirror]");
  if (mirrored === null || mirror === null) return;
  const initial = mirror.textContent;
  mirrored.addEventListener("input", () => {
    mirror.textContent = mirrored.value.trim() || initial;
  });
}

/** After the browser has gone to the card that the address names, which takes the focus away. */
function focusNotice(): void {
  addEventListener("load", () => requestAnimationFrame(() => document.querySelector<HTMLElement>(".said")?.focus()));
}

function offerPrint(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

/** What is shown once can be copied, or is at least selected. */
function offerCopies(): void {
  // Absent where the page is not on https, whatever the types say.
  if ((navigator.clipboard as Clipboard | undefined) === undefined) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    const { copy = "", copied = "" } = button.dataset;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(copy);
      if (source === null) return;
      try {
        await navigator.clipboard.writeText(source.textContent ?? "");
        button.textContent = copied;
      } catch {
        getSelection()?.selectAllChildren(source);
      }
    });
  }
}

/** Proposes the browser's own time zone where the form shows another. */
function offerZone(): void {
  const proposal = document.querySelector<HTMLElement>("[data-browser-zone]");
  const field = document.getElementById(proposal?.dataset.zoneField ?? "");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (proposal === null || !(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
  if (zone === "" || field.value === zone) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet button-small";
  button.textContent = (proposal.dataset.browserZone ?? "").replace("{zone}", zone);
  button.addEventListener("click", () => {
    field.value = zone;
    proposal.hidden = true;
    field.focus();
  });
  proposal.append(button);
  proposal.hidden = false;
}

/** A person who signs in in another tab meanwhile continues to the page that was asked for. */
function followSignIn(): void {
  if (document.querySelector("[data-signed-out]") === null) return;
  const look = setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(ADMIN_PATH, { redirect: "manual" }).catch(() => null);
    if (answer === null || answer.status === 401) return;
    clearInterval(look);
    location.reload();
  }, SIGNED_IN_EVERY_MS);
}

/** Scrolls the current page's link into view where the row of links scrolls, and no further: a row opens at its start. */
function showCurrentLinks(): void {
  for (const current of document.querySelectorAll("nav li > [aria-current]")) {
    const list = current.closest("ul");
    // On a narrow screen the list is no box of its own: the whole top scrolls.
    const isBox = list !== null && list.scrollWidth > 0 && getComputedStyle(list).display !== "contents";
    const row = isBox ? list : current.closest(".top");
    if (row === null) continue;
    const beyond = current.getBoundingClientRect().right - row.getBoundingClientRect().right + LINK_MARGIN;
    if (beyond > 0) row.scrollLeft += beyond;
  }
}
