/** [I] Every mistake in a preset is refused with the field's path and what would be right. */
import { describe, expect, it } from "vitest";
import { checkPreset, PresetError } from "../../../../worker/identity/preset/preset-check.ts";
import { loadPreset, PRESET_NAMES } from "../../../../worker/identity/preset/presets.ts";
import dolibarr from "../../../../worker/identity/presets/dolibarr.json" with { type: "json" };
import espocrm from "../../../../worker/identity/presets/espocrm.json" with { type: "json" };
import odoo from "../../../../worker/identity/presets/odoo.json" with { type: "json" };
import suitecrm from "../../../../worker/identity/presets/suitecrm.json" with { type: "json" };
import tryton from "../../../../worker/identity/presets/tryton.json" with { type: "json" };

/** The preset with one value set; `undefined` takes it away. */
function changed(preset: unknown, path: string, value: unknown): unknown {
  const copy = structuredClone(preset) as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop() ?? "";
  let at: Record<string, unknown> = copy;
  for (const name of names) at = at[name] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

function faultOf(data: unknown): string {
  try {
    checkPreset("mine", data);
  } catch (error) {
    if (error instanceof PresetError) return error.message;
    throw error;
  }
  return "none";
}

const presets = { odoo, suitecrm, dolibarr, tryton, espocrm };

describe("[I] a mistake in a preset", () => {
  it.each<[keyof typeof presets, string, unknown, string]>([
    ["odoo", "title", "", "title must not be empty"],
    ["odoo", "colour", "red", "colour is not a field of a preset"],
    ["odoo", "carriers", [], "carriers must have at least 1 entry"],
    ["odoo", "carriers.0", [], "carriers.0 must have at least 1"],
    ["odoo", "carriers.0.0", {}, "carriers.0.0 must have exactly one of cookie, cookiePattern, header"],
    ["odoo", "carriers.0.0", { cookie: "a", header: "b" }, "carriers.0.0 must have exactly one of"],
    ["odoo", "carriers.0.0.cookie", "a b", "carriers.0.0.cookie must be a cookie's name"],
    ["odoo", "carriers.0.0", { header: "X-Session" }, "carriers.0.0.header must be a header's name in lower case"],
    ["odoo", "carriers.0.0.scheme", "Bearer", "carriers.0.0.scheme goes with header"],
    ["odoo", "carriers.0.0.decode", "base64", "carriers.0.0.decode goes with capture"],
    ["odoo", "carriers.0.0.decode", "rot13", 'carriers.0.0.decode must be one of "base64", "percent"'],
    ["odoo", "carriers.0.0.capture", "^.+$", "carriers.0.0.capture has no named group"],
    ["dolibarr", "carriers.0.0.cookiePattern", "DOLSESSID", "carriers.0.0.cookiePattern must be a regular expression"],
    ["dolibarr", "carriers.0.0.cookiePattern", "^(a+)+$", "carriers.0.0.cookiePattern must be a regular expression"],
    ["tryton", "pathCapture", "^/(?<database>.*)+$", "pathCapture must be a regular expression that begins with ^"],
    ["tryton", "records.steps", [], "records.steps must have at least 1"],
    ["tryton", "records.steps.0.path", "/{base}/", "records.steps.0.path names {base}, but no carrier"],
    ["tryton", "records.count", {}, "records.count must have exactly one of pointer, text, header"],
    ["tryton", "records.count.step", 1, "records.count.step is 1, but there are steps 0 to 0"],
    ["tryton", "identity.steps", [], "identity.steps must be one to three questions"],
    ["tryton", "identity.steps.0.method", "HEAD", 'identity.steps.0.method must be one of "GET"'],
    ["tryton", "identity.steps.0.method", "GET", "identity.steps.0.body cannot be sent by GET"],
    ["tryton", "identity.steps.0.path", "api", "identity.steps.0.path must be a path that begins with /"],
    ["tryton", "identity.steps.0.path", "/{base}/", "identity.steps.0.path names {base}, but no carrier"],
    ["tryton", "identity.steps.0.headers", { authorization: "Bearer {t}" }, "identity.steps.0.headers.authorization"],
    ["tryton", "identity.steps.0.headers", { Accept: "x" }, "identity.steps.0.headers.Accept must be a header's name"],
    ["tryton", "identity.steps.0.origin", "http://api.example", "identity.steps.0.origin must be an origin such as"],
    ["tryton", "identity.steps.0.forward", ["cookie"], "identity.steps.0.forward names cookie"],
    ["tryton", "identity.steps.0.signedInWhen", [], "identity.steps.0.signedInWhen must have at least 1"],
    ["tryton", "identity.steps.0.signedInWhen.0", {}, "identity.steps.0.signedInWhen.0 is empty and would hold"],
    ["tryton", "identity.steps.0.signedInWhen.0.status", 20, "identity.steps.0.signedInWhen.0.status must be a whole"],
    ["tryton", "identity.steps.0.signedInWhen.0.pointer", "id", "signedInWhen.0.pointer must be a JSON pointer"],
    ["tryton", "identity.steps.0.anonymousWhen.0", { equals: 1 }, "anonymousWhen.0.equals goes with pointer"],
    ["tryton", "identity.steps.0.anonymousWhen.0", { pointer: "/a", equals: [] }, "equals must be a text, a number"],
    ["tryton", "identity.steps.0.anonymousWhen.0", { contentType: "HTML" }, "contentType must be in lower case"],
    ["tryton", "identity.steps.0.captures", { uid: { pointer: "/id" } }, "captures.uid is of no use: no step follows"],
    ["dolibarr", "identity.steps.0.captures.uid", {}, "captures.uid must have exactly one of pointer, text"],
    ["dolibarr", "identity.steps.0.captures", undefined, "identity.steps.1.path names {uid}"],
    ["tryton", "identity.steps.0.timeoutMs", 5, "identity.steps.0.timeoutMs must be a whole number from 100 to 30000"],
    ["tryton", "identity.steps.0.maxBytes", 1e9, "identity.steps.0.maxBytes must be a whole number from 1024"],
    ["odoo", "identity.holder", "email", 'identity.holder must be one of "id", "login"'],
    ["odoo", "identity.person.id", {}, "identity.person.id must have exactly one of pointer, text, header"],
    ["odoo", "identity.person.id", { pointer: "/a", header: "b" }, "identity.person.id must have exactly one of"],
    ["odoo", "identity.person.id.step", 1, "identity.person.id.step is 1, but there are steps 0 to 0"],
    ["odoo", "identity.person.id.step", 3, "identity.person.id.step must be a whole number from 0 to 2"],
    ["odoo", "identity.person.roles.0.each", "/x", "identity.person.roles.0 must have each or as, not both"],
    ["odoo", "identity.person.roles", undefined, "roles maps the CRM's roles, but identity.person.roles is missing"],
    ["dolibarr", "identity.person.id.text.chars", "all", 'text.chars must be one of "digits", "word", "text"'],
    ["dolibarr", "identity.person.id.text.after", "", "identity.person.id.text.after must have at least 1 char"],
    ["odoo", "identity.person.login.editable", true, "identity.person.login is editable: people can change it of them"],
    ["odoo", "identity.person.id.editable", true, "identity.person.id is editable: people can change it of themselves"],
    ["odoo", "identity.person.roles.0.editable", true, "so it must not say who they are or what they may do"],
    ["espocrm", "identity.person.groups.0.editable", true, "identity.person.groups.0 is editable"],
    ["espocrm", "identity.person.active.editable", true, "identity.person.active is editable"],
    [
      "espocrm",
      "listedBy",
      ["email"],
      "identity.person.email is editable: people can change it of themselves, so listedBy",
    ],
    ["espocrm", "listedBy", ["name"], 'listedBy.0 must be one of "login", "email"'],
    ["odoo", "identity.person.login.pointer", "/result/name", "login is read where identity.person.name stands"],
    ["espocrm", "identity.person.roles.0.pointer", "/user/emailAddress", "where identity.person.email stands"],
    ["espocrm", "identity.exemptWhen.0.pointer", "/user/name", "identity.exemptWhen.0 looks at identity.person.name"],
    [
      "suitecrm",
      "identity.person.name",
      suitecrm.identity.person.login,
      "login is read where identity.person.name stands",
    ],
    ["suitecrm", "identity.person.name", { ...suitecrm.identity.person.login, editable: false }, "none"],
    ["suitecrm", "identity.person.login.text.to", undefined, "identity.person.login.text must have both from and to"],
    [
      "suitecrm",
      "identity.person.roles.0.text",
      { before: "title='", chars: "word", after: "'" },
      "identity.person.roles.0.text must have from and to: elsewhere on the page may stand what people typed",
    ],
    ["odoo", "identity.exemptWhen.0", { step: 0 }, "identity.exemptWhen.0"],
    ["odoo", "identity.exemptWhen.0.step", 2, "identity.exemptWhen.0.step is 2, but there are steps 0 to 0"],
    ["odoo", "identity.signedInLifeMs", 1, "identity.signedInLifeMs must be a whole number from 10000 to 3600000"],
    ["odoo", "roles.system", "boss", 'roles.system must be one of "user"'],
    ["odoo", "listedBy", [], "listedBy must have at least 1"],
    ["suitecrm", "listedBy", ["email"], "listedBy names email, but identity.person.email is missing"],
    ["odoo", "login.0.path", "web/login", "login.0.path must be a path such as"],
    [
      "odoo",
      "login.0.success.0",
      { body: "ok" },
      "login.0.success.0 may look at status, location and contentType alone",
    ],
    ["odoo", "login.0.success.0", {}, "login.0.success.0 is empty"],
    ["odoo", "logout.0.oneOf", ["a"], "logout.0 must have both pointer and oneOf, or neither"],
    ["suitecrm", "login.0.method", "GET", "login.0.method must be POST, PUT, PATCH or DELETE"],
    ["suitecrm", "login.0.pointer", "/a", "login.0 must have pointer or form, not both"],
    ["suitecrm", "login.0.form", {}, "none"],
    ["suitecrm", "logout.0.method", "POST", "logout.0.method must be GET, for it is told by the query"],
    ["suitecrm", "logout.0.query", undefined, "logout.0.without goes with query or form"],
    ["suitecrm", "publicCalls.0", { path: "/x" }, "publicCalls.0 is told by its path alone"],
    ["suitecrm", "strangerCalls.0.form", { a: ["b"] }, "strangerCalls.0.form is not a field of a preset"],
    ["dolibarr", "strangerCalls.0.path", "public", "strangerCalls.0.path must be a path such as"],
    ["suitecrm", "backgroundCalls.0", { path: "/x" }, "backgroundCalls.0 is told by its path alone: put the path into"],
    ["suitecrm", "backgroundCalls.0.method", "POST", "backgroundCalls.0.method must be GET, for it is told by the"],
    ["suitecrm", "publicCalls.0.guarded", true, "publicCalls.0.guarded is not a field of a preset"],
    ["odoo", "paths.public.0", "login", "paths.public.0 must be a path such as"],
    ["odoo", "paths.static", [], "paths.static is not a field of a preset"],
    ["odoo", "machine.policy", "count", 'machine.policy must be one of "pass", "refuse"'],
    ["odoo", "refusal.background.status", 401, "refusal.background.status must be 200 or 400 to 599, and not 401"],
    ["odoo", "refusal.background.status", 302, "refusal.background.status must be 200 or 400"],
    ["odoo", "refusal.background.headers", { location: "/" }, "refusal.background.headers.location must not be set"],
    ["odoo", "refusal.background.headers", { "set-cookie": "a" }, "refusal.background.headers.set-cookie must not"],
    ["odoo", "refusal.exceptions.1.answer.text", "{title}", "refusal.exceptions.1.answer must have body or text, not"],
    ["odoo", "refusal.exceptions.0.answer.text", "{who}", "refusal.exceptions.0.answer.text names {who}; there are"],
    ["odoo", "refusal.exceptions.1.contentType", undefined, "refusal.exceptions.1 must have paths or contentType"],
    ["odoo", "refusal.exceptions.1.contentType", "JSON", "refusal.exceptions.1.contentType must be in lower case"],
    ["odoo", "refusal.webSocketCode", 1000, "refusal.webSocketCode must be a whole number from 3000 to 4999"],
    ["odoo", "inject", "yes", "inject must be of type boolean"],
    ["odoo", "host", "change", 'host must be one of "rewrite", "keep"'],
  ])("%s, %s = %j: %s", (name, path, value, words) =>
    expect(faultOf(changed(presets[name], path, value))).toContain(words),
  );

  it("several mistakes are told at once", () => {
    const fault = faultOf(changed(changed(odoo, "title", ""), "inject", "yes"));
    expect(fault).toContain("title must not be empty; ");
    expect(fault).toContain("inject must be");
    const unknown = faultOf({ ...odoo, colour: "red", shape: "round" });
    expect(unknown).toContain("colour is not a field of a preset; shape is not a field of a preset");
  });

  it("a preset may stand in the variable itself, and is checked like any other", () => {
    expect(loadPreset(JSON.stringify(odoo)).title).toBe("Odoo");
    expect(() => loadPreset("{ title: 1 }")).toThrow("PRESET begins with { but is no JSON");
    expect(() => loadPreset("{}")).toThrow("Preset in PRESET: title must be of type string");
  });

  it.each([...PRESET_NAMES])("%s has none", (name) => expect(loadPreset(name).title).not.toBe(""));
});
