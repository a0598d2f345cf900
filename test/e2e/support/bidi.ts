/** A WebDriver BiDi connection: commands with typed-enough answers, one socket, no session kept. */
import { WebSocket } from "ws";

export interface Bidi {
  send<Result = unknown>(method: string, params: Record<string, unknown>): Promise<Result>;
  /** Hears every event of this name from now on. */
  on(event: string, hear: (params: unknown) => void): Promise<void>;
  close(): void;
}

interface Reply {
  id?: number;
  type: "success" | "error" | "event";
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: string;
  message?: string;
}

/** Connects and starts a session. A command that the browser refuses throws what it said. */
export async function connectBidi(address: string): Promise<Bidi> {
  const socket = new WebSocket(`${address}/session`);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const listeners: { event: string; hear: (params: unknown) => void }[] = [];
  let last = 0;
  socket.on("message", (data) => {
    const reply = JSON.parse(String(data)) as Reply;
    for (const { event, hear } of listeners) if (event === reply.method) hear(reply.params);
    const asked = reply.id === undefined ? undefined : waiting.get(reply.id);
    if (reply.id === undefined || asked === undefined) return;
    waiting.delete(reply.id);
    if (reply.type === "success") asked.resolve(reply.result);
    else asked.reject(new Error(`${reply.error}: ${reply.message}`));
  });
  socket.on("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("The browser has gone"));
    waiting.clear();
  });
  const bidi: Bidi = {
    send: <Result>(method: string, params: Record<string, unknown>) =>
      new Promise<Result>((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve: (value) => resolve(value as Result), reject });
        socket.send(JSON.stringify({ id, method, params }));
      }),
    async on(event, hear) {
      listeners.push({ event, hear });
      await bidi.send("session.subscribe", { events: [event] });
    },
    close: () => socket.close(),
  };
  // A test's own CRM on https has a certificate that nobody vouches for. "Leave page?" is the test's to answer.
  const capabilities = { acceptInsecureCerts: true, unhandledPromptBehavior: { beforeUnload: "ignore" } };
  await bidi.send("session.new", { capabilities: { alwaysMatch: capabilities } });
  return bidi;
}
