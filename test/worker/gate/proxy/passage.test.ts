import { describe, expect, it, vi } from "vitest";
import { isCacheable } from "../../../../worker/gate/proxy/cacheability.ts";
import { loadPreset } from "../../../../worker/identity/preset/presets.ts";
import { type Browser, SITE } from "../../../support/site/browser.ts";
import { CRM_ORIGIN } from "../../../support/site/page-crm.ts";
import { GateSite } from "../../../support/site.ts";
import { stayInOneIsolate } from "../../harsh/isolates.ts";

const seatedAnna = async (site: GateSite): Promise<Browser> => {
  const anna = site.browser("anna");
  await anna.navigate("/contacts");
  return anna;
};
const withInjection = (site = new GateSite()): GateSite => {
  const preset = structuredClone(site.preset);
  preset.inject = true;
  return new GateSite({}, preset);
};

describe("[G1] answers pass as they are", () => {
  it("redirects are handed on, and lead to the public address where they meant the CRM's own", async () => {
    const site = new GateSite();
    const anna = await seatedAnna(site);
    for (const [location, seen] of [
      [`${CRM_ORIGIN}/next?a=1`, `${SITE}/next?a=1`],
      [CRM_ORIGIN, SITE],
      ["//crm.test/x", `${SITE}/x`],
      ["HTTPS://user@CRM.test.:443/x", `${SITE}/x`],
      ["/relative", "/relative"],
      [`${CRM_ORIGIN}.evil.example/`, `${CRM_ORIGIN}.evil.example/`],
      ["https://elsewhere.example/", "https://elsewhere.example/"],
    ] as const) {
      site.crm.pages.set("/go", () => new Response(null, { status: 302, headers: { location } }));
      const answer = await anna.poll("/go");
      expect([answer.status, answer.headers.get("location")]).toEqual([302, seen]);
    }
  });

  it("[G10] other headers lead to the public address, too", async () => {
    const site = new GateSite();
    const anna = await seatedAnna(site);
    const headers = {
      refresh: "0; url=https://crm.test/x",
      link: "<//CRM.TEST/a>; rel=next",
      "content-location": "/x",
    };
    site.crm.pages.set("/go", () => new Response("", { headers }));
    const answer = await anna.poll("/go");
    expect([answer.headers.get("refresh"), answer.headers.get("link"), answer.headers.get("content-location")]).toEqual(
      [`0; url=${SITE}/x`, `<${SITE}/a>; rel=next`, "/x"],
    );
  });

  it("[G10] a GET that met a closed connection is asked once more, a POST is not", async () => {
    let tries = 0;
    const crm: typeof fetch = async (input, init) => {
      const { pathname } = new URL(new Request(input, init).url);
      if (pathname !== "/api/me" && ++tries % 2 === 1) throw new Error("Network connection lost.");
      return Response.json({
        id: "u1",
        login: "anna",
        name: "Anna",
        email: "a@b.example",
        role: "sales",
        active: true,
      });
    };
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const site = new GateSite({}, loadPreset("demo"), crm);
    const anna = site.browser("anna");
    expect([(await anna.navigate("/contacts")).status, tries]).toEqual([200, 2]);
    expect([(await anna.ask("/contacts", { method: "HEAD" })).status, tries]).toEqual([200, 4]);
    expect([(await anna.ask("/api/save", { method: "POST", body: "x" })).status, tries]).toEqual([502, 5]);
    expect([(await anna.ask("/api/save", { method: "POST" })).status, tries]).toEqual([200, 6]);
    expect([(await anna.ask("/api/save", { method: "DELETE" })).status, tries]).toEqual([502, 7]);
  });

  it("[G10] what is not public never comes from a cache on the way", async () => {
    const seen: unknown[] = [];
    const site = new GateSite();
    const crm: typeof fetch = (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : String(input));
      seen.push([pathname, (init as RequestInit<RequestInitCfProperties> | undefined)?.cf?.cacheTtl]);
      return site.crm.fetch(input, init);
    };
    const anna = new GateSite({}, loadPreset("demo"), crm).browser("anna");
    await anna.navigate("/files/offer.pdf");
    await anna.ask("/files", { method: "POST", body: "x" });
    await anna.poll("/assets/base.css");
    expect(seen).toEqual([
      ["/api/me", -1],
      ["/files/offer.pdf", -1],
      ["/files", -1],
      ["/assets/base.css", undefined],
    ]);
  });

  it("cookies of the CRM stay several, and lose a domain that is not the public one", async () => {
    const site = new GateSite();
    const anna = await seatedAnna(site);
    site.crm.pages.set("/set", () => {
      const headers = new Headers();
      headers.append("set-cookie", "a=1; Domain=.crm.test; Path=/; HttpOnly");
      headers.append("set-cookie", "b=2; Expires=Thu, 01 Jan 2032 00:00:00 GMT");
      return new Response("ok", { headers });
    });
    expect((await anna.poll("/set")).headers.getSetCookie()).toEqual([
      "a=1; Path=/; HttpOnly",
      "b=2; Expires=Thu, 01 Jan 2032 00:00:00 GMT",
    ]);
  });

  it("bodies without end stream, bodies without content stay without", async () => {
    const site = new GateSite();
    const anna = await seatedAnna(site);
    for (const status of [204, 304]) {
      site.crm.pages.set("/empty", () => new Response(null, { status, headers: { etag: '"x"' } }));
      const answer = await anna.poll("/empty");
      expect([answer.status, answer.body, answer.headers.get("etag")]).toEqual([status, null, '"x"']);
    }
    const body = "x".repeat(1_000_000);
    await anna.ask("/upload", { method: "PUT", body });
    expect(site.crm.asked.at(-1)).toMatchObject({ method: "PUT", body });
  });

  it("a page that a store might keep past the seat is not stored; a file may be", async () => {
    const site = new GateSite();
    const anna = await seatedAnna(site);
    const cached = { "content-type": "text/html", "cache-control": "public, max-age=600" };
    site.crm.pages.set("/page", () => new Response("<p>", { headers: cached }));
    expect((await anna.navigate("/page")).headers.get("cache-control")).toBe("no-store");
    expect((await anna.poll("/page")).headers.get("cache-control")).toBe("public, max-age=600");
  });
});

