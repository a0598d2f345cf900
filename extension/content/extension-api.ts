/** The slice of the browser's extension interface that the content script uses. No polyfill: it weighs more than all of this. */
import type { PageMessage, Refused, Relayed, Speaks, TabMessage, Unknown, View, Welcome, Why } from "../messages.ts";

type Answered = Welcome | View | Refused | Why | Speaks | Unknown | undefined;

interface ExtensionApi {
  runtime: {
    /** Undefined once the extension was updated or removed under this script. */
    id?: string;
    sendMessage(message: PageMessage): Promise<Answered>;
    onMessage: {
      /** `take` returns true when it answers later. */
      addListener(
        take: (message: TabMessage, sender: { id?: string }, answer: (relayed: Relayed) => void) => boolean,
      ): void;
    };
  };
  i18n: { getMessage(key: string, values?: string[]): string };
}

const scope = globalThis as { browser?: ExtensionApi; chrome?: ExtensionApi };
/** Firefox calls it browser, Chrome chrome (and lately both). */
export const api = (scope.browser ?? scope.chrome) as ExtensionApi;

/** Was the extension updated or removed under this script? It is quiet then. */
export function isOrphan(): boolean {
  try {
    return api.runtime?.id === undefined;
  } catch {
    return true;
  }
}

/** Says something to the background; undefined when there is no answer. */
export async function send(message: PageMessage): Promise<Answered> {
  if (isOrphan()) return undefined;
  try {
    return await api.runtime.sendMessage(message);
  } catch {
    return undefined;
  }
}
