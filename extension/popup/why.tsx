/** L19: "Why?" in the popup, asked each time that it is opened. */
import { useState } from "preact/hooks";
import type { WhySaid } from "../../shared/why.ts";
import type { Words } from "../words.ts";

type Known = WhySaid | "asking" | null;

export function Why({ words, ask }: { words: Words; ask: () => Promise<WhySaid | null> }) {
  const [why, setWhy] = useState<Known>("asking");
  const open = (event: Event) => {
    if ((event.currentTarget as HTMLDetailsElement).open) void ask().then(setWhy);
  };
  return (
    <details class="why" id="why" onToggle={open}>
      <summary>{words.say("why")}</summary>
      <div aria-live="polite">
        {why === "asking" || why === null ? (
          <p>{words.say(why === null ? "whyUnknown" : "whyAsking")}</p>
        ) : (
          <>
            <List title={null} lines={why.facts} />
            <List title={why.waysTitle} lines={why.ways} />
            <List title={why.changeTitle} lines={why.change} />
          </>
        )}
      </div>
    </details>
  );
}

function List({ title, lines }: { title: string | null; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      {title !== null && <p class="why-title">{title}</p>}
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}
