/** [G2] Public addresses by method, path and query, in every spelling that some server reads as another. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDoubtfulPath } from "../../../../worker/http/path-spelling.ts";
import { compilePublic, isPublicPattern } from "../../../../worker/identity/preset/public-pattern.ts";

const isPublic = (pattern: string, address: string, method = "GET"): boolean => {
  const [path = "", query] = address.split(/(?=\?)/);
  return compilePublic([pattern])({ method, path, query: query ?? "", request: { headers: new Headers() } });
};

describe("[G2] public addresses", () => {
  it.each<[string, string, boolean]>([
    ["/", "/", true],
    ["/", "/?entryPoint=download", false],
    ["/login", "/login", true],
    ["/login", "/login?next=/x", false],
    ["/login?*", "/login?next=/x", true],
    ["/login?*", "/login", true],
    ["/assets/*", "/assets/a.js?v=3", true],
    ["/assets/*", "/assets/a.js?_method=DELETE", false],
    ["/?entryPoint=image|logo&id", "/?entryPoint=image", true],
    ["/?entryPoint=image|logo&id", "/?entryPoint=logo&id=7", true],
    ["/?entryPoint=image|logo&id", "/?entryPoint=download&id=7", false],
    ["/?entryPoint=image|logo&id", "/?entryPoint=image&entryPoint=download", false],
    ["/?entryPoint=image|logo&id", "/?entryPoint=image&entrypoint=download", false],
    ["/?entryPoint=image|logo&id", "/?entryPoint=image&module=Contacts", false],
    ["/?entryPoint=image|logo&id", "/?id=7;entryPoint=download&entryPoint=image", false],
    ["/?entryPoint=image|logo&id", "/?entryPoint=image&id=;module=Contacts", false],
    ["/?entryPoint=image|logo&id", "/?entryPoint=image;id=7", false],
    ["/assets/*", "/assets/a.js?v=3;_method=DELETE", false],
    ["/assets/*", "/assets/a.js?v=3;w=4", true],
    ["/?entryPoint=image|logo&id", "/?id=7", false],
    ["/?entryPoint=image|logo&id", "/", false],
  ])("%s and %s: %s", (pattern, address, fits) => expect(isPublic(pattern, address)).toBe(fits));

  it("methods that change something are named", () => {
    expect(["GET", "HEAD", "OPTIONS", "POST", "PUT"].map((method) => isPublic("/signup", "/signup", method))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(isPublic("POST /signup", "/signup", "POST")).toBe(true);
    expect(isPublic("POST /signup", "/signup", "GET")).toBe(false);
  });

  it.each<[string, string, boolean]>([
    ["entryPoint=download", "/?entryPoint=image&id=7", false],
    ["theme=dark; entry.Point=x; Id=8", "/?entryPoint=image&id=7", false],
    ["a=1, entryPoint=download", "/?entryPoint=image&id=7", false],
    ["theme=entryPoint; sid=7", "/?entryPoint=image&sid=7", true],
    ["theme=dark; id=8", "/login", true],
  ])("[G2.28] beside the cookies %s, %s is one: %s", (cookie, address, fits) => {
    const [path = "", query = ""] = address.split(/(?=\?)/);
    const test = compilePublic(["/?entryPoint=image&id", "/?entryPoint=image&sid", "/login"], (name) => name === "sid");
    expect(test({ method: "GET", path, query, request: { headers: new Headers({ cookie }) } })).toBe(fits);
  });

  it("no other is accepted", () => {
    for (const text of ["/", "/a?", "/a?*", "POST /a/*", "/:db/x?a=b|c&d"]) {
      expect([text, isPublicPattern(text)]).toEqual([text, text !== "/a?"]);
    }
    for (const text of ["", "a", "FETCH /a", "POST  /a", "/a?a=*", "/a?=b", "/a b"]) {
      expect([text, isPublicPattern(text)]).toEqual([text, false]);
    }
  });

  it.each([
    "/assets/../contacts",
    "/assets/%2e%2e/contacts",
    "/assets/%252e%252e/contacts",
    "/assets/..%2fcontacts",
    "/assets/..%5ccontacts",
    "/assets/%c0%ae%c0%ae/contacts",
    "/assets/%c0%af/../contacts",
    "/assets/%u002e%u002e/contacts",
    "/assets/%e0%80%ae%e0%80%ae/contacts",
    "/assets/..;/contacts",
    "/assets/%3b/../contacts",
    "/assets//contacts",
    "/assets/./contacts",
    "/assets\\contacts",
    "/assets/.%20./contacts",
    "/assets/..%00/contacts",
    "/assets/%ef%bc%8e%ef%bc%8e/contacts",
    "/assets/%ef%bc%8f/contacts",
    "/assets/a%3fb",
    "/assets/100%",
  ])("%s is doubtful, and so not public", (path) => {
    expect(isDoubtfulPath(path)).toBe(true);
    expect(isPublic("/assets/*", path)).toBe(false);
  });

  it.each(["/assets/a%20b.js", "/assets/%C3%A9t%C3%A9.png", "/assets/a..b.js", "/assets/a,b@2x.png"])(
    "%s is read alike by all",
    (path) => expect(isPublic("/assets/*", path)).toBe(true),
  );
});

/** Servers, each with some of the habits by which real ones read a path. */
interface Server {
  decodes: number;
  overLong: boolean;
  unicode: boolean;
  backslash: boolean;
  parameters: boolean;
  controls: boolean;
  trims: boolean;
  wide: boolean;
}

