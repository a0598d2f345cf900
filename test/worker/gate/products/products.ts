/** The products whose presets are tried against their fakes: how one signs in, works and signs out of each. */

import { expect } from "vitest";
import type { Config } from "../../../../worker/config/config.ts";
import type { Preset } from "../../../../worker/identity/preset/preset-schema.ts";
import { loadPreset } from "../../../../worker/identity/preset/presets.ts";
import { FakeDolibarr } from "../../../fixtures/fake-crms/dolibarr.ts";
import { FakeEspo } from "../../../fixtures/fake-crms/espocrm.ts";
import { FAKE_PEOPLE, type FakeCrm, type FakePerson } from "../../../fixtures/fake-crms/fake-crm.ts";
import { FakeOdoo } from "../../../fixtures/fake-crms/odoo.ts";
import { FakeSuite } from "../../../fixtures/fake-crms/suitecrm.ts";
import { Browser } from "../../../support/site/browser.ts";
import { GateSite } from "../../../support/site.ts";

export interface Product<C extends FakeCrm = FakeCrm> {
  preset: string;
  make(): C;
  /** Through the gate; ends with a session that is signed in, and no page of it asked for. */
  signIn(browser: Browser, login: string, password: string): Promise<Response>;
  /** The login's own answer is a page, for which a seat is wanted. */
  signsInToAPage?: boolean;
  /** A page of somebody who works. */
  page: string;
  /** A page's own request. */
  call(browser: Browser): Promise<Response>;
  /** What that is told when refused. */
  refused(answer: Response): Promise<void>;
  signOut(browser: Browser): Promise<Response>;
  /** What the login form draws on. */
  open: readonly string[];
  /** What it takes from strangers, such as links in its mails: `GET` where no method is named. */
  ofStrangers: readonly string[];
  /** The holder's id of a person. */
  idOf(person: FakePerson): string;
  /** How who-am-I begins, as the fake notes it; and what else it asks. */
  question: string;
  furtherQuestions?: RegExp;
}

const TITLE = "No available licenses, please contact IT";
const ADDRESS = { "cf-connecting-ip": "192.0.2.7" };
/** What every request of the tests carries. */
export const BASE_HEADERS: Readonly<Record<string, string>> = ADDRESS;

export function submit(
  browser: Browser,
  path: string,
  fields: Record<string, string>,
  more: Record<string, string> = {},
): Promise<Response> {
  const body = new URLSearchParams(fields).toString();
  const headers = {
    ...ADDRESS,
    "content-type": "application/x-www-form-urlencoded",
    "content-length": String(body.length),
    "sec-fetch-mode": "navigate",
    "sec-fetch-user": "?1",
    referer: `https://crm.acme.example${path}`,
    ...more,
  };
  return browser.ask(path, { method: "POST", body, headers });
}

export const go = (browser: Browser, path: string, headers: Record<string, string> = {}): Promise<Response> =>
  browser.ask(path, {
    headers: { ...ADDRESS, accept: "text/html", "sec-fetch-mode": "navigate", "sec-fetch-user": "?1", ...headers },
  });

export const poll = (browser: Browser, path: string, headers: Record<string, string> = {}): Promise<Response> =>
  browser.ask(path, { headers: { ...ADDRESS, "sec-fetch-mode": "cors", ...headers } });

export function callJson(browser: Browser, path: string, body: unknown): Promise<Response> {
  const text = JSON.stringify(body);
  const headers = {
    ...ADDRESS,
    "content-type": "application/json",
    "content-length": String(text.length),
    "sec-fetch-mode": "cors",
  };
  return browser.ask(path, { method: "POST", body: text, headers });
}

async function expectPlain503(answer: Response): Promise<void> {
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await answer.json()).toMatchObject({ message: TITLE });
}

/** As its own login form sends it. */
export const espoSignIn = (basic: string): Record<string, string> => ({
  authorization: `Basic ${basic}`,
  "espo-authorization": basic,
  "espo-authorization-by-token": "false",
  "espo-authorization-create-token-secret": "true",
});

export const ESPO: Product<FakeEspo> = {
  preset: "espocrm",
  make: () => new FakeEspo(),
  signIn: async (browser, login, password) => {
    const basic = btoa(`${login}:${password}`);
    const answer = await poll(browser, "/api/v1/App/user", espoSignIn(basic));
    // The page's script keeps the token that the answer tells.
    const { token } = (answer.status === 200 ? await answer.clone().json() : {}) as { token?: string };
    if (token !== undefined) browser.cookies.set("auth-token", token);
    return answer;
  },
  page: "/api/v1/Account",
  call: (browser) => poll(browser, "/api/v1/Account"),
  refused: expectPlain503,
  signOut: (browser) => callJson(browser, "/api/v1/App/destroyAuthToken", { token: "x" }),
  open: ["/client/lib/espo.js", "/api/v1/Settings", "/api/v1/I18n"],
  ofStrangers: [
    "/?entryPoint=changePassword&id=7",
    "/?entryPoint=LogoImage&id=7&size=small-logo",
    "/oauth-callback.php?code=c&state=s",
    "/?entryPoint=confirmOptIn&id=7",
    "/?entryPoint=unsubscribe&emailAddress=a@b.example&hash=f00d",
    "POST /api/v1/User/changePasswordByRequest",
    "POST /api/v1/Campaign/unsubscribe/7",
    "DELETE /api/v1/Campaign/unsubscribe/7",
    "POST /api/v1/LeadCapture/f00d",
  ],
  idOf: ({ id }) => id.padStart(17, "0"),
  question: "GET /api/v1/App/user",
};

