/** The pages of the scripted CRM: a form, a page with a modal dialog, one under a strict policy, one with frames. */

const frame = (title: string, body: string, head = "") => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>${head}</head><body>${body}</body></html>`;

const STYLE = `<style>
body { font: 15px/1.5 Georgia, serif; margin: 0; color: #222; background: #f7f5ef; }
nav { background: #7a1f2b; color: #fff; padding: 14px 28px; } nav a { color: #fff; margin-right: 18px; }
main { padding: 24px 28px; max-width: 720px; } label { display: block; margin: 12px 0 4px; }
input, textarea { width: 100%; padding: 8px; font: inherit; }
div { border: 0 } html > div { display: none; }
</style>`;

const NAV = `<nav><a href="/contacts">Contacts</a> <a href="/modal">Modal</a> <a href="/strict">Strict</a></nav>`;

const FORM = `<h2>New contact</h2><form>
<label for="name">Name</label><input id="name">
<label for="notes">Notes</label><textarea id="notes" rows="6"></textarea>
<p><button type="button" id="save">Save</button></p></form>`;

/** Asks "Leave page?" once something was typed. */
const GUARD = `<script>
let typed = false;
addEventListener("input", () => { typed = true; });
addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });</script>`;

export interface Page {
  headers: Record<string, string>;
  body: string;
}

export function crmPage(path: string, user: string): Page {
  const hello = `<p>Signed in as <b id="user">${user}</b></p>`;
  switch (path) {
    case "/modal":
      return page(`${hello}${FORM}<dialog id="own"><p>The page's own dialog</p><input id="own-field"></dialog>
        <button id="open" type="button" onclick="document.getElementById('own').showModal()">Open</button>`);
    case "/strict":
      return {
        headers: { "content-security-policy": "default-src 'none'; form-action 'none'; base-uri 'none'" },
        body: frame("Strict", `${hello}${FORM}`),
      };
    case "/frames":
      return page(`${hello}<iframe src="/inner" title="inner" width="400" height="200"></iframe>
        <iframe srcdoc="<textarea id=editor>text</textarea>" title="editor" width="400" height="200"></iframe>`);
    case "/long": {
      const row = (_: unknown, place: number) =>
        `<tr><td>${place}</td><td><a href="/contacts?id=${place}">Contact ${place}</a></td><td>${place * 37} EUR</td></tr>`;
      return page(`${hello}${FORM}<table>${Array.from({ length: 2_000 }, row).join("")}</table>`);
    }
    case "/guarded":
      return page(`${hello}${FORM}${GUARD}`);
    case "/guarded-frame":
      return page(`${hello}<iframe src="/guarded" title="form" width="600" height="400"></iframe>`);
    case "/inner":
      return { headers: {}, body: frame("Inner", "<p>Inner frame</p>") };
    case "/prerender":
      return page(`${hello}<script type="speculationrules">
        {"prerender": [{"urls": ["/contacts"], "eagerness": "immediate"}]}</script>`);
    case "/written":
      return page(`${hello}${FORM}<script>
        window.rewrite = () => { document.open(); document.write("<h1>Written again</h1><textarea id=notes></textarea>"); document.close(); };
        window.swap = () => { document.body = document.createElement("body"); document.body.innerHTML = "<h1>Another view</h1>"; };</script>`);
    case "/keys":
      return page(`${hello}${FORM}<script>
        window.seen = []; addEventListener("keydown", (event) => window.seen.push(event.key), true);
        document.addEventListener("keydown", (event) => window.seen.push(event.key));</script>`);
    case "/hostile":
      return page(`${hello}${FORM}<script>
        new MutationObserver((records) => {
          for (const { addedNodes } of records) for (const node of addedNodes) if (node.nodeName === "DIV") { window.removed = (window.removed ?? 0) + 1; node.remove(); }
        }).observe(document.documentElement, { childList: true });</script>`);
    default:
      return page(`${hello}${FORM}`);
  }
}

function page(main: string): Page {
  return { headers: {}, body: frame("CRM", `${NAV}<main>${main}</main>`, STYLE) };
}

export function loginPage(): string {
  return frame("Sign in", "<h1>Sign in</h1>");
}

/** As the gate's: marked in its head, trying again by itself. */
export function refusalPage(): string {
  return frame(
    "No licence",
    "<h1>No available licenses, please contact IT</h1>",
    '<meta name="hotseat" content="refusal"><meta http-equiv="refresh" content="1">',
  );
}
