/** Where the agent of a document is found: by its frames, and by the button that it loads. */
import type { Agent } from "./agent.ts";

export const AGENT_MARK = Symbol.for("hotseat.agent");
export type Marked = Window & { [AGENT_MARK]?: Agent };
