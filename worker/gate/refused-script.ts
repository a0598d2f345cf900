/**
 * The refusal page's script (G5, L15): waits in line by a long poll, shows the place, and goes on by itself, by a fresh
 * GET in place of the CRM's page, or by a word to the agent that shows it over one.
 */
import { API_PATH, REFUSED_PATH } from "../../shared/protocol.ts";
import { WAY_ON_PATH } from "./way-on.ts";

export const REFUSED_SCRIPT = `(() => {
  "use strict";
  const main = document.querySelector("main");
  const waits = main.dataset.waits === "yes";
  const framed = main.dataset.framed === "yes" && parent !== window;
  const form = main.dataset.form === "yes";
  // Where the page wanted has another address than this one.
  const page = main.dataset.page;
  const words = JSON.parse(main.dataset.words);
  const fill = (text, values) => text.replace(/\\{(\\w+)\\}/g, (_, name) => String(values[name]));
  const byId = (id) => document.getElementById(id);
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const say = (text) => { if (byId("news").textContent !== text) byId("news").textContent = text; };

  const ask = (name, body) => fetch("${API_PATH}" + name, body
    ? { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), cache: "no-store" }
    : { cache: "no-store" });

  const reloadedAt = "hotseat.reloaded";
  async function goOn() {
    if (framed) return parent.postMessage({ hotseat: "seated" }, location.origin);
    // What somebody typed goes when they say so, not by itself.
    if (main.dataset.form === "kept") {
      say(words.freeToSend);
      byId("news").classList.remove("pulse");
      return document.querySelector("#again button").focus();
    }
    // A page that is let in and refused again must not spin.
    let last = 0;
    try {
      last = Number(sessionStorage.getItem(reloadedAt)) || 0;
      sessionStorage.setItem(reloadedAt, String(Date.now()));
    } catch {}
    await sleep(Math.max(0, Math.min(3000, last + 3000 - Date.now())));
    if (page) location.replace(location.origin + page);
    else if (form) location.replace(location.pathname + location.search);
    else location.reload();
  }

  function show(status) {
    byId("in-use").textContent = fill(words.inUseOf, status);
    const contact = byId("contact");
    contact.textContent = status.tenant.contact;
    for (const part of document.querySelectorAll(".contact")) part.hidden = status.tenant.contact === "";
    byId("administer").hidden = !status.mayAdminister;
    showEnding(status);
    const position = status.line ? status.line.position : null;
    for (const part of document.querySelectorAll(".place")) part.hidden = position === null;
    if (position !== null) byId("position").textContent = status.line.length > 1 ? fill(words.placeOf, status.line) : position;
  }

  function showEnding(status) {
    const ended = status.ended;
    if (!byId("by") || !ended || ended.cause !== "evicted") return;
    byId("by").textContent = ended.by ? fill(words.freedBy, { name: ended.by }) : "";
    byId("by").hidden = !ended.by;
    byId("note").textContent = ended.note || "";
    byId("note").hidden = !ended.note;
  }

  async function claim() {
    const response = await ask("claim", { act: "button" });
    if (!response.ok) throw new Error(String(response.status));
    const status = await response.json();
    show(status);
    if (status.state === "seated") await goOn();
    return status;
  }

  async function forgotten() {
    // Hotseat does not know who this is any more: only the CRM's own page can tell.
    await sleep(3000);
    if (framed) parent.postMessage({ hotseat: "seated" }, location.origin);
    else await goOn();
  }

  async function wait() {
    let failures = 0;
    for (;;) {
      const askedAt = Date.now();
      try {
        const response = await ask("wait", {});
        if (response.status === 401) return forgotten();
        if (!response.ok) throw new Error(String(response.status));
        const status = await response.json();
        failures = 0;
        show(status);
        if (status.state === "seated") return goOn();
        if (status.state === "offered") {
          say(words.freeForYou);
          if (!framed) return goOn();
          if ((await claim()).state === "seated") return;
        } else say(status.state === "waiting" ? words.waitingInLine : words.waiting);
        // An answer that comes at once is no news; asking in a circle would be a storm.
        if (Date.now() - askedAt < 500) await sleep(1000);
      } catch {
        failures++;
        say(words.offline);
        await sleep(Math.min(15000, 500 * 2 ** failures) * (0.75 + Math.random() / 2));
      }
    }
  }

  async function watch() {
    for (;;) {
      await sleep(4000);
      if (document.hidden) continue;
      try {
        const response = await ask("status");
        if (!response.ok) continue;
        const status = await response.json();
        show(status);
        if (status.state === "seated") return goOn();
      } catch {}
    }
  }

  const wayOn = document.querySelector(".way-on");
  if (wayOn) wayOn.addEventListener("submit", async (event) => {
    // Only the browser knows the fragment.
    if (!page && location.hash) wayOn.action = "${WAY_ON_PATH}?to=" + encodeURIComponent(location.pathname + location.search + location.hash);
    // A service worker may hand on the address alone, and nothing of the button.
    if (form || main.dataset.form === "kept" || !navigator.serviceWorker || !navigator.serviceWorker.controller) return;
    event.preventDefault();
    say(words.asking);
    const status = await claim().catch(() => null);
    if (!status || status.state !== "seated") wayOn.submit();
  });

  const button = byId("continue");
  if (button) button.addEventListener("click", async () => {
    button.disabled = true;
    say(words.asking);
    try {
      const status = await claim();
      if (status.state !== "seated") location.replace("${REFUSED_PATH}?reason=" + encodeURIComponent(status.denied || "limit_reached"));
    } catch {
      say(words.offlineAsk);
    }
    button.disabled = false;
  });

  const showNow = () => ask("status").then((response) => response.ok && response.json()).then((status) => status && show(status)).catch(() => {});
  if (waits) { wait(); setTimeout(showNow, 300); }
  else { if (framed) showNow(); watch(); }
})();
`;
