/**
 * The pages' own script, as served: it renews what changes while nobody types (A5), mirrors a reason as it is typed,
 * copies what is shown once, and prints. All works without it. A page is told of changes by a socket and asks for itself again; where the
 * socket breaks it asks by the clock. What is shown is changed in place, so that focus and scrolling stay.
 */
import { PATHS } from "./paths.ts";

export const LIVE_SCRIPT = `"use strict";
(() => {
  const BROKEN_EVERY_MS = 15000;
  /** Ages grow even when nothing happens. */
  const QUIET_EVERY_MS = 30000;
  const PING_EVERY_MS = 30000;
  const PONG_WITHIN_MS = 10000;
  const AGAIN_MOST_MS = 60000;
  const RIGHT_ENDED = 4403;

  const mirrored = document.querySelector("[data-mirrored]");
  const mirror = document.querySelector("[data-mirror]");
  if (mirrored && mirror) {
    const initial = mirror.textContent;
    mirrored.addEventListener("input", () => {
      mirror.textContent = mirrored.value.trim() || initial;
    });
  }

  /** After the browser has gone to the card that the address names, which takes the focus away. */
  addEventListener("load", () => requestAnimationFrame(() => document.querySelector(".said")?.focus()));

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = button.dataset.copied;
      } catch {
        getSelection().selectAllChildren(source);
      }
    });
  }

  const proposal = document.querySelector("[data-browser-zone]");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const field = proposal && document.getElementById(proposal.dataset.zoneField);
  if (field && zone && field.value !== zone) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet button-small";
    button.textContent = proposal.dataset.browserZone.replace("{zone}", zone);
    button.addEventListener("click", () => {
      field.value = zone;
      proposal.hidden = true;
      field.focus();
    });
    proposal.append(button);
    proposal.hidden = false;
  }

  /** A person who signs in in another tab meanwhile continues to the page that was asked for. */
  if (document.querySelector("[data-signed-out]")) {
    const look = setInterval(async () => {
      if (document.hidden) return;
      const answer = await fetch(${JSON.stringify(PATHS.home)}, { redirect: "manual" }).catch(() => null);
      if (answer === null || answer.status === 401) return;
      clearInterval(look);
      location.reload();
    }, 2000);
  }

  /** Scrolls the current page's link into view where the row of links scrolls. */
  for (const current of document.querySelectorAll("nav li > [aria-current]")) {
    const row = current.closest("ul").scrollWidth > 0 && getComputedStyle(current.closest("ul")).display !== "contents"
      ? current.closest("ul")
      : current.closest(".top");
    if (row) row.scrollLeft = current.getBoundingClientRect().left - row.getBoundingClientRect().left + row.scrollLeft - 16;
  }

  const parts = () => document.querySelectorAll("[data-live]");
  if (parts().length === 0) return;

  /** A part in which text is selected is left alone. */
  const isInUse = (part) => {
    const selection = getSelection();
    return Boolean(selection && !selection.isCollapsed && part.contains(selection.anchorNode));
  };

  const sameKind = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName;
  const keyOf = (node) => (node.nodeType === 1 ? node.getAttribute("data-key") : null);

  /** Makes \`old\` like \`next\`, keeping every element that is in both. */
  const morph = (old, next) => {
    if (old.nodeType === 3) {
      if (old.data !== next.data) old.data = next.data;
      return;
    }
    if (old.nodeType !== 1) return;
    for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    const keyed = new Map();
    for (const child of old.childNodes) {
      const key = keyOf(child);
      if (key !== null) keyed.set(key, child);
    }
    let at = old.firstChild;
    for (const wanted of [...next.childNodes]) {
      const key = keyOf(wanted);
      let kept = null;
      if (key !== null) kept = keyed.get(key) ?? null;
      else if (at && keyOf(at) === null && sameKind(at, wanted)) kept = at;
      if (kept === null || !sameKind(kept, wanted)) {
        old.insertBefore(document.importNode(wanted, true), at);
        continue;
      }
      if (kept === at) at = at.nextSibling;
      else old.insertBefore(kept, at);
      morph(kept, wanted);
    }
    while (at) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
  };

  const swap = (part, next) => {
    if (isInUse(part)) return;
    const focused = part.contains(document.activeElement) ? document.activeElement : null;
    morph(part, next);
    if (focused === null || document.activeElement === focused) return;
    // A row that moves loses the focus; one that is gone passes it to its heading.
    if (focused.isConnected) focused.focus({ preventScroll: true });
    else (part.querySelector("h2") ?? part.closest("section")?.querySelector("h2"))?.focus({ preventScroll: true });
  };

  const late = document.querySelector("[data-late]");
  const linked = document.querySelector("[data-linked]");
  let isRenewing = false;
  let isStale = false;
  let renewedAt = Date.now();

  const renew = async () => {
    isStale = true;
    if (isRenewing || document.hidden) return;
    isRenewing = true;
    try {
      while (isStale) {
        isStale = false;
        const address = new URL(location.href);
        address.searchParams.set("live", "");
        const response = await fetch(address, { redirect: "error", cache: "no-store" });
        if (response.status === 401 || response.status === 403) return location.replace(location.pathname);
        if (!response.ok) throw new Error(String(response.status));
        const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
        for (const part of parts()) {
          const next = fresh.querySelector('[data-live="' + part.dataset.live + '"]');
          if (next) swap(part, next);
        }
        renewedAt = Date.now();
      }
      if (late) late.hidden = true;
    } catch {
      if (late) late.hidden = false;
    } finally {
      isRenewing = false;
    }
  };

  let socket = null;
  let failures = 0;
  let pinged = 0;

  const showLink = (isOpen) => {
    if (linked) linked.hidden = !isOpen;
  };

  const connect = () => {
    const address = new URL(${JSON.stringify(PATHS.live)}, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const opened = new WebSocket(address);
    socket = opened;
    opened.addEventListener("open", () => {
      failures = 0;
      pinged = 0;
      showLink(true);
      renew();
    });
    opened.addEventListener("message", ({ data }) => {
      pinged = 0;
      if (data === "changed") renew();
    });
    opened.addEventListener("close", ({ code }) => {
      if (socket !== opened) return;
      socket = null;
      showLink(false);
      if (code === RIGHT_ENDED) renew();
      failures++;
      setTimeout(connect, Math.min(AGAIN_MOST_MS, 500 * 2 ** failures) * (0.5 + Math.random()));
    });
  };
  connect();

  /** A suspended machine's socket may look open for hours. */
  setInterval(() => {
    if (socket === null || socket.readyState !== WebSocket.OPEN) return;
    pinged = Date.now();
    socket.send("ping");
  }, PING_EVERY_MS);
  setInterval(() => {
    const isOpen = socket !== null && socket.readyState === WebSocket.OPEN;
    if (isOpen && pinged !== 0 && Date.now() - pinged > PONG_WITHIN_MS) {
      pinged = 0;
      socket.close();
    }
    if (Date.now() - renewedAt > (isOpen ? QUIET_EVERY_MS : BROKEN_EVERY_MS)) {
      renewedAt = Date.now();
      renew();
    }
  }, 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && (isStale || Date.now() - renewedAt > BROKEN_EVERY_MS)) renew();
  });
})();
`;
