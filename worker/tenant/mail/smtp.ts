/** R10: gives a message to an SMTP relay (RFC 5321) over one of the platform's TCP sockets. */

import { sentence } from "../../../shared/sentence.ts";
import type { Relay } from "../../config/mail-config.ts";
import { MAIL_PATIENCE_MS, MailFault } from "./mail-fault.ts";

/** What is needed of the platform's sockets. */
export interface RelaySocket {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly closed: Promise<void>;
  close(): Promise<void>;
  startTls(): RelaySocket;
}

export type Connect = (
  address: { hostname: string; port: number },
  options: { secureTransport: "on" | "off" | "starttls"; allowHalfOpen: boolean },
) => RelaySocket;

/** Characters of one answer; a relay needs a fraction of that. */
const ANSWER_MAX = 10_000;

/** What the relay may say no to, each in a sentence. */
const REFUSALS = {
  connection: (code: number) => sentence("mailRefusedConnection", { code }),
  encryption: (code: number) => sentence("mailRefusedEncryption", { code }),
  signIn: (code: number) => sentence("mailRefusedSignIn", { code }),
  sender: (code: number) => sentence("mailRefusedSender", { code }),
  receiver: (code: number) => sentence("mailRefusedReceiver", { code }),
  message: (code: number) => sentence("mailRefusedMessage", { code }),
} as const;
type Step = keyof typeof REFUSALS;

interface Answer {
  code: number;
  text: string;
}

class Session {
  #socket: RelaySocket;
  #reader: ReadableStreamDefaultReader<Uint8Array>;
  #writer: WritableStreamDefaultWriter<Uint8Array>;
  #rest = "";
  /** Between the agreement to encrypt and the first answer under it. */
  isSecuring = false;
  /** The relay may have the message, whatever it answers. */
  isHandedOver = false;

  constructor(socket: RelaySocket) {
    this.#socket = socket;
    this.#reader = socket.readable.getReader();
    this.#writer = socket.writable.getWriter();
  }

  async write(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text));
  }

  /** Says a line and wants an answer of these hundreds. */
  async say(line: string, wanted: 2 | 3, step: Step): Promise<Answer> {
    if (/[\r\n]/.test(line)) throw new Error(`a line feed within a command of the step ${step}`);
    await this.write(`${line}\r\n`);
    return this.expect(wanted, step);
  }

  async expect(wanted: 2 | 3, step: Step): Promise<Answer> {
    const answer = await this.#read();
    const hundreds = Math.floor(answer.code / 100);
    if (hundreds === wanted) return answer;
    throw new MailFault(REFUSALS[step](answer.code), { isFinal: step === "receiver" && hundreds === 5 });
  }

  /** The next answer: as many lines as it has. */
  async #read(): Promise<Answer> {
    let text = "";
    for (;;) {
      const line = await this.#readLine();
      const [, code = "", more] = /^(\d{3})([ -]?)/.exec(line) ?? [];
      if (code === "" || text.length > ANSWER_MAX) throw new MailFault(sentence("mailNotSmtp"));
      text += `${line.slice(4)}\n`;
      if (more !== "-") return { code: Number(code), text };
    }
  }

  async #readLine(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end !== -1) {
        const line = this.#rest.slice(0, end).replace(/\r$/, "");
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      if (this.#rest.length > ANSWER_MAX) throw new MailFault(sentence("mailNotSmtp"));
      const { done, value } = await this.#reader.read();
      if (done) throw new MailFault(sentence("mailEnded"));
      this.isSecuring = false;
      this.#rest += new TextDecoder().decode(value);
    }
  }

  startTls(): void {
    // What came before the encryption could be anybody's (CVE-2011-0411).
    if (this.#rest !== "") throw new MailFault(sentence("mailNotSmtp"));
    this.isSecuring = true;
    this.#reader.releaseLock();
    this.#writer.releaseLock();
    this.#socket = this.#socket.startTls();
    this.#reader = this.#socket.readable.getReader();
    this.#writer = this.#socket.writable.getWriter();
  }

  /** Not waited for: a relay that hangs would hang this too. */
  close(): void {
    this.#socket.closed.catch(() => undefined);
    this.#socket.close().catch(() => undefined);
  }
}

export interface Envelope {
  from: string;
  to: string;
  /** The whole message, lines ending in CR LF. */
  message: string;
}

const SECURE_TRANSPORT = { implicit: "on", starttls: "starttls", none: "off" } as const;

/** Resolves once the relay has taken the message; throws a `MailFault`. */
export async function sendBySmtp(relay: Relay, envelope: Envelope, connect: Connect): Promise<void> {
  const { host: hostname, port, tls } = relay;
  const socket = connect({ hostname, port }, { secureTransport: SECURE_TRANSPORT[tls], allowHalfOpen: false });
  const session = new Session(socket);
  session.isSecuring = tls === "implicit";
  const over = Promise.withResolvers<never>();
  const late = new MailFault(sentence("mailLate", { seconds: MAIL_PATIENCE_MS / 1_000 }));
  const timer = setTimeout(() => over.reject(late), MAIL_PATIENCE_MS);
  socket.closed.catch((error: unknown) => over.reject(error));
  try {
    await Promise.race([talk(session, relay, envelope), over.promise]);
  } catch (error) {
    const says = session.isSecuring ? sentence("mailNotSecure") : sentence("mailNoConnection");
    const { says: why, isFinal } = error instanceof MailFault ? error : { says, isFinal: false };
    throw new MailFault(why, { isFinal, isUnsent: !session.isHandedOver });
  } finally {
    clearTimeout(timer);
    session.close();
  }
}

async function talk(session: Session, { tls, user, password }: Relay, { from, to, message }: Envelope): Promise<void> {
  const name = from.slice(from.indexOf("@") + 1);
  await session.expect(2, "connection");
  let can = await session.say(`EHLO ${name}`, 2, "connection");
  if (tls === "starttls") {
    if (!/^STARTTLS\b/im.test(can.text)) {
      throw new MailFault(sentence("mailClear"));
    }
    await session.say("STARTTLS", 2, "encryption");
    session.startTls();
    can = await session.say(`EHLO ${name}`, 2, "connection");
  }
  if (user !== "") await signIn(session, can.text, user, password);
  await session.say(`MAIL FROM:<${from}>`, 2, "sender");
  await session.say(`RCPT TO:<${to}>`, 2, "receiver");
  await session.say("DATA", 3, "message");
  session.isHandedOver = true;
  await session.write(`${message.replace(/(^|\r\n)\./g, "$1..").replace(/(?:\r\n)?$/, "\r\n")}.\r\n`);
  await session.expect(2, "message");
  // The message is taken; what becomes of the farewell changes nothing.
  await session.write("QUIT\r\n").catch(() => undefined);
}

async function signIn(session: Session, can: string, user: string, password: string): Promise<void> {
  const encode = (text: string) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  if (/^AUTH\b.*\bPLAIN\b/im.test(can)) {
    await session.say(`AUTH PLAIN ${encode(`\0${user}\0${password}`)}`, 2, "signIn");
    return;
  }
  await session.say("AUTH LOGIN", 3, "signIn");
  await session.say(encode(user), 3, "signIn");
  await session.say(encode(password), 2, "signIn");
}