describe("[G8] a poll that is sent as a form or JSON", () => {
  it("is named by its body, and is no work", async () => {
    const preset = structuredClone(loadPreset("demo"));
    preset.backgroundCalls = [
      { method: "POST", path: "/rpc", pointer: "/method", oneOf: ["poll"] },
      { method: "POST", path: "/ajax", form: { action: ["check"] } },
      { method: "POST", path: "/ajax", query: { what: ["alerts"] } },
    ];
    const json = { "content-type": "application/json" };
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const parts = { "content-type": "multipart/form-data; boundary=x" };
    const multipart = (action: string): string =>
      `--x\r\nContent-Disposition: form-data; name="action"\r\n\r\n${action}\r\n--x--\r\n`;
    for (const [path, headers, body, active] of [
      ["/rpc", json, '{"method":"poll"}', false],
      ["/rpc", json, '{"method":"save"}', true],
      ["/ajax", form, "action=check", false],
      ["/ajax", form, "action=save", true],
      ["/rpc", { "content-type": "text/plain;charset=UTF-8" }, '{"method":"poll"}', false],
      ["/rpc", { "content-type": "text/plain;charset=UTF-8" }, '{"method":"save"}', true],
      ["/ajax", parts, multipart("check"), false],
      ["/ajax", parts, multipart("save"), true],
      ["/ajax?what=alerts", form, "x=1", false],
      ["/other", json, '{"method":"poll"}', true],
    ] as const) {
      const site = new GateSite({}, preset);
      const length = String(body.length);
      const asked = {
        method: "POST",
        body,
        headers: { ...headers, "content-length": length, "sec-fetch-mode": "cors" },
      };
      expect((await site.browser("anna").ask(path, asked)).status).toBe(200);
      expect([path, body, site.tenant.claims[0]?.active]).toEqual([path, body, active]);
      // The CRM gets what was read.
      expect(site.crm.asked[0]?.body).toBe(body);
    }
  });

  it("[G2] what a body most likely says opens nothing", async () => {
    const preset = structuredClone(loadPreset("demo"));
    preset.publicCalls = [{ method: "POST", path: "/rpc", pointer: "/method", oneOf: ["version"] }];
    preset.backgroundCalls = [{ method: "POST", path: "/rpc", pointer: "/method", oneOf: ["poll"] }];
    const site = new GateSite({}, preset);
    site.tenant.refuse();
    const body = '{"method":"version"}';
    const ask = (type: string) =>
      site.browser("anna").ask("/rpc", {
        method: "POST",
        body,
        headers: { "content-type": type, "content-length": String(body.length), "sec-fetch-mode": "cors" },
      });
    expect((await ask("application/json")).status).toBe(200);
    expect((await ask("text/plain")).headers.get("x-hotseat-refused")).toBe("limit_reached");
  });
});

