/** What there is of the extension in a page: its scripts and its listeners, as the debugging protocol sees them. */
import type { Page, Protocol } from "puppeteer-core";

export interface Traces {
  /** Addresses of scripts that came from an extension. */
  scripts: string[];
  /** Kinds of events that the window or the document is listened to for, by whomever. */
  listeners: string[];
}

export async function tracesIn(page: Page): Promise<Traces> {
  const session = await page.createCDPSession();
  const scripts: string[] = [];
  session.on("Debugger.scriptParsed", ({ url }: Protocol.Debugger.ScriptParsedEvent) => {
    if (url.startsWith("chrome-extension://")) scripts.push(url);
  });
  // Tells of every script that is there, before it answers.
  await session.send("Debugger.enable");
  const listeners: string[] = [];
  for (const expression of ["window", "document"]) {
    const { result } = await session.send("Runtime.evaluate", { expression });
    const found = await session.send("DOMDebugger.getEventListeners", { objectId: result.objectId ?? "" });
    listeners.push(...found.listeners.map(({ type }) => type));
  }
  await session.detach();
  return { scripts, listeners };
}
