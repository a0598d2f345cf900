/** Ledgers and gates with one fault each: a place in the source, and what a tired hand might have written there. */
export interface Mutant {
  name: string;
  file: string;
  from: string;
  to: string;
  /** The test of the Worker that judges it; left out: the simulation, then the scenarios. */
  test?: string;
}

const at = (file: string, name: string, from: string, to: string): Mutant => ({
  name,
  file: `worker/ledger/${file}`,
  from,
  to,
});

export const MUTANTS: readonly Mutant[] = [
  at(
    "allocation/pools.ts",
    "one seat more than the limit",
    "room.inUse >= effective.limit",
    "room.inUse > effective.limit",
  ),
  at("allocation/pools.ts", "one person more than a group's maximum", "present >= pool.most", "present > pool.most"),
  at(
    "allocation/pools.ts",
    "reservations forgotten",
    "const common = Math.max(0, limit - reserved);",
    "const common = limit;",
  ),
  at(
    "allocation/pools.ts",
    "a pool's people kept from their seats",
    "if (membership & open) cut += people;",
    "cut += people;",
  ),
  at(
    "time/expiry.ts",
    "a heartbeat revives a lapsed lease",
    "return idle < gone.at ?",
    "return idle < gone.at - 600_000 ?",
  ),
  at("time/gone.ts", "the lost window doubled", "? heardAt + timing.lostAfterMs", "? heardAt + 2 * timing.lostAfterMs"),
  at(
    "time/gone.ts",
    "the grace after closing forgotten",
    ": closingAt + timing.closeGraceMs",
    ": heardAt + timing.lostAfterMs",
  ),
  at(
    "decide/presence.ts",
    "a browser long gone speaks for its session",
    "presentClient(ledger, lease, beat.client, now) === undefined",
    "!lease.clients.has(beat.client)",
  ),
  at(
    "step.ts",
    "expiry forgotten before a command",
    "  endDue(ledger, at, happen);\n  offerFreeSeats(ledger, at, happen);\n  const",
    "  offerFreeSeats(ledger, at, happen);\n  const",
  ),
  at("step.ts", "free seats not offered to the line", "  offerFreeSeats(ledger, at, happen);\n  return", "  return"),
  at("step.ts", "the clock runs backwards", "Math.max(now, ledger.lastAt)", "now"),
  at(
    "evolve/leases.ts",
    "passes forgotten when a lease ends",
    "if (passesUntil(lease.passes) > at) {",
    "if (false as boolean) {",
  ),
  at(
    "evolve/leases.ts",
    "passes out forgotten when the holder comes back",
    "passes: drain?.passes ?? noPasses(),",
    "passes: noPasses(),",
  ),
  at(
    "evolve/presence.ts",
    "a closed tab comes back by a late heartbeat",
    "stated.filter((tab) => !closed.includes(tab))",
    "stated",
  ),
  at(
    "evolve/leases.ts",
    "the line not left when seated",
    "  leaveLine(ledger, holder);\n  ledger.drains.delete",
    "  ledger.drains.delete",
  ),
  at(
    "evolve/counts.ts",
    "an offer not counted as a seat",
    "ledger.inUse += by;",
    "ledger.inUse += by > 0 && ledger.inUse > 2 ? 0 : by;",
  ),
  at(
    "evolve/nudge.ts",
    "working does not answer a nudge",
    "if (lease.nudge !== null && at > lease.nudge.askedAt) keepSeat(lease);",
    "",
  ),
  at(
    "allocation/occupancy.ts",
    "a draining seat taken for free",
    'if (drain?.exempt === false) return drain.over ?? "within";',
    "",
  ),
  at("allocation/occupancy.ts", "support counted", "return lease.exempt ? null : (", "return ("),
  at("decide/hand-back.ts", "any jar frees the seat", "passes === null || given === undefined", "passes === null"),
  at(
    "decide/hand-back.ts",
    "a late word of a native client frees its next claim",
    "> askedAt + clockSkewMs",
    "> askedAt + 1e9",
  ),
  at(
    "decide/hand-back.ts",
    "one jar's hand-back ends a drain with others out",
    "until = Math.max(until, pass.until);",
    "until = until + 0 * pass.until;",
  ),
  at(
    "decide/claim.ts",
    "background polling takes a seat back",
    "return !absence.sessions.includes(session);",
    "return true;",
  ),
  at(
    "decide/claim.ts",
    "activity takes a released seat back",
    'return asked || (cause !== "released" && cause !== "evicted");',
    "return true;",
  ),
  at("decide/presence.ts", "a late heartbeat counts", "beat.seq <= known.seq", "beat.seq < 0"),
  at("decide/claim.ts", "each attempt is a denial of its own", "    open === null\n", "    open === null || true\n"),
  at(
    "eligibility.ts",
    "who comes back passes those who wait",
    'return others ? "others_waiting" : null;',
    "return null;",
  ),
  at(
    "allocation/judge.ts",
    "a named person refused in a full house",
    "const exempt = named || role",
    "const exempt = role",
  ),
  at(
    "allocation/judge.ts",
    "a lease not judged again when its licence is taken away",
    "if (judged.exempt !== lease.exempt || judged.named !== lease.named)",
    "if (false as boolean)",
  ),
  at(
    "allocation/judge.ts",
    "a drain not judged again",
    "if (!judged.exempt) events.push",
    "if (false as boolean) events.push",
  ),
  at("allocation/judge.ts", "another role not seen", "return isSame ? [] :", "return isSame || true ? [] :"),
  at(
    "decide/release.ts",
    "releasing one tab releases all",
    "if (isUsedBeside(ledger, lease, client, tab, now)) return { events, outcome: DONE };",
    "",
  ),
  at(
    "decide/sign-out.ts",
    "logging out in one browser ends the other",
    'if (!elsewhere) events.push({ type: "lease_ended"',
    'events.push({ type: "lease_ended"',
  ),
  at(
    "decide/settings.ts",
    "a manager lowers the limit",
    "if (limit < from && !mayLower(actor.role)) {",
    "if (limit < from && !mayAdminister(actor.role)) {",
  ),
  at(
    "decide/settings.ts",
    "a stale form taken",
    "if (version !== ledger.settings.version) return stale(ledger, version);\n  if (limit === from)",
    "if (limit === from)",
  ),
  at("decide/settings.ts", "61 minutes taken", "|| idleTimeoutMs > high", "|| idleTimeoutMs > 2 * high"),
  at(
    "decide/nudge.ts",
    "somebody at work is asked",
    "let since = now - ledger.timing.nudgeIdleMs;",
    "let since = now;",
  ),
  at(
    "decide/nudge.ts",
    "asked again and again",
    "lease.nudge !== null || lease.quietUntil > now",
    "lease.nudge !== null",
  ),
  at(
    "allocation/line-index.ts",
    "the last in line first",
    "(a.rank === b.rank && a.order < b.order);",
    "(a.rank === b.rank && a.order > b.order);",
  ),
  at(
    "allocation/queue.ts",
    "who has gone stays in line",
    "waiting.heardAt + ledger.timing.waitLostAfterMs",
    "waiting.heardAt + 1e9",
  ),
  at(
    "presence.ts",
    "passes out before a restart forgotten",
    "passes: restoredPasses(presence.passes),",
    "passes: restoredPasses([]),",
  ),
  at(
    "presence.ts",
    "presence forgotten by a restart",
    "closingAt] of presence.clients) {",
    "closingAt] of presence.clients.slice(0, 0)) {",
  ),
  at(
    "restore.ts",
    "drains forgotten by a restart",
    "over = null, resting }] of stored.drains) {",
    "over = null, resting }] of [] as typeof stored.drains & []) {",
  ),
  at(
    "decide/sign-out.ts",
    "anybody's dead session signs the holder out",
    "if (over.length === 0) return nothing();",
    "",
  ),
  at("time/schedule.ts", "a boost that never ends", "else if (boost.until > now) {", "else {"),
  at(
    "read/estimate.ts",
    "an estimate out of nothing",
    "ledger.lengths.length < LENGTHS_MIN",
    "ledger.lengths.length < 0",
  ),
  at(
    "evolve/presence.ts",
    "a sign-out drops the passes of other browsers",
    "lease.shape++;\n  lease.gates.delete(event.session);",
    "lease.shape++;\n  lease.passes.byJar.clear();\n  lease.gates.delete(event.session);",
  ),
  at(
    "step.ts",
    "one named licence used by several people in turn",
    "for (const judged of judgeAll(ledger, event)) happen(judged);",
    "",
  ),
  at(
    "evolve/leases.ts",
    "a hand-back believed before the browser confirms it",
    "ledger.leases.delete(holder);\n  ledger.lengths",
    'ledger.leases.delete(holder);\n  if (event.cause === "released") lease.passes.byJar.clear();\n  ledger.lengths',
  ),
  {
    name: "a browser long gone granted a loss of memory",
    file: "worker/ledger/presence.ts",
    from: "clientGoneAt(timing, { heardAt, closingAt }) <= lost.since",
    to: "clientGoneAt(timing, { heardAt, closingAt }) <= 0",
    test: "test/worker/tenant/presence-store.test.ts",
  },
  {
    name: "presence forgotten on wake-up",
    file: "worker/tenant/ledger-store.ts",
    from: "if (read !== undefined) addTimes(presence, read.times, read.revision > (row.revision ?? 0));",
    to: "",
  },
  {
    name: "the hold-off renewed by every wake-up",
    file: "worker/tenant/ledger-store.ts",
    from: "this.#catchUp(row, presence, read.get(holder), limits);",
    to: "this.#catchUp(row, presence, read.get(holder), limits);\n      assumeHeard(options.timing, presence, { since: 0, until: at }, 0);",
  },
  {
    name: "identity memory of the previous person",
    file: "worker/identity/identity-source.ts",
    from: "readCarrier: withSignIn(compileSessionCredentials(preset)),",
    to: "readCarrier: compileSessionCredentials(preset),",
    test: "test/worker/gate/session/next-person.test.ts",
  },
];
