import { test, expect } from "vitest";
import { HolderId, JarId, SessionKey } from "../../shared/ids.ts";
import type { Person } from "../../worker/tenant/tenant-calls.ts";
import { signIn } from "./support/larch-page.ts";
import { axeFaults, launchPlainChrome } from "./support/plain-chrome.ts";
import { startStack } from "./support/stack.ts";

const ok = <T>(r: { ok: true; value: T } | { ok: false; error: { detail: string } }) => { if (!r.ok) throw new Error(r.error.detail); return r.value; };
test("shots", async () => {
  const stack = await startStack({ seatLimit: 8, bindings: { TIME_ZONE: "Europe/Berlin", SUPPORT: "sam@larch.example,help@vendor.example" } });
  const t = () => stack.worker().tenant("larch");
  const sue: Person = { id: HolderId.parse("u8"), name: "Sam Whitlock", email: null, role: "support" };
  let v = ok(await t().adminView(sue)).version;
  const change = async (c: Parameters<ReturnType<typeof t>["changeSettings"]>[1]) => { v = ok(await t().changeSettings(sue, c, v)).version; };
  await change({ what: "pools", pools: [{ id: "finance", name: "Finance", groups: ["accounts", "audit"], reserved: 2, most: 5, priority: 3, windows: [{ kind: "weekly", days: [1, 2, 3], from: "08:00", to: "18:00" }, { kind: "monthly", fromDay: -3, toDay: -1 }] }, { id: "all", name: "Field sales <b>", groups: ["sales"], reserved: 0, most: null, priority: 0, windows: null }] });
  await change({ what: "named_licences", licences: 3 });
  await change({ what: "assign", person: { id: HolderId.parse("u20"), name: "Ursula Named" } });
  await change({ what: "exempt", person: { id: HolderId.parse("u21"), name: "Eve Exempt" } });
  await change({ what: "records_agreed", agreed: 50_000 });
  await t().reportRecords(sue, 41_250);
  v = ok(await t().adminView(sue)).version;
  await change({ what: "boost", extra: 2, startsInMs: 0, lastsMs: 3_600_000 });
  await change({ what: "boost", extra: 5, startsInMs: 86_400_000, lastsMs: 86_400_000 });
  const NAMES = ["Anna Lindström", "<img src=x onerror=alert(1)>", "שלום עולם", "=HYPERLINK(\"http://evil\")", "N".repeat(200), "Frank Weiß", "Zoë Zimmer", "Bert Baker", "Ursula Named", "Gina Gates", "Hal Hope", "Ida Ice", "Jon Joy"];
  for (const [n, name] of NAMES.entries()) {
    const person: Person = { id: HolderId.parse(name === "Ursula Named" ? "u20" : `p${n}`), name, email: `p${n}@larch.example`, role: "user", groups: n % 3 === 0 ? ["accounts"] : ["sales"] };
    const session = SessionKey.parse(`p${n}-desk`.padEnd(22, "_"));
    const c = await t().claim({ person, session, jar: JarId.parse(`jar-of-p${n}`), act: "navigation", active: true, clientKind: "browser" });
    if (!c.granted) await t().wait({ person, session });
  }
  await t().makeToken(sue, { name: "Mail plug-in", kind: "mail", policy: "reserved" });
  await t().makeToken(sue, { name: "<script>alert(1)</script>", kind: "erp", policy: "records" });
  const browser = await launchPlainChrome();
  try {
    for (const [login, who] of [["frank", "manager"], ["sam", "support"]] as const) {
      const page = await (await browser.createBrowserContext()).newPage();
      page.on("pageerror", (e) => console.log("PAGEERROR", String(e)));
      page.on("console", (m) => console.log("CONSOLE", m.text()));
      await signIn(page, stack.url, login);
      const paths: [string, string][] = [["now", "/.hotseat/admin"], ["licensing", "/.hotseat/admin/licensing?assign=zimmer"], ["integrations", "/.hotseat/admin/integrations"], ["pool", "/.hotseat/admin/licensing/pool?id=finance"]];
      for (const [name, path] of paths) {
        for (const [mode, width] of [["light", 1200], ["dark", 1200], ["light", 380]] as const) {
          if (who === "support" && (name !== "licensing" || width !== 1200 || mode !== "light")) continue;
          await page.setViewport({ width, height: 900 });
          await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: mode }]);
          await page.goto(stack.url + path);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          const found = await axeFaults(page);
          console.log(who, name, mode, width, "scrollWidth", wide, found);
          await page.screenshot({ path: `/tmp/shots-pages/${who}-${name}-${mode}-${width}.png`, fullPage: true });
        }
      }
    }
  } finally {
    await browser.close();
    await stack.close();
  }
}, 180_000);
