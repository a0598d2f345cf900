/**
 * The page agent (G8): the script that the gate puts into the CRM's documents. Without the extension it is a client like
 * one: heartbeats, activity, closing. With or without, it covers a page whose requests are refused (G5).
 */
import { watchActivity } from "../../../shared/page/activity.ts";
import { whenSeen } from "../../../shared/page/seen.ts";
import { type Agent, startAgent } from "./agent.ts";
import { AGENT_MARK, type Marked } from "./document-agent.ts";
import { watchRequests } from "./watch-requests.ts";

/** The agent of the document that holds this one in a frame, where that is of the same CRM: one document, one tab. */
function agentAbove(): Agent | undefined {
  for (let frame: Window = window; frame !== window.top; ) {
    frame = frame.parent;
    try {
      const above = (frame as Marked)[AGENT_MARK];
      if (above !== undefined) return above;
    } catch {
      // Another site's document.
    }
  }
  return undefined;
}

if ((window as Marked)[AGENT_MARK] === undefined) {
  const above = agentAbove();
  const agent = above ?? startAgent();
  (window as Marked)[AGENT_MARK] = agent;
  watchRequests(agent);
  if (above !== undefined) watchActivity(agent.active);
  else whenSeen(agent.begin);
}
