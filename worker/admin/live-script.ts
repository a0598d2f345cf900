/**
 * The pages' own script, as served: it renews what changes while nobody types, and mirrors a reason as it is
 * typed. All works without it.
 */
export const LIVE_SCRIPT = `"use strict";
(() => {
  const EVERY_MS = 5000;
  const AFTER_FAILURE_MS = 15000;
  const page = "/.hotseat/admin";
  const parts = () => document.querySelectorAll("[data-live]");

  const mirrored = document.querySelector("[data-mirrored]");
  const mirror = document.querySelector("[data-mirror]");
  if (mirrored && mirror) {
    const initial = mirror.textContent;
    mirrored.addEventListener("input", () => {
      mirror.textContent = mirrored.value.trim() || initial;
    });
  }
  if (parts().length === 0) return;

  /** A part in which somebody types, or has typed, or selects, is left alone. */
  const inUse = (part) => {
    const focused = document.activeElement;
    if (focused && part.contains(focused) && focused.matches("input, textarea, select")) return true;
    for (const field of part.querySelectorAll("input, textarea")) {
      if (field.value !== field.defaultValue) return true;
    }
    const selection = getSelection();
    return Boolean(selection && !selection.isCollapsed && part.contains(selection.anchorNode));
  };

  const swap = (part, next) => {
    if (part.innerHTML === next.innerHTML || inUse(part)) return;
    const focused = document.activeElement;
    const href = focused && part.contains(focused) ? focused.getAttribute("href") : null;
    part.className = next.className;
    part.replaceChildren(...next.childNodes);
    if (href === null) return;
    for (const link of part.querySelectorAll("a[href]")) {
      if (link.getAttribute("href") === href) return link.focus({ preventScroll: true });
    }
  };

  const renew = async () => {
    const response = await fetch(page + "?live", { redirect: "error", cache: "no-store" });
    if (response.status === 401 || response.status === 403) return location.replace(page);
    if (!response.ok) throw new Error(String(response.status));
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const part of parts()) {
      const next = fresh.querySelector('[data-live="' + part.dataset.live + '"]');
      if (next) swap(part, next);
    }
  };

  const late = document.querySelector("[data-late]");
  const turn = async () => {
    let failed = false;
    if (!document.hidden) {
      try {
        await renew();
      } catch {
        failed = true;
      }
      if (late) late.hidden = !failed;
    }
    setTimeout(turn, failed ? AFTER_FAILURE_MS : EVERY_MS);
  };
  setTimeout(turn, EVERY_MS);
})();
`;
