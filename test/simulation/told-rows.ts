/** What a step of a ledger leaves in the audit, as the tenant's object tells it (worker/tenant/audit/outbox.ts). */
import type { ChainedRow } from "../../worker/audit/chain.ts";
import { type Event, isStored } from "../../worker/ledger/event.ts";
import type { Ledger } from "../../worker/ledger/ledger.ts";
import {
  type RedactedEvent,
  redactEvent,
  shortenEvent,
  toldOf,
  type Words,
} from "../../worker/tenant/audit/redact-event.ts";
import type { SeatTally } from "../../worker/tenant/audit/seat-tally.ts";

export const wordOf = (holder: string): string => `p-${holder}`;
const people: Words = { wordOf, meet: ({ id }) => wordOf(id), meetNamed: wordOf };

/** Rows after the row `seq`, not chained yet. */
export function toldRows(
  events: readonly Event[],
  { ledger, tally, seq }: { ledger: Ledger; tally: SeatTally; seq: number },
): (ChainedRow & Pick<RedactedEvent, "texts">)[] {
  const told = toldOf(events.filter(isStored));
  return told.map((event, index) => {
    const { type, at, holder, ...own } = shortenEvent(event, ledger);
    const { fields, inUse, limit } = tally.count(event, ledger, index === told.length - 1);
    const number = seq + index + 1;
    const { body, texts } = redactEvent({ ...own, ...fields }, people, number, () => "salt");
    const subject = holder === "" ? null : wordOf(holder);
    return { seq: number, at, kind: type, holder: subject, actor: null, inUse, limit, body, texts };
  });
}
