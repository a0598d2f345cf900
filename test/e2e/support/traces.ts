/** What there is of the extension in a page: its scripts and its listeners, as the debugging protocol sees them. */
import type { Page, Protocol } from "puppeteer-core";

export interface Traces {
  /** Addresses of scripts that came from an extension. */
  scripts: string[];
  /** Kinds of events that the window is listened to for, by the page itself or by an extension in its own world there. */
  listeners: string[];
}

export async function tracesIn(page: Page): Promise<Traces> {
  const session = await page.createCDPSession();
  const scripts: string[] = [];
  const worlds: number[] = [];
  session.on("Debugger.scriptParsed", ({ url }: Protocol.Debugger.ScriptParsedEvent) => {
    if (url.startsWith("chrome-extension://")) scripts.push(url);
  });
  session.on("Runtime.executionContextCreated", ({ context }: Protocol.Runtime.ExecutionContextCreatedEvent) => {
    worlds.push(context.id);
  });
  // Each tells of all that is there before it answers.
  await session.send("Debugger.enable");
  await session.send("Runtime.enable");
  const listeners: string[] = [];
  for (const contextId of worlds) {
    const { result } = await session.send("Runtime.evaluate", { expression: "window", contextId });
    const found = await session.send("DOMDebugger.getEventListeners", { objectId: result.objectId ?? "" });
    listeners.push(...found.listeners.map(({ type }) => type));
  }
  await session.detach();
  return { scripts, listeners };
}
