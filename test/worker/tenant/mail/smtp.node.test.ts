/** [R10] E-mail to a real SMTP server on this machine: encrypted or not at all, one message per id, and no header that anybody adds. */
import { connect as connectPlain, createServer, type Socket as NodeSocket, type Server } from "node:net";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { isMailAddress, type MailConfig, type Relay, readMailConfig } from "../../../../worker/config/mail-config.ts";
import { composeMail, headerText, type Mail } from "../../../../worker/tenant/mail/compose-mail.ts";
import { MAIL_PATIENCE_MS } from "../../../../worker/tenant/mail/mail-fault.ts";
import { sendMail } from "../../../../worker/tenant/mail/send-mail.ts";
import type { Connect } from "../../../../worker/tenant/mail/smtp.ts";
import { signSelf } from "../../../extension/support/self-signed.ts";

const { key, cert } = signSelf("localhost");
const stranger = signSelf("other.example");

/** The platform's sockets, made of Node's. */
const connect = ((address: { hostname: string; port: number }, { secureTransport }: { secureTransport: string }) => {
  const options = { host: address.hostname, port: address.port };
  const tls = { ca: cert, servername: "localhost" };
  const wrap = (socket: NodeSocket): unknown => {
    const { readable, writable } = Duplex.toWeb(socket);
    const closed = new Promise<void>((resolve, reject) => {
      socket.once("close", () => resolve());
      socket.once("error", reject);
    });
    return {
      readable,
      writable,
      closed,
      close: async () => void socket.destroy(),
      startTls: () => wrap(connectTls({ ...tls, socket })),
    };
  };
  return wrap(secureTransport === "on" ? connectTls({ ...options, ...tls }) : connectPlain(options));
}) as unknown as Connect;

interface Received {
  from: string;
  to: string[];
  user: unknown;
  text: string;
  secure: boolean;
}

const ends: (() => Promise<void>)[] = [];
afterAll(async () => {
  await Promise.all(ends.map((end) => end()));
});
afterEach(() => {
  vi.useRealTimers();
});

/** `lose`: how many messages it takes and then dies without saying so. */
async function startServer(options: SMTPServerOptions = {}, lose = 0): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  let left = lose;
  const server: SMTPServer = new SMTPServer({
    key,
    cert,
    authOptional: true,
    onAuth: ({ username, password }, _, done) => {
      if (password === "right") done(null, { user: username });
      else done(new Error("no"));
    },
    onData(stream, session, done) {
      const pieces: Buffer[] = [];
      stream.on("data", (piece: Buffer) => pieces.push(piece));
      stream.on("end", () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user: session.user,
          text: Buffer.concat(pieces).toString("latin1"),
          secure: session.secure,
        });
        if (left-- > 0) for (const { _socket } of server.connections as Set<{ _socket: NodeSocket }>) _socket.destroy();
        else done();
      });
    },
    ...options,
  });
  server.on("error", () => undefined);
  ends.push(() => new Promise((resolve) => server.close(() => resolve())));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.server.address() as { port: number }).port, received };
}

/** A server that says what `talk` says, whatever it is told. */
async function startOdd(talk: (socket: NodeSocket) => void): Promise<number> {
  const sockets = new Set<NodeSocket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    talk(socket);
  });
  ends.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as { port: number }).port;
}

const mail: Mail = {
  id: "acme-word1",
  to: "it@acme.example",
  subject: "Müller & Söhne 🪑: all licences are in use, and this subject is long enough to need a second line of words",
  text: ".a line that begins with a dot\n.\n\n..\nGrüße",
  html: "<p>Grüße</p>",
  attachments: [{ name: "report.csv", type: "text/csv; charset=utf-8", text: "limit,peak\r\n10,9\r\n" }],
  stop: "https://crm.acme.example/.hotseat/mail?token=x",
};
const relayOf = (port: number, relay: Partial<Relay> = {}): MailConfig => ({
  from: "hotseat@acme.example",
  by: "relay",
  relay: { host: "127.0.0.1", port, tls: "starttls", user: "", password: "", ...relay },
});
const ports = { connect, fetch, now: () => Date.UTC(2026, 10, 21, 12) };
const send = (config: MailConfig, sent: Mail = mail) => sendMail(config, sent, ports);
const parse = (text: string): Promise<Email> => PostalMime.parse(Buffer.from(text, "latin1"));
const contentOf = ({ attachments }: Email) =>
  attachments.map(({ filename, mimeType, content }) => [
    filename,
    mimeType,
    new TextDecoder().decode(content as ArrayBuffer),
  ]);