describe("[G3] the identity cookie", () => {
  const WHO = "__Host-hotseat-who";
  it("waits for the next answer that can bring it, where the first one is for everybody", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    site.crm.pages.set(
      "/lib_foot.js",
      () => new Response("", { headers: { "cache-control": "max-age=10800, public" } }),
    );
    const first = await anna.poll("/lib_foot.js");
    expect([first.status, first.headers.getSetCookie()]).toEqual([200, []]);
    await anna.poll("/api/contacts");
    expect([...anna.cookies.keys()]).toEqual(["larch_session", "__Host-hotseat-jar", "__Host-hotseat-pass", WHO]);
    // Once is enough.
    expect((await anna.poll("/api/contacts")).headers.getSetCookie()).toEqual([]);
  });

  it("comes with pages that leave as no-store, whatever the CRM said of keeping them", async () => {
    const site = new GateSite();
    const anna = site.browser("anna");
    const headers = { "content-type": "text/html", "cache-control": "max-age=300" };
    site.crm.pages.set("/contacts", () => new Response("<p>", { headers }));
    expect((await anna.navigate("/contacts")).headers.get("cache-control")).toBe("no-store");
    expect(anna.cookies.has(WHO)).toBe(true);
  });

  it("is not given to the next person in the same session", async () => {
    const site = new GateSite();
    const browser = site.browser("anna");
    site.crm.pages.set("/lib_foot.js", () => new Response("", { headers: { "cache-control": "public" } }));
    await browser.poll("/lib_foot.js");
    await browser.ask("/login", { method: "POST", headers: { "sec-fetch-mode": "navigate" } });
    site.crm.people.set("anna", site.crm.people.get("frank") ?? {});
    await browser.poll("/api/contacts");
    expect(
      atob((browser.cookies.get(WHO) ?? "").split(".")[0]?.replaceAll("-", "+").replaceAll("_", "/") ?? ""),
    ).toContain("frank");
  });
});

describe("[G3] what counts as cacheable", () => {
  it.each([
    [{ "cache-control": "public, max-age=60" }, true],
    [{ "cache-control": "max-age=60" }, true],
    [{ "cache-control": "s-maxage=60" }, true],
    [{ "cache-control": "immutable" }, true],
    [{ expires: "Thu, 01 Jan 2032 00:00:00 GMT" }, true],
    [{ expires: "Thu, 01 Jan 2004 00:00:00 GMT" }, false],
    [{ expires: "0" }, false],
    [{ "cache-control": "private, max-age=60" }, false],
    [{ "cache-control": "max-age=0" }, false],
    [{ "cache-control": "no-cache, max-age=60" }, false],
    [{ "cache-control": "no-store" }, false],
    [{}, false],
  ])("%j: %s", (headers, expected) => expect(isCacheable(new Headers(headers), 1_800_000_000_000)).toBe(expected));
});

