/** [G10] Addresses on the CRM's own origin lead to the public one, however they are spelled. */
import { describe, expect, it } from "vitest";
import { createAddressMap } from "../../../../worker/gate/proxy/public-address.ts";
import { NamedHeaders } from "../../../../worker/http/named-headers.ts";

const PUBLIC = "https://crm.acme.example";
const toPublic = (address: string, crm = "http://crm.test", origin = PUBLIC): string =>
  createAddressMap(crm).toPublic(address, origin);

describe("[G10] an address on the CRM's own origin", () => {
  it.each([
    ["http://crm.test/a?b#c", "/a?b#c"],
    ["HTTP://CRM.Test/a", "/a"],
    ["http://crm.test:80/a", "/a"],
    ["https://crm.test/a", "/a"],
    ["https://crm.test:443/a", "/a"],
    ["http://crm.test./a", "/a"],
    ["http://anna:secret@crm.test/a", "/a"],
    ["//crm.test/a", "/a"],
    ["//CRM.TEST:80?x", "?x"],
    ["\\\\crm.test\\a", "/a"],
    ["/\\crm.test/a", "/a"],
    ["https:///crm.test/a", "/a"],
    ["http:crm.test/a", "/a"],
    ["http://crm.test", ""],
    ["http://crm.test/%C3%BC//x/../y?q=%zz", "/%C3%BC//x/../y?q=%zz"],
    [" http://crm.test/a", "/a"],
  ])("%s", (address, rest) => expect(toPublic(address)).toBe(PUBLIC + rest));

  it.each([
    "/relative",
    "next",
    "?page=2",
    "#there",
    "",
    "https://elsewhere.example/",
    "http://crm.test.evil.example/",
    "http://crm.test@evil.example/",
    "http://crm.test:8080/",
    "ftp://crm.test/a",
    "mailto:it@crm.test",
    "http://[/",
    `${PUBLIC}/already`,
  ])("%s stays", (address) => expect(toPublic(address)).toBe(address));

  it("a port of its own tells servers of one name apart", () => {
    expect(toPublic("https://10.0.0.5:8069/web", "http://10.0.0.5:8069")).toBe(`${PUBLIC}/web`);
    expect(toPublic("http://10.0.0.5/web", "http://10.0.0.5:8069")).toBe("http://10.0.0.5/web");
    expect(toPublic("http://127.0.0.1:9000/", "http://127.0.0.1:9001", "http://127.0.0.1:9000")).toBe(
      "http://127.0.0.1:9000/",
    );
  });

  it("[G10.8] the public host by plain http is the public origin, whatever the CRM takes itself for", () => {
    for (const crm of ["http://crm.test", "http://10.0.0.5:8069", "http://crm.acme.example", PUBLIC])
      expect(toPublic("http://CRM.acme.example/a?b#c", crm)).toBe(`${PUBLIC}/a?b#c`);
    expect(toPublic("http://crm.acme.example:8080/a", "http://10.0.0.5")).toBe("http://crm.acme.example:8080/a");
    expect(toPublic("http://crm.acme.example/a", "http://crm.test", "http://crm.acme.example")).toBe(
      "http://crm.acme.example/a",
    );
  });

  it("[G10.11] the public host with the CRM's own port is the public origin: the port is behind the gate", () => {
    expect(toPublic("https://crm.acme.example:8069/web?a#b", "http://10.0.0.5:8069")).toBe(`${PUBLIC}/web?a#b`);
    expect(toPublic("//crm.acme.example:8069/web", "http://10.0.0.5:8069")).toBe(`${PUBLIC}/web`);
    expect(toPublic("http://crm.acme.example:8069", "http://10.0.0.5:8069", "http://crm.acme.example")).toBe(
      "http://crm.acme.example",
    );
    expect(toPublic("https://crm.acme.example:80/web", "http://10.0.0.5")).toBe(`${PUBLIC}/web`);
    expect(toPublic("http://localhost:9001/web", "http://127.0.0.1:9001", "http://localhost:8787")).toBe(
      "http://localhost:8787/web",
    );
    for (const other of ["https://crm.acme.example:8443/", "https://shop.acme.example:8069/"])
      expect(toPublic(other, "http://10.0.0.5:8069")).toBe(other);
  });

  it("the CRM's redirect to https is one at the public host, too", () => {
    expect(toPublic("https://crm.test/a", "http://crm.test", "http://crm.acme.example")).toBe(`${PUBLIC}/a`);
    expect(toPublic("https://crm.test/a", "http://crm.test", "http://localhost:8787")).toBe("http://localhost:8787/a");
    expect(toPublic("https://crm.test/a", "https://crm.test", "http://crm.acme.example")).toBe(
      "http://crm.acme.example/a",
    );
  });

  it("on one host name with the CRM an address by https stays", () => {
    expect(toPublic("https://crm.acme.example/a", PUBLIC)).toBe("https://crm.acme.example/a");
  });
});

