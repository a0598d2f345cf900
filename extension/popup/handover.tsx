import { useState } from "preact/hooks";
import type { OwnMessage } from "../messages.ts";
import type { Seat } from "../seat/seat.ts";
import type { Words } from "../words.ts";

interface HandoverProps {
  words: Words;
  seat: Seat;
  tell(message: OwnMessage): void;
}

/** L32: gives the seat to a colleague who waits: one of those who may be named, or whoever is typed. */
export function Handover({ words, seat, tell }: HandoverProps) {
  const [chosen, choose] = useState<string | null>(null);
  const handover = seat.status?.state === "seated" ? seat.status.handover : null;
  if (handover == null) return null;
  const to = chosen ?? handover.people?.[0]?.id;
  const label = words.say(handover.people === null ? "handOverTyped" : "handOverTo");
  return (
    <form
      class="handover"
      onSubmit={(event) => {
        event.preventDefault();
        const to = String(new FormData(event.currentTarget).get("to") ?? "").trim();
        if (to !== "") tell({ kind: "hand_over", origin: seat.origin, to });
      }}
    >
      <label for="hand-over-to">{label}</label>
      {handover.people === null ? (
        <input id="hand-over-to" name="to" maxLength={300} autocomplete="off" required dir="auto" />
      ) : (
        // Nobody takes the place of the one who was chosen and has left: then nobody is.
        <select
          id="hand-over-to"
          name="to"
          required
          value={to}
          onChange={({ currentTarget }) => choose(currentTarget.value)}
        >
          {handover.people.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
      <button type="submit" class="plain" id="hand-over" disabled={seat.handover.to !== null}>
        {words.say("handOver")}
      </button>
      {seat.handover.isRefused && <p role="alert">{words.say("handOverRefused")}</p>}
    </form>
  );
}
