import { describe, expect, it } from "vitest";
import { isDoubtfulPath } from "../../../../worker/http/path-spelling.ts";
import { compilePaths, isPathPattern } from "../../../../worker/identity/preset/path-pattern.ts";
import { checkPreset, PresetError } from "../../../../worker/identity/preset/preset-check.ts";
import { loadPreset } from "../../../../worker/identity/preset/presets.ts";
import { fillTemplate } from "../../../../worker/identity/preset/template.ts";
import { decideRole } from "../../../../worker/identity/roles.ts";

const without = (change: (preset: Record<string, unknown>) => void): Record<string, unknown> => {
  const preset = structuredClone(loadPreset("demo")) as unknown as Record<string, unknown>;
  change(preset);
  return preset;
};
const faultOf = (data: unknown): string => {
  try {
    checkPreset("mine", data);
  } catch (error) {
    if (error instanceof PresetError) return error.message;
    throw error;
  }
  return "none";
};
const at = (preset: Record<string, unknown>, path: string): Record<string, unknown> =>
  path.split(".").reduce((value, name) => value[name] as Record<string, unknown>, preset);

describe("[I] presets", () => {
  it("those that come along can work", () => {
    for (const name of ["demo", "tryton"]) expect(loadPreset(name).title).not.toBe("");
  });

  it("an unknown name is answered by the names that exist", () => {
    for (const name of ["zoho", "toString", ""]) expect(() => loadPreset(name)).toThrow("there are: demo, tryton");
  });

  it.each([
    [
      "a field that does nothing",
      (p: Record<string, unknown>) => Object.assign(at(p, "paths"), { static: ["/x"] }),
      "paths.static is not a field of a preset",
    ],
    [
      "a path that is none",
      (p: Record<string, unknown>) => Object.assign(at(p, "paths"), { public: ["login"] }),
      "paths.public.0 must be a path such as /login, /assets/*, /lib/*.js or /:database/bus",
    ],
    [
      "a background answer that would sign people out",
      (p: Record<string, unknown>) => Object.assign(at(p, "refusal.background"), { status: 401 }),
      "refusal.background.status must be 200 or 400 to 599, and not 401",
    ],
    [
      "a redirect as a background answer",
      (p: Record<string, unknown>) => Object.assign(at(p, "refusal.background"), { status: 302 }),
      "refusal.background.status must be 200 or 400",
    ],
    [
      "a place without a capture",
      (p: Record<string, unknown>) => Object.assign(at(p, "identity.steps.0"), { path: "/{database}/me" }),
      "identity.steps.0.path names {database}, but no carrier and no pathCapture captures it",
    ],
    [
      "a step that is not there",
      (p: Record<string, unknown>) => Object.assign(at(p, "identity.person"), { name: { step: 1, pointer: "/name" } }),
      "identity.person.name.step is 1, but there are steps 0 to 0",
    ],
    [
      "a holder's key that nobody fills",
      (p: Record<string, unknown>) => {
        Object.assign(at(p, "identity"), { holder: "login" });
        delete at(p, "identity.person").login;
      },
      "identity.person.login is missing",
    ],
    [
      "an unknown word in a refusal",
      (p: Record<string, unknown>) => Object.assign(at(p, "refusal.background"), { body: { a: "{name}" } }),
      "refusal.background.body names {name}; there are {title}",
    ],
    [
      "a loose pattern",
      (p: Record<string, unknown>) => Object.assign(p, { carriers: [[{ cookiePattern: "SESS" }]] }),
      "carriers.0.0",
    ],
    [
      "half a body matcher",
      (p: Record<string, unknown>) => Object.assign(p, { logout: [{ path: "/x", pointer: "/method" }] }),
      "logout.0 must have both pointer and oneOf",
    ],
    [
      "a role that Hotseat has not",
      (p: Record<string, unknown>) => Object.assign(at(p, "roles"), { boss: "owner" }),
      'roles.boss must be one of "user"',
    ],
    [
      "nothing at all",
      (p: Record<string, unknown>) => {
        for (const name of Object.keys(p)) delete p[name];
      },
      "title must be of type string",
    ],
  ])("%s is refused with the field and what would be right", (_, change, words) =>
    expect(faultOf(without((preset) => void change(preset)))).toContain(words),
  );
});

describe("paths of presets", () => {
  it.each([
    ["/login", "/login", true],
    ["/login", "/login/", false],
    ["/assets/*", "/assets/app.js", true],
    ["/assets/*", "/assets", false],
    ["/:database/bus", "/dunmore/bus", true],
    ["/:database/bus", "//bus", false],
    ["/:database/bus", "/a/b/bus", false],
    ["/:database/data/*", "/x/data/1/2", true],
    ["/a.b", "/aXb", false],
    ["/lib/*.js", "/lib/a.js", true],
    ["/lib/*.js", "/lib/a/b/jquery.min.js", true],
    ["/lib/*.js", "/lib/.js", false],
    ["/lib/*.js", "/lib/a.json", false],
    ["/lib/*.js", "/lib/a.php/b.js", false],
    ["/lib/*.js", "/lib/v1.2/b.js", false],
    ["/lib/*.js", "/index.php/lib/a.js", false],
    ["/:database/*.js", "/x/a.js", true],
    ["/:database/*.js", "/x/a.php/b.js", false],
    ["/:database/a.b", "/x/aXb", false],
  ])("%s and %s: %s", (pattern, path, fits) => expect(compilePaths([pattern])(path)).toBe(fits));

  it("no other is accepted", () => {
    for (const pattern of ["/", "/a/*", "/:db/", "/a/*.js"]) expect(isPathPattern(pattern)).toBe(true);
    for (const pattern of ["", "a", "/a?b", "/*/b", "/a b", "/:", "/a/*.js/b", "/a/*.*", "/*x"])
      expect(isPathPattern(pattern)).toBe(false);
  });

  it("[G2] ambiguous ones are recognised", () => {
    for (const path of ["/a/../b", "/a//b", "/a/%2e%2E/b", "/a%2fb", "/a%5Cb", "/a\\b", "/a;x=1/b", "/a/%252e/"]) {
      expect(isDoubtfulPath(path)).toBe(true);
    }
    for (const path of ["/", "/a/b.js", "/a/b%20c", "/a..b"]) expect(isDoubtfulPath(path)).toBe(false);
  });
});

describe("templates", () => {
  it("fill texts, and numbers where a number is wanted", () => {
    const template = { id: "{#requestId}", list: ["{uid} of {name}", "{#uid}", 7, null] };
    expect(fillTemplate(template, { requestId: 12, uid: "3", name: '"}' })).toEqual({
      id: 12,
      list: ['3 of "}', 3, 7, null],
    });
  });
});

describe("[I4] roles", () => {
  const lists = { licence_manager: ["anna@larch.example"], admin: ["grace"], support: ["sam"] };
  const preset = loadPreset("demo");
  it.each([
    [["sales"], ["ben", "ben@larch.example"], "user"],
    [["accounts"], ["frank", null], "licence_manager"],
    [["sales"], ["anna", "Anna@Larch.Example"], "licence_manager"],
    [["accounts"], ["GRACE", null], "admin"],
    [["support", "admin"], ["x", ""], "support"],
    [["toString", "constructor"], [null, null], "user"],
  ])("%j, named %j: %s", (crmRoles, names, role) =>
    expect(decideRole(preset.roles, lists, crmRoles, names)).toBe(role),
  );
});