export const ODOO: Product<FakeOdoo> = {
  preset: "odoo",
  make: () => new FakeOdoo(),
  signIn: (browser, login, password) => submit(browser, "/web/login", { login, password }),
  page: "/web",
  call: (browser) => callJson(browser, "/web/dataset/call_kw/res.partner/web_search_read", { id: 7, params: {} }),
  refused: async (answer) => {
    expect(answer.status).toBe(200);
    const body = (await answer.json()) as { id: number; error: { code: number; data: Record<string, unknown> } };
    expect(body).toMatchObject({ jsonrpc: "2.0", id: 7, error: { code: 200, message: "Odoo Server Error" } });
    expect(body.error.data.name).toBe("odoo.exceptions.UserError");
    expect(body.error.data.message).toContain(`${TITLE}\n\nAll licences are in use`);
  },
  signOut: (browser) => go(browser, "/web/session/logout"),
  open: [
    "/web/login",
    "/web/static/src/a.js",
    "/web/assets/1/web.css",
    "/web/service-worker.js",
    "/website/translations",
  ],
  ofStrangers: ["/my/orders/7?access_token=f00d", "/mailing/7/unsubscribe?access_token=f00d"],
  idOf: ({ id }) => id,
  question: "POST /web/session/get_session_info",
};

export const DOLIBARR: Product<FakeDolibarr> = {
  preset: "dolibarr",
  make: () => new FakeDolibarr(),
  signIn: (browser, username, password) =>
    submit(browser, "/index.php", { actionlogin: "login", username, password, token: "t" }),
  signsInToAPage: true,
  page: "/societe/list.php",
  call: (browser) => poll(browser, "/core/ajax/selectobject.php"),
  refused: expectPlain503,
  signOut: (browser) => go(browser, "/user/logout.php"),
  open: [
    "/includes/jquery/jquery.js",
    "/theme/eldy/style.css.php?lang=en_US",
    "/core/js/lib_head.js.php?lang=en_US",
    "/core/js/dst.js?lang=en_US",
    "/document.php?hashp=f00d",
    "/viewimage.php?modulepart=mycompany&file=logos%2Flogo.png",
    "/public/ticket/index.php",
  ],
  ofStrangers: [
    "POST /public/ticket/create_ticket.php",
    "/user/passwordforgotten.php",
    "POST /user/passwordforgotten.php",
  ],
  idOf: ({ id }) => id,
  question: "GET /core/get_info.php",
  furtherQuestions: /^GET \/user\/card\.php\?id=/,
};

export const SUITE: Product<FakeSuite> = {
  preset: "suitecrm",
  make: () => new FakeSuite(),
  signIn: (browser, user_name, username_password) =>
    submit(browser, "/index.php", { module: "Users", action: "Authenticate", user_name, username_password }),
  page: "/index.php?module=Contacts&action=index",
  call: (browser) => poll(browser, "/index.php?module=Alerts&action=get&to_pdf=1"),
  refused: expectPlain503,
  signOut: (browser) => go(browser, "/index.php?module=Users&action=Logout"),
  open: [
    "/themes/SuiteP/css/style.css",
    "/include/javascript/sugar_3.js",
    "/include/SugarCharts/Jit/js/sugarCharts.js",
    "/include/images/sugar_icon.png",
    "/cache/include/javascript/a.js",
    "/cache/jsLanguage/en_us.js",
    "/cache/themes/SuiteP/css/Dawn/style.css",
    "/vendor/tinymce/tinymce/tinymce.min.js",
    "/modules/Emails/include/ComposeView/EmailsComposeView.js",
    "/modules/Users/login.css",
    "/index.php?entryPoint=image&name=x",
    "/index.php?entryPoint=getYUIComboFile&3.0.0/build/yui/yui-min.js",
    "/index.php?action=Login&module=Users",
  ],
  ofStrangers: ["/index.php?entryPoint=Changenewpassword&guid=7", "POST /index.php?entryPoint=surveySubmit"],
  idOf: ({ id }) => `5d3ff2a4-0000-4000-8000-${id.padStart(12, "0")}`,
  question: "GET /index.php?module=Home&action=index",
  furtherQuestions: /action=DetailView/,
};

export const PRODUCTS: readonly Product[] = [ESPO, ODOO, DOLIBARR, SUITE];

type Six = [FakePerson, FakePerson, FakePerson, FakePerson, FakePerson, FakePerson];
export const [ANNA, FRANK, CARL, SAM, HUGO, MARA] = FAKE_PEOPLE as Six;

/** A gate before the product's fake, and a browser of nobody yet. */
export function openProduct<C extends FakeCrm>(
  product: Product<C>,
  overrides: Partial<Config> = {},
  change: (preset: Preset) => void = () => undefined,
) {
  const crm = product.make();
  const preset = structuredClone(loadPreset(product.preset));
  change(preset);
  const site = new GateSite(overrides, preset, ((input: RequestInfo, init?: RequestInit) =>
    crm.fetch(new Request(input, init))) as typeof fetch);
  const browser = new Browser(site, {});
  const signIn = async (who: FakePerson, where = browser) => {
    const answer = await product.signIn(where, who.login, who.password);
    if (product.signsInToAPage === true) startOver(where);
    return answer;
  };
  /** As after a restart of the browser, and with a tenant that has forgotten the sign-in's own page. */
  const startOver = (where: Browser) => {
    for (const name of [...where.cookies.keys()]) if (name.startsWith("__Host-")) where.cookies.delete(name);
    site.tenant.claims.length = 0;
    site.time += 10_000;
  };
  const questions = () => crm.asked.filter((asked) => asked.startsWith(product.question)).length;
  return { crm, site, browser, signIn, questions };
}