describe("[G5] the agent's script", () => {
  const page = "<!doctype html><html><head><title>x</title></head><body>é</body></html>";
  const html =
    (headers: Record<string, string> = {}) =>
    () =>
      new Response(page, {
        headers: {
          "content-type": "text/html; charset=utf-8",
          etag: '"1"',
          "cache-control": "public, max-age=43200",
          ...headers,
        },
      });

  it("comes first in the head of documents, which are then stored by nobody", async () => {
    const site = withInjection();
    site.crm.pages.set("/", html());
    for (const browser of [site.browser("anna"), site.browser("nobody")]) {
      const answer = await browser.navigate("/");
      expect(await answer.text()).toBe(page.replace("<head>", '<head><script src="/.hotseat/agent.js"></script>'));
      expect([answer.headers.get("cache-control"), answer.headers.get("etag")]).toEqual(["no-store", null]);
    }
  });

  it("takes the policy's nonce, and nothing but a nonce", async () => {
    const site = withInjection();
    site.crm.pages.set("/", html({ "content-security-policy": "script-src 'self' 'nonce-q1+/=' 'strict-dynamic'" }));
    expect(await (await site.browser("anna").navigate("/")).text()).toContain(
      '<script src="/.hotseat/agent.js" nonce="q1+/="></script>',
    );
    site.crm.pages.set("/", html({ "content-security-policy": `script-src 'nonce-"><b>'` }));
    expect(await (await site.browser("anna").navigate("/")).text()).toContain(
      '<script src="/.hotseat/agent.js"></script>',
    );
  });

  it.each([
    ["style-src 'nonce-style'; script-src 'nonce-script' 'strict-dynamic'", "script"],
    ["script-src-attr 'nonce-x'; SCRIPT-SRC 'nonce-script'", "script"],
    ["script-src 'nonce-a'; script-src-elem 'nonce-b'", "b"],
    ["default-src 'nonce-def'; style-src 'nonce-style'", "def"],
    ["frame-ancestors 'self', script-src 'nonce-second'", "second"],
    ["style-src 'nonce-style'; script-src 'self'", null],
    ["style-src 'nonce-style'", null],
  ])("[G10.7] the nonce is the one for scripts that are loaded: %s", async (policy, nonce) => {
    const site = withInjection();
    site.crm.pages.set("/", html({ "content-security-policy": policy }));
    const text = await (await site.browser("anna").navigate("/")).text();
    expect(text).toContain(`<script src="/.hotseat/agent.js"${nonce === null ? "" : ` nonce="${nonce}"`}></script>`);
  });

  it("[G10] is the only change: a page in another charset keeps its bytes, a doubtful one stays as it is", async () => {
    const site = withInjection();
    const tag = '<script src="/.hotseat/agent.js"></script>';
    const bytes = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
    const textOf = async (answer: Response) => String.fromCharCode(...new Uint8Array(await answer.arrayBuffer()));
    const anna = site.browser("anna");
    for (const [type, start, end, isIn] of [
      ["text/html; charset=windows-1252", "<!doctype html><html><head>", "<title>M\u00fc\u0081\u0080</title>", true],
      ["text/html", "<!doctype html>", "<title>x</title>\u00ff", true],
      ["text/html; charset=utf8mb4", "", "<!doctype html><html><head><title>\u00fc</title>", false],
      ["text/html; charset=UTF-16", "", "<\0h\0t\0m\0l\0>\0", false],
      ["text/html", "", '{"head":"<head>"}', false],
    ] as const) {
      const headers = { "content-type": type, etag: '"1"' };
      site.crm.pages.set("/", () => new Response(bytes(start + end), { headers }));
      const answer = await anna.navigate("/");
      expect(await textOf(answer)).toBe(isIn ? start + tag + end : start + end);
      expect(answer.headers.get("etag")).toBe(isIn ? null : '"1"');
    }
  });

  it("[G10] goes into a page that comes in pieces, at once, and what follows is passed on", async () => {
    const site = withInjection();
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    site.crm.pages.set("/", () => new Response(readable, { headers: { "content-type": "text/html" } }));
    const text = new TextEncoder();
    void writer.write(text.encode("<!doctype html><ht")).then(() => writer.write(text.encode("ml><head><title>")));
    const answer = await site.browser("anna").navigate("/");
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe(
      '<!doctype html><html><head><script src="/.hotseat/agent.js"></script><title>',
    );
    void writer.write(text.encode("é</title>")).then(() => writer.close());
    expect((await reader?.read())?.value).toBe("é</title>");
    expect((await reader?.read())?.done).toBe(true);
  });

  it("[G10.9] an empty answer that names an encoding is empty, and no fault of the CRM's", async () => {
    const site = withInjection();
    const anna = await seatedAnna(site);
    const encoded = (message: string) => () => {
      const body = new ReadableStream({ pull: (stream) => stream.error(new TypeError(message)) });
      return new Response(body, {
        headers: { "content-type": "text/html", "content-encoding": "gzip" },
        encodeBody: "manual",
      });
    };
    site.crm.pages.set("/save", encoded("Gzip compressed stream ended prematurely."));
    const headers = { "accept-encoding": "gzip" };
    const answer = await anna.navigate("/save", { method: "POST", body: "x", headers });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    site.crm.pages.set("/save", encoded("Network connection lost."));
    expect((await anna.navigate("/save", { headers })).status).toBe(502);
  });

  it("goes into whatever the browser shows as a page", async () => {
    const site = withInjection();
    site.crm.pages.set(
      "/old",
      () => new Response("<center>Old</center>", { headers: { "content-type": "text/html" } }),
    );
    const anna = site.browser("anna");
    const shown = await anna.navigate("/old", { headers: { "sec-fetch-dest": "document" } });
    expect(await shown.text()).toBe(`<script src="/.hotseat/agent.js"></script><center>Old</center>`);
    const behindWorker = await anna.navigate("/old", { headers: { "sec-fetch-dest": "empty" } });
    expect(await behindWorker.text()).toBe("<center>Old</center>");
  });

  it("goes into nothing else: fragments, files, presets without it", async () => {
    const site = withInjection();
    site.crm.pages.set("/", html());
    expect(await (await site.browser("anna").poll("/")).text()).toBe(page);
    site.crm.pages.set("/data", () => Response.json({ head: "<head>" }));
    expect(await (await site.browser("anna").navigate("/data")).text()).toBe('{"head":"<head>"}');
    const plain = new GateSite({}, { ...loadPreset("demo"), inject: false });
    plain.crm.pages.set("/", html({ "cache-control": "no-cache" }));
    const answer = await plain.browser("anna").navigate("/");
    expect([await answer.text(), answer.headers.get("etag")]).toEqual([page, '"1"']);
  });

  it("a document is asked for whole, since the one in the browser may be without the script", async () => {
    const site = withInjection();
    await site
      .browser("anna")
      .ask("/", { headers: { "sec-fetch-mode": "navigate", "if-none-match": '"1"', "if-modified-since": "x" } });
    expect(site.crm.asked.at(-1)?.headers.get("if-none-match")).toBeNull();
    expect(site.crm.asked.at(-1)?.headers.get("if-modified-since")).toBeNull();
  });
});

