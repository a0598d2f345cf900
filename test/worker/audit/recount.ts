/**
 * What an exported audit says, counted row by row and shared with nothing of the product: who had a seat when, whether it
 * counted, who was refused, and how many were in use of how many.
 */

/** A line of the export. */
export interface Line {
  seq: number;
  at: number;
  kind: string;
  person: string;
  in_use: number;
  limit: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the row says
  body: any;
}

export interface CountedStay {
  person: string;
  from: number;
  to: number;
  isOver: boolean;
  /** Of the pool by which it counts; null: none. */
  group: string | null;
  parts: { from: number; to: number; counted: boolean; named: boolean }[];
}

export interface Stretch {
  from: number;
  to: number;
  inUse: number;
  limit: number;
  isNamed: boolean;
}

export interface CountedRefusal {
  /** Of the row in which it began. */
  seq: number;
  person: string;
  at: number;
  outcome: string | null;
  waitedMs: number;
  /** The row that ended it. */
  endedBy: number | null;
}

export interface Recount {
  stays: CountedStay[];
  use: Stretch[];
  refusals: CountedRefusal[];
  /** Rows that contradict those before them. */
  faults: string[];
}

interface Seat {
  group: string | null;
  exempt: boolean;
  named: boolean;
  parts: { from: number; counted: boolean; named: boolean }[];
}

/** Everything up to `end` (ms), when the export was made. */
export function recount(lines: readonly Line[], end: number): Recount {
  const seats = new Map<string, Seat>();
  const refusals = new Map<string, CountedRefusal>();
  const standing = new Map<number, Map<string, Seat>>();
  const [stays, use, faults]: [CountedStay[], Stretch[], string[]] = [[], [], []];
  let model = "concurrent";
  let restoredAt = Number.NaN;
  const isCounted = ({ exempt, named }: Seat) => !exempt || (model === "named" && named);
  const part = (seat: Seat, from: number) => seat.parts.push({ from, counted: isCounted(seat), named: seat.named });
  const finish = (person: string, { group, parts }: Seat, to: number, isOver: boolean) => {
    const closed = parts.map((one, place) => ({ ...one, to: parts[place + 1]?.from ?? to }));
    stays.push({ person, from: parts[0]?.from ?? to, to, isOver, group, parts: closed });
  };
  for (const [place, { seq, at, kind, person, in_use: inUse, limit, body }] of lines.entries()) {
    const seat = seats.get(person);
    if (kind === "chain_divided") {
      // A course was given up: all that is open in it ends here, and how it was at the row before goes on.
      for (const [one, open] of seats) finish(one, open, at, true);
      seats.clear();
      for (const [one, was] of standing.get(body.base.seq) ?? []) {
        seats.set(one, { ...was, parts: [] });
        part(seats.get(one) as Seat, at);
      }
      const isGivenUp = (seq: number) => seq >= body.kept.from && seq <= body.kept.to;
      for (const refusal of refusals.values())
        if (refusal.outcome === null && isGivenUp(refusal.seq))
          Object.assign(refusal, { outcome: "gave_up", waitedMs: at - refusal.at });
        else if (!isGivenUp(refusal.seq) && isGivenUp(refusal.endedBy ?? 0))
          Object.assign(refusal, { outcome: null, waitedMs: end - refusal.at, endedBy: null });
      restoredAt = at;
    } else if (kind === "seat_granted") {
      if (seat !== undefined) faults.push(`${seq}: two seats`);
      const granted: Seat = {
        group: body.group ?? null,
        exempt: body.named || body.exempt,
        named: body.named,
        parts: [],
      };
      part(granted, at);
      seats.set(person, granted);
    } else if (kind === "lease_judged" && seat !== undefined) {
      // Another one: how it was may go on again.
      const judged = { ...seat, exempt: body.exempt, named: body.named };
      seats.set(person, judged);
      part(judged, at);
    } else if (kind === "lease_ended") {
      if (seat === undefined) faults.push(`${seq}: no seat ends`);
      else {
        const from = seat.parts[0]?.from ?? 0;
        if (from !== restoredAt && body.heldMs !== at - from) faults.push(`${seq}: held ${body.heldMs}`);
        finish(person, seat, at, true);
      }
      seats.delete(person);
    } else if (kind === "settings_changed" && body.patch?.model !== undefined) {
      model = body.patch.model;
      for (const one of seats.values()) part(one, at);
    } else if (kind === "denial_opened")
      refusals.set(body.id, { seq, person, at, outcome: null, waitedMs: end - at, endedBy: null });
    else if (kind === "denial_closed") {
      const { outcome, waitedMs } = body;
      Object.assign(refusals.get(body.id) ?? {}, { outcome, waitedMs, endedBy: seq });
    }
    standing.set(seq, new Map(seats));
    const next = lines[place + 1]?.at ?? end;
    if (next === at) continue;
    const counted = [...seats.values()].filter(isCounted).length;
    if (counted !== inUse) faults.push(`${seq}: ${inUse} in use, ${counted} seats`);
    use.push({ from: at, to: next, inUse, limit, isNamed: model === "named" });
  }
  for (const [person, seat] of seats) finish(person, seat, end, false);
  return { stays, use, refusals: [...refusals.values()], faults };
}
