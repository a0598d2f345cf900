/** [G2] What the preset takes for a login, a logout or public, and some server reads as something else. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { repeatsName } from "../../../worker/gate/body-names.ts";
import type { Preset } from "../../../worker/identity/preset/preset-schema.ts";
import { loadPreset } from "../../../worker/identity/preset/presets.ts";
import { GateSite } from "../../support/site.ts";
import { ANNA, BASE_HEADERS, openProduct, poll, SUITE } from "./products/products.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const REFUSED = [503, "limit_reached"];
const read = (answer: Response) => [answer.status, answer.headers.get("x-hotseat-refused")];

describe("[G2.36] more fields than servers read, and what stands behind them", () => {
  const many = "a&".repeat(1_000);

  it.each(["Login", "Logout", "Authenticate"])("make a page that needs a seat of %s", async (action) => {
    const { site, browser, signIn } = openProduct(SUITE);
    await signIn(ANNA);
    site.tenant.refuse();
    expect(read(await poll(browser, `/index.php?${many}module=Users&action=${action}`))).toEqual(REFUSED);
  });
});

describe("[G2.37] a login in a body", () => {
  const FORM = "application/x-www-form-urlencoded";
  const LOGIN = "module=Users&action=Authenticate&user_name=x&username_password=y";
  const sendForm = async (body: string, headers: Record<string, string> = {}) => {
    const { site, browser, signIn } = openProduct(SUITE, {}, (preset) => delete preset.keyFields);
    await signIn(ANNA);
    site.tenant.refuse();
    const bytes = new TextEncoder().encode(body);
    const sent = {
      ...BASE_HEADERS,
      "content-type": FORM,
      "content-length": String(bytes.length),
      "sec-fetch-mode": "cors",
      ...headers,
    };
    return read(await browser.ask("/index.php", { method: "POST", body: bytes, headers: sent }));
  };

  it.each([
    [LOGIN, FORM],
    [LOGIN, `${FORM}; charset=UTF-8`],
    [LOGIN, `${FORM};charset="iso-8859-1"`],
    [`${LOGIN}&note=a%3Bb`, FORM],
  ])("is one: %s as %s", async (body, type) => {
    expect((await sendForm(body, { "content-type": type }))[1]).toBeNull();
  });

  it.each([
    ["behind fields that nobody reads", `${"a&".repeat(1_000)}${LOGIN}`, {}],
    ["behind a question mark", `?${LOGIN}`, {}],
    ["behind a mark of the byte order", `\ufeff${LOGIN}`, {}],
    ["before fields that some part by semicolons", `${LOGIN}&x=1;module=Contacts;action=index`, {}],
    ["that some unpack", LOGIN, { "content-encoding": "gzip" }],
    ["that is of another charset to some", LOGIN, { "content-type": `${FORM}; charset=ibm037` }],
    ["that names two", LOGIN, { "content-type": `${FORM}; charset=utf-8; charset=utf-16` }],
  ])("is none %s", async (_, body, headers) => {
    expect(await sendForm(body, headers)).toEqual(REFUSED);
  });

  const RPC = { method: "POST", path: "/rpc", pointer: "/call/method", oneOf: ["login"] } as const;
  const sendJson = async (body: string) => {
    const preset: Preset = structuredClone(loadPreset("demo"));
    preset.login = [...preset.login, { ...RPC, oneOf: [...RPC.oneOf] }];
    const site = new GateSite({}, preset);
    site.tenant.refuse();
    const headers = {
      "content-type": "application/json",
      "content-length": String(body.length),
      "sec-fetch-mode": "cors",
    };
    return read(await site.browser("anna").ask("/rpc", { method: "POST", body, headers }));
  };

  it.each([
    '{"call":{"method":"login","params":[{"method":"x"},{"method":"x"}]}}',
    '{"call":{"method":"login","note":"\\"method\\":{ \\\\"}, "id":1}',
  ])("is one that is JSON: %s", async (body) => {
    expect((await sendJson(body))[1]).toBeNull();
  });

  it.each([
    '{"call":{"method":"read","method":"login"}}',
    '{"call":{"method":"login","Method":"read"}}',
    '{"call":{"\\u006dethod":"read","method":"login"}}',
    '{"call":{"method":"read"},"call":{"method":"login"}}',
  ])("is none where a name is there twice: %s", async (body) => {
    expect(await sendJson(body)).toEqual(REFUSED);
  });
});

it("[G2.37] JSON with a text that never ends is looked through in a time that grows with it", () => {
  expect(repeatsName(`{"${'\\"'.repeat(50_000)}`)).toBe(false);
  expect(repeatsName(`{"a":1,"${'\\"'.repeat(50_000)}\\`)).toBe(false);
});
