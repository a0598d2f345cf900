/** The options page, which is also the first page that a person sees. */
import { render } from "preact";
import { hostOfAddress } from "../hosts.ts";
import { browser } from "../ports/browser.ts";
import { readNoticeSwitch, turnNoticesOff, turnNoticesOn, whenNoticeSwitchChanges } from "../ports/notice-switch.ts";
import { canBeSilent } from "../ports/notifications.ts";
import { readPolicy, whenPolicyChanges } from "../ports/policy.ts";
import { allowedHosts, allowHost, bakedHosts, isGeneric, removeHost, whenHostsChange } from "../ports/sites.ts";
import { wordsOf } from "../words.ts";
import { Options } from "./options-view.tsx";

const words = wordsOf(browser.i18n);
document.documentElement.lang = words.language;
const root = document.getElementById("options") ?? document.body;
const isWelcome = location.hash === "#welcome";
document.title = words.say(isWelcome ? "welcomeTitle" : "optionsTitle");
let wrong: "siteWrong" | "siteRefused" | null = null;
let areNoticesRefused = false;

async function draw(): Promise<void> {
  const [allowed, { policy, wrong: policyWrong }, notices] = await Promise.all([
    allowedHosts(),
    readPolicy(),
    readNoticeSwitch(),
  ]);
  const named = (policy.sites ?? []).flatMap((site) => hostOfAddress(site) ?? []);
  const sites = [...new Set([...bakedHosts(), ...named, ...allowed])].map((host) => ({
    host,
    isAllowed: allowed.includes(host),
    byPolicy: named.includes(host),
  }));
  const props = { words, isWelcome, isGeneric: isGeneric(), firm: policy.firm ?? null, policyWrong, sites, wrong };
  const noticeProps = { words, ...notices, isSilent: canBeSilent(), isRefused: areNoticesRefused, turn: turnNotices };
  render(<Options {...props} notices={noticeProps} allow={allow} add={add} remove={remove} />, root);
}

/** Nothing is awaited before the browser is asked: it asks the person only while the press is fresh. */
async function allow(host: string): Promise<void> {
  const isAllowed = await allowHost(host).catch(() => false);
  wrong = isAllowed ? null : "siteRefused";
  await draw();
}

async function add(address: string): Promise<void> {
  const host = hostOfAddress(address);
  if (host?.startsWith("https:")) return allow(host);
  wrong = "siteWrong";
  await draw();
}

async function remove(host: string): Promise<void> {
  await removeHost(host);
  await draw();
}

/** As with a site, the browser is asked first. */
async function turnNotices(on: boolean): Promise<void> {
  if (on) areNoticesRefused = !(await turnNoticesOn().catch(() => false));
  else {
    areNoticesRefused = false;
    await turnNoticesOff();
  }
  await draw();
}

whenHostsChange(() => void draw());
whenNoticeSwitchChanges(() => void draw());
whenPolicyChanges(() => void draw());
await draw();