function readAs(server: Server, path: string): string {
  let text = path;
  for (let round = 0; round < server.decodes; round++) {
    if (server.overLong) text = text.replace(/%c0%ae|%e0%80%ae/gi, ".").replace(/%c0%af|%e0%80%af/gi, "/");
    if (server.unicode)
      text = text.replace(/%u00([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
    text = text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
      try {
        return decodeURIComponent(run);
      } catch {
        return run;
      }
    });
  }
  if (server.wide) text = text.normalize("NFKC");
  if (server.backslash) text = text.replaceAll("\\", "/");
  if (server.controls) text = text.replace(/\p{Cc}/gu, "");
  text = text.split("?")[0] ?? "";
  const segments: string[] = [];
  for (const raw of text.split("/")) {
    let segment = server.parameters ? (raw.split(";")[0] ?? "") : raw;
    if (server.trims)
      segment =
        segment === "." || segment === ".."
          ? segment
          : segment.trim().replace(/[. ]+$/, (end) => (/^\.\.?$/.test(end) && end === segment ? end : ""));
    if (server.trims && /^\.{2,}$/.test(raw.trim())) segment = "..";
    if (segment === "" || segment === ".") continue;
    if (segment === "..") segments.pop();
    else segments.push(segment);
  }
  return `/${segments.join("/")}`;
}

describe("[G2] whatever a server makes of a path", () => {
  const piece = fc.constantFrom(
    ..."a b . .. / // \\ ; ;x= %2e %2E %2f %5c %3b %25 %252e %25252e %c0%ae %c0%af %e0%80%ae %u002e %u002f %00 %0a %20 %ef%bc%8e %ef%bc%8f %3f %23 % assets contacts app.js é".split(
      " ",
    ),
  );
  const server: fc.Arbitrary<Server> = fc.record({
    decodes: fc.integer({ min: 0, max: 4 }),
    overLong: fc.boolean(),
    unicode: fc.boolean(),
    backslash: fc.boolean(),
    parameters: fc.boolean(),
    controls: fc.boolean(),
    trims: fc.boolean(),
    wide: fc.boolean(),
  });

  it("a public path leads below the public folder", () => {
    let open = 0;
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 8 }), server, (pieces, habits) => {
        const path = `/assets/${pieces.join("")}`;
        if (!isPublic("/assets/*", path)) return;
        open++;
        expect(`${readAs(habits, path)}/`.startsWith("/assets/")).toBe(true);
      }),
      { numRuns: 20_000 },
    );
    expect(open).toBeGreaterThan(500);
  });
});
