/**
 * The script that the gate puts into documents of single-page CRMs (G5): it looks at the answers to the page's own
 * requests, and when one was refused it shows the refusal over the page. It changes no request and no answer.
 */
import { REFUSED_EVENT } from "../../shared/own-path.ts";
import { REFUSED_HEADER, REFUSED_PATH } from "../../shared/protocol.ts";

export const AGENT_SCRIPT = `(() => {
  "use strict";
  const mark = Symbol.for("hotseat.agent");
  if (window[mark]) return;
  window[mark] = true;

  const own = location.origin + "/";
  let cover = null;

  const see = (reason, method) => {
    if (!reason || cover) return;
    const detail = /^(GET|HEAD|OPTIONS)$/i.test(method) ? reason : reason + " save";
    if (!document.dispatchEvent(new CustomEvent("${REFUSED_EVENT}", { cancelable: true, detail }))) return;
    show(reason);
  };

  const methods = new WeakMap();
  const realOpen = XMLHttpRequest.prototype.open;
  const look = (event) => {
    const request = event.currentTarget;
    if (request.responseURL.startsWith(own)) see(request.getResponseHeader("${REFUSED_HEADER}"), methods.get(request));
  };
  XMLHttpRequest.prototype.open = function open(method, url) {
    methods.set(this, String(method));
    this.addEventListener("load", look);
    return realOpen.apply(this, arguments);
  };

  const realFetch = window.fetch;
  window.fetch = function fetch(input, init) {
    const method = (init && init.method) || (input instanceof Request ? input.method : "GET");
    const answer = realFetch.apply(this, arguments);
    answer.then((response) => see(response.headers.get("${REFUSED_HEADER}"), method), () => {});
    return answer;
  };

  function show(reason) {
    const host = document.createElement("hotseat-refusal");
    const root = host.attachShadow({ mode: "closed" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "dialog{position:fixed;inset:0;width:100vw;height:100dvh;max-width:none;max-height:none;margin:0;padding:0;border:0;background:Canvas}" +
      "iframe{display:block;width:100%;height:100%;border:0}"
    );
    root.adoptedStyleSheets = [sheet];
    const dialog = document.createElement("dialog");
    dialog.setAttribute("closedby", "none");
    dialog.setAttribute("aria-label", "Licence");
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    const frame = document.createElement("iframe");
    frame.title = "Licence";
    frame.src = "${REFUSED_PATH}?reason=" + encodeURIComponent(reason);
    // The page in the frame speaks the reader's language; its title names the dialog too.
    frame.addEventListener("load", () => {
      const title = frame.contentDocument && frame.contentDocument.title;
      if (!title) return;
      frame.title = title;
      dialog.setAttribute("aria-label", title);
    });
    dialog.append(frame);
    root.append(dialog);
    cover = host;
    (document.body || document.documentElement).append(host);
    dialog.showModal();
    frame.focus();

    const hear = (event) => {
      if (event.origin !== location.origin || event.source !== frame.contentWindow) return;
      if (!event.data || event.data.hotseat !== "seated") return;
      removeEventListener("message", hear);
      // Refused at its start, the page never got what it needs; one that was at work goes on where it was.
      if (reason === "limit_reached" || reason === "others_waiting") location.reload();
      else { dialog.close(); host.remove(); cover = null; }
    };
    addEventListener("message", hear);
  }
})();
`;