describe("[G7] what is open ends with the lease", () => {
  it.each([
    "text/event-stream",
    "Text/Event-Stream; charset=utf-8",
    "multipart/x-mixed-replace; boundary=frame",
    "application/x-ndjson",
    "application/jsonl",
    "application/json-seq",
    "application/stream+json",
    "application/grpc-web+proto",
    "application/connect+json",
    "application/x-json-stream",
  ])("a stream of %s", async (type) => {
    const site = new GateSite();
    const anna = await seatedAnna(site);
    let cancelled = false;
    site.crm.pages.set("/events", () => {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(new TextEncoder().encode("data: 1\n\n")),
        cancel: () => {
          cancelled = true;
        },
      });
      return new Response(body, { headers: { "content-type": type } });
    });
    const answer = await anna.poll("/events");
    const reader = answer.body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("data: 1\n\n");
    const next = reader?.read();
    await vi.waitFor(() => expect(site.tenant.watches).toBe(1));
    site.tenant.answerWatch("again");
    await vi.waitFor(() => expect(site.tenant.watches).toBe(2));
    site.tenant.answerWatch("ended");
    expect(await next).toEqual({ done: true, value: undefined });
    await vi.waitFor(() => expect(cancelled).toBe(true));
  });

  const socketOf = async (site: GateSite) => {
    const anna = await seatedAnna(site);
    const { 0: crmEnd, 1: crm } = new WebSocketPair();
    crm.binaryType = "arraybuffer";
    crm.accept({ allowHalfOpen: true });
    site.crm.pages.set(
      "/feed",
      () => new Response(null, { status: 101, webSocket: crmEnd, headers: { "sec-websocket-protocol": "larch.v1" } }),
    );
    const answer = await anna.ask("/feed", { headers: { upgrade: "websocket" } });
    const visitor = answer.webSocket;
    if (visitor === null) throw new Error("the gate answered without a socket");
    visitor.binaryType = "arraybuffer";
    const said = { visitor: [] as unknown[], crm: [] as unknown[] };
    for (const [name, socket] of [
      ["visitor", visitor],
      ["crm", crm],
    ] as const) {
      socket.addEventListener("message", ({ data }) => {
        said[name].push(data);
      });
      socket.addEventListener("close", ({ code, reason }) => {
        said[name].push([code, reason]);
      });
    }
    visitor.accept({ allowHalfOpen: true });
    return { answer, visitor, crm, said };
  };

  it("a WebSocket: frames and subprotocol pass, and it closes with a code of its own", async () => {
    const site = new GateSite();
    const { answer, visitor, crm, said } = await socketOf(site);
    expect([answer.status, answer.headers.get("sec-websocket-protocol")]).toEqual([101, "larch.v1"]);
    visitor.send("hello");
    crm.send(new Uint8Array([1, 2]));
    await vi.waitFor(() => expect(said).toEqual({ crm: ["hello"], visitor: [new Uint8Array([1, 2]).buffer] }));
    site.tenant.answerWatch("ended");
    await vi.waitFor(() => expect(said.visitor.at(-1)).toEqual([4403, "hotseat: your licence has ended"]));
    await vi.waitFor(() => expect(said.crm.at(-1)).toEqual([4403, "hotseat: your licence has ended"]));
  });

  it.each([
    ["the CRM", 4001, "crm", "visitor"],
    ["the visitor", 1000, "visitor", "crm"],
  ] as const)("%s may close it, with code and reason", async (_, code, from, to) => {
    const site = new GateSite();
    const { said, ...sockets } = await socketOf(site);
    sockets[from].close(code, "enough");
    await vi.waitFor(() => expect(said[to].at(-1)).toEqual([code, "enough"]));
  });

  it("[L5] it tells the tenant that the person is there, and of work only where the preset says so", async () => {
    const listed = structuredClone(loadPreset("demo"));
    listed.paths.workSockets = ["/feed"];
    for (const [site, active] of [
      [new GateSite(), false],
      [new GateSite({}, listed), true],
    ] as const) {
      const { visitor, said } = await socketOf(site);
      await vi.waitFor(() => expect(site.tenant.open).toEqual([{ session: expect.any(String), active: false }]));
      visitor.send("typed");
      await vi.waitFor(() => expect(said.crm).toEqual(["typed"]));
      site.tenant.answerWatch("again");
      await vi.waitFor(() => expect(site.tenant.open[1]).toEqual({ session: expect.any(String), active }));
      site.tenant.answerWatch("again");
      await vi.waitFor(() => expect(site.tenant.open[2]).toMatchObject({ active: false }));
    }
  });

  it("ends politely once it can no longer be watched: after so many questions, or when none is left", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const often = new GateSite();
    often.tenant.againTimes = 1_000;
    const one = await socketOf(often);
    await vi.waitFor(() => expect(one.said.visitor.at(-1)).toEqual([1012, "hotseat: please connect again"]));
    expect(often.tenant.watches).toBe(900);
    const spent = new GateSite();
    spent.tenant.watchFault = new Error("Too many subrequests.");
    const other = await socketOf(spent);
    await vi.waitFor(() => expect(other.said.visitor.at(-1)).toEqual([1012, "hotseat: please connect again"]));
    expect(spent.tenant.watches).toBe(1);
  });

  it("a tenant out of reach is asked again, and after the outage grace nothing stays open unwatched", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const site = new GateSite({ outageGraceMs: 60_000 });
    site.tenant.watchFault = new Error("broken");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const { said } = await socketOf(site);
      for (let seconds = 0; seconds < 60; seconds++) {
        expect(said.visitor).toEqual([]);
        site.time += 1_000;
        await vi.advanceTimersByTimeAsync(1_000);
      }
      await vi.waitFor(async () => {
        await vi.advanceTimersByTimeAsync(30_000);
        expect(said.visitor.at(-1)).toEqual([1012, "hotseat: please connect again"]);
      });
    } finally {
      vi.useRealTimers();
    }
  });

  it("a socket is refused at once where the seat has gone, though the pass lasts, and the CRM is not asked", async () => {
    stayInOneIsolate("a refusal is remembered by the isolate that gave it");
    const site = new GateSite();
    const anna = await seatedAnna(site);
    site.tenant.refuse({ reason: "seat_evicted" });
    site.tenant.leaseIsThere = () => false;
    const asked = site.crm.asked.length;
    const answers = [];
    for (let tries = 0; tries < 6; tries++)
      answers.push(await anna.ask("/feed", { headers: { upgrade: "websocket" } }));
    expect(answers.map(({ status, webSocket }) => [status, webSocket])).toEqual(Array(6).fill([503, null]));
    expect([answers[0]?.headers.get("retry-after"), answers[0]?.headers.get("x-hotseat-refused")]).toEqual([
      "5",
      "seat_evicted",
    ]);
    expect(site.crm.asked).toHaveLength(asked);
    // A page that storms costs the tenant one call a second.
    expect(site.tenant.claims).toHaveLength(2);
  });

  it("[G6] a socket is let through by a live pass while the tenant is out of reach", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const site = new GateSite();
    const anna = await seatedAnna(site);
    site.tenant.leaseIsThere = () => {
      throw new Error("broken");
    };
    site.crm.pages.set("/feed", () => new Response("no socket here", { status: 426 }));
    expect((await anna.ask("/feed", { headers: { upgrade: "websocket" } })).status).toBe(426);
  });

  it("a socket without a session of the CRM is its own affair", async () => {
    const site = new GateSite();
    const { 0: crmEnd, 1: crm } = new WebSocketPair();
    crm.accept();
    site.crm.pages.set("/feed", () => new Response(null, { status: 101, webSocket: crmEnd }));
    const request = new Request(`${SITE}/feed`, { headers: { upgrade: "websocket" } });
    const answer = await site.gate.handle(request, site.background);
    expect(answer.webSocket).toBe(crmEnd);
    expect(site.tenant.watches).toBe(0);
  });
});
