import type { Seat } from "./seat/seat.ts";
import type { MessageKey, Words } from "./words.ts";

const SENT: readonly MessageKey[] = [
  "sentClient",
  "sentTab",
  "sentAge",
  "sentCount",
  "sentActs",
  "sentListens",
  "sentCookies",
];
const NEVER: readonly MessageKey[] = ["neverAddresses", "neverKeys", "neverSites"];

/** X1, said word for word, and shown with the last message as it was sent, where the page knows of it. */
export function WhatIsSent({ words, lastSent }: { words: Words; lastSent?: Seat["lastSent"] }) {
  const list = (keys: readonly MessageKey[]) => (
    <ul>
      {keys.map((key) => (
        <li key={key}>{words.say(key)}</li>
      ))}
    </ul>
  );
  return (
    <details id="sent">
      <summary>{words.say("whatIsSent")}</summary>
      <p>{words.say("sentIntro")}</p>
      {list(SENT)}
      <p>{words.say("neverIntro")}</p>
      {list(NEVER)}
      {lastSent !== undefined && <p>{words.say(lastSent === null ? "nothingSent" : "lastSent")}</p>}
      {lastSent && (
        <pre id="last-sent">
          {lastSent.call.name} {JSON.stringify(lastSent.call.body, null, 2)}
        </pre>
      )}
    </details>
  );
}