describe("[G10] headers that hold addresses", () => {
  const fit = (headers: Record<string, string>) =>
    Object.fromEntries(createAddressMap("https://crm.test").fitHeaders(new NamedHeaders(new Headers(headers)), PUBLIC));

  it.each<[string, string, string]>([
    ["location", "https://CRM.test:443/a", `${PUBLIC}/a`],
    ["content-location", "//crm.test/a", `${PUBLIC}/a`],
    ["sourcemap", "https://crm.test/a.map", `${PUBLIC}/a.map`],
    ["access-control-allow-origin", "https://crm.test", PUBLIC],
    ["refresh", "5; url=http://crm.test/a", `5; url=${PUBLIC}/a`],
    ["refresh", "0;URL='https://crm.test/a?b'", `0;URL='${PUBLIC}/a?b'`],
    ["refresh", '3, "https://crm.test/a"', `3, "${PUBLIC}/a"`],
    ["refresh", "0 https://crm.test/a", `0 ${PUBLIC}/a`],
    [
      "link",
      '<https://crm.test/a.css>; rel=preload; title="<https://crm.test/>", <//crm.test/b>; rel=next',
      `<${PUBLIC}/a.css>; rel=preload; title="<https://crm.test/>", <${PUBLIC}/b>; rel=next`,
    ],
  ])("%s: %s", (name, value, expected) => expect(fit({ [name]: value })).toEqual({ [name]: expected }));

  it.each([
    "hx-redirect",
    "hx-location",
    "hx-push-url",
    "x-inertia-location",
    "turbolinks-location",
    "x-pjax-url",
    "x-redirect",
    "ajax-location",
    "x-ic-redirect",
    "x-action-redirect",
  ])("%s, by which a script goes on", (name) => {
    expect(fit({ [name]: "https://CRM.test/a" })).toEqual({ [name]: `${PUBLIC}/a` });
    expect(fit({ [name]: "https://elsewhere.example/a" })).toEqual({});
  });

  it.each([
    ['{"path":"https://crm.test/a", "target":"#x"}', `{"path":"${PUBLIC}/a", "target":"#x"}`],
    [String.raw`{"target":"#x","path" : "https:\/\/crm.test\/\u4e00"}`, `{"target":"#x","path" : "${PUBLIC}/\\u4e00"}`],
  ])("htmx's object with a path: %s", (value, expected) =>
    expect(fit({ "hx-location": value })).toEqual({ "hx-location": expected }),
  );
  it.each(['{"path":"/a","values":{"next":"https://crm.test/"}}', '{"path":"https://crm.test', "{}"])(
    "htmx's object that leads nowhere else stays: %s",
    (value) => expect(fit({ "hx-location": value })).toEqual({}),
  );

  it.each([
    ["script-src https://crm.test; img-src *", `script-src https://crm.test ${PUBLIC}; img-src *`],
    [
      "default-src crm.test, frame-ancestors CRM.test:443/x",
      `default-src crm.test ${PUBLIC}, frame-ancestors CRM.test:443/x ${PUBLIC}/x`,
    ],
    ["connect-src 'self' wss://crm.test", `connect-src 'self' wss://crm.test ${PUBLIC.replace("http", "ws")}`],
    ["report-uri http://crm.test/r", `report-uri http://crm.test/r ${PUBLIC}/r`],
    ["script-src https://crm.test:*", `script-src https://crm.test:* ${PUBLIC}`],
    ["script-src *.test", `script-src *.test ${PUBLIC}`],
    ["default-src https://*.TEST:443/a/", `default-src https://*.TEST:443/a/ ${PUBLIC}/a/`],
  ])("a policy that names the CRM: %s", (policy, expected) =>
    expect(fit({ "content-security-policy": policy })).toEqual({ "content-security-policy": expected }),
  );
  it.each([
    "default-src 'self'; script-src 'nonce-abc.def' https: data: blob: *.cdn.example; frame-src 'none'",
    "img-src https://crm.test.evil.example https://*.crm.test https://*.example:*",
    "script-src 'sha256-a/b+c='; require-trusted-types-for 'script'; sandbox allow-scripts",
  ])("a policy that does not stays: %s", (policy) => expect(fit({ "content-security-policy": policy })).toEqual({}));

  it.each([
    ["content-security-policy-report-only", "script-src https://crm.test", `script-src https://crm.test ${PUBLIC}`],
    ["reporting-endpoints", 'csp="https://crm.test/r", main="/r"', `csp="${PUBLIC}/r", main="/r"`],
    [
      "report-to",
      String.raw`{"group":"d","endpoints":[{"url":"https:\/\/crm.test\/r"}]}`,
      `{"group":"d","endpoints":[{"url":"${PUBLIC}/r"}]}`,
    ],
    ["speculation-rules", '"https://crm.test/rules.json", "/b.json"', `"${PUBLIC}/rules.json", "/b.json"`],
    ["permissions-policy", 'camera=(self "https://crm.test")', `camera=(self "${PUBLIC}")`],
  ])("%s: %s", (name, value, expected) => expect(fit({ [name]: value })).toEqual({ [name]: expected }));

  it.each([
    ["report-to", '{"group":"crm.test","endpoints":[{"url":"https://reports.example/r"}]}'],
    ["reporting-endpoints", 'a="unclosed https://crm.test/'],
    ["permissions-policy", 'camera=(), geolocation=(self "https://maps.example")'],
  ])("%s that leads nowhere else stays: %s", (name, value) => expect(fit({ [name]: value })).toEqual({}));

  it("others stay as they are, and one that names another way to the CRM goes", () => {
    const headers = { link: "</a.css>; rel=preload", refresh: "30", location: "/a", "content-location": "/b" };
    expect(fit(headers)).toEqual({});
    expect(fit({ "alt-svc": 'h3="crm.test:443"; ma=86400' })).toEqual({ "alt-svc": null });
    expect(fit({ "alt-svc": 'h3=":443"; ma=86400' })).toEqual({});
  });

  it.each(['h2="10.0.0.5:443"; ma=86400', 'h3=":443", h2="other.test:8443"', "h3=':443', h2=other.test:443"])(
    "a way to another host or to no host in quotes goes, too: %s",
    (value) => expect(fit({ "alt-svc": value })).toEqual({ "alt-svc": null }),
  );

  it("a policy for all ports of a CRM that has a port of its own", () => {
    const policy = "script-src https://10.0.0.5:*";
    const headers = new NamedHeaders(new Headers({ "content-security-policy": policy }));
    expect(createAddressMap("https://10.0.0.5:8069").fitHeaders(headers, PUBLIC)).toEqual([
      ["content-security-policy", `${policy} ${PUBLIC}`],
    ]);
  });

  it("one origin among several that may read times", () => {
    expect(fit({ "timing-allow-origin": "https://a.example, https://crm.test" })).toEqual({
      "timing-allow-origin": `https://a.example, ${PUBLIC}`,
    });
    expect(fit({ "timing-allow-origin": "https://a.example, *" })).toEqual({});
  });

  it.each(["odata-entityid", "operation-location", "service-worker-allowed", "x-xhr-redirected-to"])("%s", (name) =>
    expect(fit({ [name]: "https://crm.test/api(1)" })).toEqual({ [name]: `${PUBLIC}/api(1)` }),
  );
});