test.each(["starttls", "implicit"] as const)(
  "[R10] a message arrives whole over %s, with user and password",
  async (tls) => {
    const { port, received } = await startServer({ secure: tls === "implicit" });
    expect(await send(relayOf(port, { tls, user: "hotseat", password: "right" }))).toBeNull();
    const [got] = received;
    expect(got).toMatchObject({ from: "hotseat@acme.example", to: ["it@acme.example"], user: "hotseat", secure: true });
    const read = await parse(got?.text ?? "");
    expect(read).toMatchObject({
      messageId: "<acme-word1@acme.example>",
      subject: mail.subject,
      from: { name: "Hotseat", address: "hotseat@acme.example" },
      date: "2026-11-21T12:00:00.000Z",
    });
    expect(read.text?.trimEnd().replaceAll("\r", "")).toBe(mail.text);
    expect(read.html?.trim()).toBe(mail.html);
    expect(contentOf(read)).toEqual([["report.csv", "text/csv", "limit,peak\r\n10,9\r\n"]]);
    expect(read.headers.find(({ key: name }) => name === "list-unsubscribe")?.value).toBe(`<${mail.stop}>`);
    expect(Math.max(...(got?.text ?? "").split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(78);
    expect(await send(relayOf(port, { tls, user: "hotseat", password: "wrong" }))).toMatchObject({
      message: "The mail relay refused user or password (535).",
      isFinal: false,
      isUnsent: true,
    });
    expect(received).toHaveLength(1);
  },
);

test("[R10] a relay that offers no encryption, or shows another's certificate, gets nothing: no password, no message", async () => {
  let spoken = 0;
  const onAuth: SMTPServerOptions["onAuth"] = (_, __, done) => {
    spoken++;
    done(new Error("no"));
  };
  const signIn = { user: "hotseat", password: "right" };
  const clear = await startServer({ hideSTARTTLS: true, onAuth });
  expect((await send(relayOf(clear.port, signIn)))?.message).toMatch(/does not offer encryption/);
  for (const tls of ["starttls", "implicit"] as const) {
    const other = await startServer({ ...stranger, secure: tls === "implicit", onAuth });
    expect((await send(relayOf(other.port, { ...signIn, tls })))?.message).toMatch(
      /certificate may be for another host name/,
    );
    expect(other.received).toEqual([]);
  }
  expect([spoken, clear.received]).toEqual([0, []]);
});

test("[R10] what somebody says before the encryption began counts for nothing", async () => {
  const port = await startOdd((socket) => {
    socket.write("220 relay\r\n");
    socket.on("data", (said) => {
      const line = String(said);
      if (line.startsWith("EHLO")) socket.write("250-relay\r\n250 STARTTLS\r\n");
      else if (line.startsWith("STARTTLS")) socket.write("220 go on\r\n250 AUTH PLAIN\r\n");
    });
  });
  expect((await send(relayOf(port)))?.message).toBe("The mail relay does not speak SMTP.");
});

test("[R10] a message whose answer was lost is sent again, the same to the last byte, under the same Message-ID", async () => {
  const { port, received } = await startServer({}, 1);
  expect(await send(relayOf(port))).toMatchObject({
    message: expect.stringMatching(/^The mail relay/),
    isUnsent: false,
  });
  expect(await send(relayOf(port))).toBeNull();
  expect(received).toHaveLength(2);
  expect(received[0]?.text).toBe(received[1]?.text);
  expect(received[0]?.text).toContain("Message-ID: <acme-word1@acme.example>\r\n");
});

test("[R10] what goes wrong is a sentence; only a receiver who is refused for good is not tried again", async () => {
  const refusing = (responseCode: number): SMTPServerOptions => ({
    onRcptTo: (_, __, done) => done(Object.assign(new Error("no"), { responseCode })),
  });
  const unknown = await startServer(refusing(550));
  expect(await send(relayOf(unknown.port))).toMatchObject({
    message: "The mail relay refused the receiver's address (550).",
    isFinal: true,
  });
  const busy = await startServer(refusing(451));
  expect(await send(relayOf(busy.port))).toMatchObject({
    message: "The mail relay refused the receiver's address (451).",
    isFinal: false,
    isUnsent: true,
  });
  const closing = await startOdd((socket) => socket.end("220 relay\r\n250-rel"));
  expect((await send(relayOf(closing)))?.message).toMatch(/^The mail relay (?:ended the|takes no) connection\.$/);
  const other = await startOdd((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
  expect((await send(relayOf(other)))?.message).toBe("The mail relay does not speak SMTP.");
  const endless = await startOdd((socket) => socket.write("220-".padEnd(50_000, "x")));
  expect((await send(relayOf(endless)))?.message).toBe("The mail relay does not speak SMTP.");
  expect(await send(relayOf(1))).toMatchObject({ message: "The mail relay takes no connection.", isUnsent: true });
});

test("[R10] a relay that says nothing is given up after its time", async () => {
  const port = await startOdd(() => undefined);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const sent = send(relayOf(port));
  await vi.advanceTimersByTimeAsync(MAIL_PATIENCE_MS);
  expect(await sent).toMatchObject({ message: "The mail relay did not answer within 20 seconds.", isUnsent: true });
});

test("[R10] nothing that is typed makes a header, a receiver or a command of its own", async () => {
  const hostile = "All full\r\nBcc: eve@evil.example\r\n\r\n<script>\u2028\u0085\u0000";
  const text = composeMail({ ...mail, subject: hostile, id: "x\r\nBcc: eve@evil.example" }, "hotseat@acme.example", 0);
  const head = text.slice(0, text.indexOf("\r\n\r\n"));
  const names = head.split("\r\n").map((line) => line.split(":")[0]);
  const own = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Auto-Submitted"];
  expect(names).toEqual([...own, "List-Unsubscribe", "List-Unsubscribe-Post", "Content-Type"]);
  const lines = `Subject: ${headerText("ä🪑".repeat(500))}`.split("\r\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76);
  const long = await parse(composeMail({ ...mail, subject: "ä🪑".repeat(500) }, "hotseat@acme.example", 0));
  expect(long.subject).toBe(`${"ä🪑".repeat(100).slice(0, -2)}…`);
  for (const address of ["it@acme.example", "a.b+c@x-y.acme.example"]) expect(isMailAddress(address)).toBe(true);
  for (const address of [
    ...["", "it", "it@", "@acme.example", "it@acme", "it@acme.example,eve@evil.example", "it acme@acme.example"],
    ...["<it@acme.example>", "it@acme.example>", "it@-acme.example", "it..x@acme.example", ".it@acme.example"],
    ...["it@acme.example\r\nRCPT TO:<eve@evil.example>", "it@[127.0.0.1]", '"it"@acme.example', "ıt@acme.example"],
    ...[`${"x".repeat(65)}@acme.example`, `it@${"x".repeat(250)}.example`],
  ])
    expect([address, isMailAddress(address)]).toEqual([address, false]);
});

test("[R10] the operator's variables are refused with what would be right", () => {
  const read = (env: Parameters<typeof readMailConfig>[0]) => {
    const faults: string[] = [];
    return [readMailConfig(env, (fault) => faults.push(fault)), faults.join("; ")] as const;
  };
  const from = { MAIL_FROM: "hotseat@acme.example" };
  expect(read({})).toEqual([null, ""]);
  expect(read({ ...from, MAIL_RELAY: "smtp://me%40x@relay.example", MAIL_PASSWORD: "p" })[0]).toMatchObject({
    relay: { host: "relay.example", port: 587, tls: "starttls", user: "me@x", password: "p" },
  });
  expect(read({ ...from, MAIL_RELAY: "smtps://relay.example" })[0]).toMatchObject({
    relay: { port: 465, tls: "implicit" },
  });
  expect(read({ ...from, MAIL_RELAY: "smtp://localhost:2525" })[0]).toMatchObject({ relay: { tls: "none" } });
  expect(read({ ...from, MAIL_SERVICE: "postmark", MAIL_KEY: "k" })[0]).toMatchObject({ service: "postmark" });
  const refused: [Parameters<typeof readMailConfig>[0], RegExp][] = [
    [{ MAIL_FROM: "x", MAIL_RELAY: "smtps://r.example" }, /^MAIL_FROM must be one address/],
    [{ MAIL_RELAY: "smtps://r.example" }, /^MAIL_FROM must be one address/],
    [from, /^set one of MAIL_RELAY and MAIL_SERVICE/],
    [{ ...from, MAIL_SERVICE: "resend", MAIL_RELAY: "smtps://r.example" }, /^set one of/],
    [{ ...from, MAIL_RELAY: "http://r.example" }, /^MAIL_RELAY must be smtp:/],
    [{ ...from, MAIL_RELAY: "smtp://r.example:25" }, /^MAIL_RELAY must be smtp:/],
    [
      { ...from, MAIL_RELAY: "smtp://me:secret@r.example", MAIL_PASSWORD: "p" },
      /^MAIL_RELAY must be .*without a password/,
    ],
    [{ ...from, MAIL_RELAY: "smtp://me@relay.example" }, /^MAIL_PASSWORD is missing/],
    [{ ...from, MAIL_SERVICE: "resend" }, /^MAIL_KEY is missing/],
    [{ ...from, MAIL_SERVICE: "pigeon", MAIL_KEY: "k" }, /^MAIL_SERVICE must be one of resend, postmark, not pigeon/],
  ];
  for (const [env, fault] of refused) expect(read(env)).toEqual([null, expect.stringMatching(fault)]);
});

test.each(["resend", "postmark"] as const)(
  "[R10] %s gets the message under its own id, the same on every try",
  async (service) => {
    const asked: { url: string; init: RequestInit }[] = [];
    let answer = () => Promise.resolve(new Response(""));
    const fetch = ((url: string, init: RequestInit) => {
      asked.push({ url, init });
      return answer();
    }) as unknown as typeof globalThis.fetch;
    const config = { from: "hotseat@acme.example", by: "service", service, key: "k" } as const;
    const give = () => sendMail(config, { ...mail, subject: "a\r\nBcc: b" }, { ...ports, fetch });
    expect(await give()).toBeNull();
    answer = () => Promise.resolve(new Response("", { status: 500 }));
    expect(await give()).toMatchObject({
      message: "The mail service answered with status 500.",
      isFinal: false,
      isUnsent: true,
    });
    const refusals = {
      resend: [
        [{ name: "validation_error", message: "Invalid `to` field." }, true],
        [{ name: "validation_error", message: "Invalid `from` field." }, false],
      ],
      postmark: [
        [{ ErrorCode: 406, Message: "inactive" }, true],
        [{ ErrorCode: 400, Message: "Sender signature not confirmed" }, false],
      ],
    } as const;
    // The operator's own faults have the same status as an address that was given up.
    const endless = `{"ErrorCode":406,"name":"validation_error","message":"\`to\` ${"x".repeat(20_000)}"}`;
    for (const [said, isFinal] of [...refusals[service], ["", false], [endless, false]] as const) {
      const text = typeof said === "string" ? said : JSON.stringify(said);
      answer = () => Promise.resolve(new Response(text, { status: 422 }));
      expect([text.slice(0, 60), await give()]).toMatchObject([text.slice(0, 60), { isFinal }]);
    }
    answer = () => Promise.resolve(Response.redirect("https://10.0.0.1/"));
    expect(await give()).toMatchObject({ message: "The mail service answered with status 302." });
    answer = () => Promise.reject(new Error("connection refused"));
    expect(await give()).toMatchObject({ message: "The mail service does not answer.", isUnsent: false });
    expect(new Set(asked.map(({ init }) => String(init.body))).size).toBe(1);
    const body = String(asked[0]?.init.body);
    expect(body).toContain("<acme-word1@acme.example>");
    expect(JSON.parse(body)).toMatchObject(service === "resend" ? { subject: "a Bcc: b" } : { Subject: "a Bcc: b" });
    const headers = new Headers(asked[0]?.init.headers);
    if (service === "resend") expect(headers.get("idempotency-key")).toBe("acme-word1");
    expect(asked[0]?.init.redirect).toBe("manual");
  },
);
