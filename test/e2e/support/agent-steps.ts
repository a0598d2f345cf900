/** The page agent stopped between two of its steps: what a crash, a power cut or the system's memory killer does to a tab. */
import type { Page } from "puppeteer-core";

/** What the agent does that somebody else could notice. `NAME answered`: an answer comes, and is not heard. */
export type AgentStep =
  | "call"
  | "here"
  | "told"
  | "gone"
  | "heartbeat"
  | "heartbeat answered"
  | "release"
  | "release answered"
  | "hand-back"
  | "hand-back answered";

interface Stopped extends Window {
  agentStopped?: boolean;
}

/** From the page's start: right before its agent takes this step for the `nth` time, it does nothing any more. */
export async function stopBefore(page: Page, step: AgentStep, nth = 1): Promise<void> {
  await page.evaluateOnNewDocument(watchSteps, step, nth);
}

export const isStopped = (page: Page): Promise<boolean> =>
  page.evaluate(() => (window as Stopped).agentStopped === true);

/** Ends the tab's process. */
export async function crash(page: Page): Promise<void> {
  const session = await page.createCDPSession();
  // Its answer never comes.
  session.send("Page.crash").catch(() => undefined);
}

/** Runs in the page, before the agent. */
function watchSteps(last: string, nth: number): void {
  const scope = window as Stopped;
  if (window !== window.top) return;
  let left = nth;
  /** Whether the step is still taken. */
  const takes = (step: string): boolean => {
    if (scope.agentStopped) return false;
    if (step === last && --left === 0) {
      scope.agentStopped = true;
      return false;
    }
    return true;
  };
  const never = new Promise<never>(() => undefined);

  const realFetch = window.fetch;
  window.fetch = async (...given) => {
    const name = /\/\.hotseat\/api\/([\w-]+)$/.exec(String(given[0]))?.[1];
    if (name === undefined) return realFetch(...given);
    if (!takes(name)) return never;
    const answer = await realFetch(...given);
    return takes(`${name} answered`) ? answer : never;
  };

  const realPost = BroadcastChannel.prototype.postMessage;
  BroadcastChannel.prototype.postMessage = function postMessage(message: { kind: string }) {
    if (takes(message.kind)) realPost.call(this, message);
  };
}
