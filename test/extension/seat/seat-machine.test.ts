/** The seat machine, as scripts. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dueAt } from "../../../extension/seat/next-call.ts";
import { badgeOf, standingOf } from "../../../extension/seat/standing.ts";
import { step } from "../../../extension/seat/step.ts";
import { freshSeat, play, SECOND, statusOf, tabOf } from "../support/seat-script.ts";

function check(script: string, seat = freshSeat()) {
  const played = play(script, seat);
  expect(played.happened).toEqual(played.expected);
  return played.seat;
}

const SEATED = `
  0s    hello A             -> heartbeat(A)
  0s    heartbeat: seated   ->
`;

describe("a planned closing", () => {
  test("[L31] is announced, counted down in its last five minutes, and over it the tab waits without a press", () => {
    check(`${SEATED}
      60s     tick                                                             -> heartbeat(A)
      60s     heartbeat: seated closes=10m opens=20m                           -> A: announcement An update closed
      120s    tick                                                             -> heartbeat(A)
      120s    heartbeat: seated closes=9m opens=19m                            ->
      360s    tick                                                             -> heartbeat(A) ; A: closing 300s An update
      360s    heartbeat: seated closes=5m opens=15m every=1m                   ->
      420s    tick                                                             -> heartbeat(A)
      420s    heartbeat: unseated evicted by=Mia closed_for_maintenance opens=14m -> wait ; A: full 1/2 waits closed_for_maintenance
    `);
  });

  test("[L31] [L11] when it opens, whoever is not counted goes on by itself", () => {
    check(`${SEATED}
      60s   tick                                                        -> heartbeat(A)
      60s   heartbeat: waiting evicted closed_for_maintenance opens=5m  -> wait ; A: full 1/2 waits closed_for_maintenance
      90s   wait: unseated evicted exempt                               -> claim(button) ; A: nothing
    `);
  });
});

describe("heartbeats", () => {
  test("[X2] the first tab is told at once, more tabs together, a closed one with the beat of every minute", () => {
    check(`${SEATED}
      1s     hello B            ->
      2s     hello C            ->
      3s     tick               -> heartbeat(A, B, C)
      3s     heartbeat: seated  ->
      4s     close C            ->
      62s    tick               ->
      63s    tick               -> heartbeat(A, B)
    `);
  });

  test("[X2] an hour of opening, changing and closing tabs takes at most 90 messages", () => {
    let seat = check(SEATED);
    let sent = 0;
    const letters = "BCDEFGHIJK";
    for (let second = 1; second <= 3_600; second++) {
      const letter = letters[second % 10] ?? "B";
      const line =
        second % 7 === 0
          ? `hello ${letter}${second}`
          : second % 11 === 0
            ? `close ${letter}`
            : second % 5 === 0
              ? `look ${letter}`
              : second % 3 === 0
                ? `active ${letter}`
                : "tick";
      const played = play(`${second}s ${line} ->`, seat);
      seat = played.seat;
      if (!played.happened.join().includes("heartbeat")) continue;
      sent++;
      seat = play(`${second}s heartbeat: seated ->`, seat).seat;
    }
    expect(sent).toBeLessThanOrEqual(90);
    expect(sent).toBeGreaterThanOrEqual(60);
  });

  test("[L6] with the last tab closed that was told of, the others are told of at once", () => {
    check(`${SEATED}
      1s     hello B                   ->
      2s     close A                   -> heartbeat(B)
      2s     heartbeat: seated         ->
      3s     hello C                   ->
      3.2s   bye B                     ->
      3.7s   tick                      -> heartbeat(C)
    `);
  });

  test("[L6] [X2] working through a CRM's pages costs no message: the next document goes on under the same id", () => {
    const seat = check(`${SEATED}
      10s    moves A                   ->
      10.4s  hello A2                  ->
      20s    moves A                   ->
      21s    hello A3                  ->
      60s    tick                      -> heartbeat(A)
      60s    heartbeat: seated         ->
    `);
    // Left for elsewhere after all: the document said goodbye, so its id is dead (P3).
    check(
      `
      70s    moves A                   ->
      71s    stays A                   ->
      72s    hello A4                  -> heartbeat(A4)
      72s    heartbeat: seated         ->
      80s    moves A                   ->
      101s   hello A5                  -> heartbeat(A5)
    `,
      seat,
    );
  });

  test("[L6] [P3] a document that said goodbye and is still there stays open under a new id", () => {
    const seat = check(`${SEATED}
      10s    leaves A                  ->
      12s    tick                      ->
      13s    tick                      -> heartbeat(A_1)
      13s    heartbeat: seated         ->
    `);
    // Gone within that time, or back by its own word: nothing more is said of it.
    check(
      `
      20s    leaves A                  ->
      20.2s  close A                   -> heartbeat()
      20.2s  heartbeat: seated         ->
      24s    tick                      ->
    `,
      seat,
    );
    check(
      `
      20s    leaves A                  ->
      22s    hello A2                  -> heartbeat(A2)
      22s    heartbeat: seated         ->
      24s    tick                      ->
    `,
      seat,
    );
  });

  test("[L18] asleep for a night: the first tick after it tells how long ago the person worked", () => {
    check(`${SEATED}
      10s     active A                         ->
      60s     tick                             -> heartbeat(A 50s)
      60s     heartbeat: seated                ->
      600m    tick                             -> heartbeat(A 35990s)
      600m    heartbeat: unseated lost         -> A: gone ended
    `);
  });

  test("[P3] each heartbeat has a higher number, also after the background was stopped", () => {
    const first = check(SEATED);
    const second = check("60s tick -> heartbeat(A)", first);
    const third = check("61s woken -> heartbeat(A)", second);
    expect([first.seq, second.seq, third.seq]).toEqual([1_000_001, 1_000_002, 1_000_003]);
  });

  test("[L6] the last tab that the browser closed is told of at once", () => {
    check(`${SEATED}
      5s     close A                   -> heartbeat()
      5s     heartbeat: seated         ->
      5m     tick                      ->
    `);
  });

  test("[L6] a navigation closes nothing: the next document follows within the gap", () => {
    check(`${SEATED}
      5s     bye A               ->
      5.1s   hello A2            -> heartbeat(A2)
      5.2s   heartbeat: seated   ->
      6s     tick                ->
    `);
  });

  test("[L6] a document that no other follows has closed", () => {
    check(`${SEATED}
      5s     bye A     ->
      5.5s   tick      -> heartbeat()
    `);
  });

  test("[X2] tabs that the browser no longer has are dropped", () => {
    check(`${SEATED}
      1s     hello B            ->
      2s     count B            -> heartbeat(B)
    `);
  });

  test("[L4] what was done in a page that has gone is told with the next one", () => {
    check(`${SEATED}
      10s    active A           ->
      10s    bye A              ->
      10.2s  hello A2           -> heartbeat(A2 0.2s)
    `);
    check(`${SEATED}
      1s     hello B            ->
      1.5s   active A           ->
      2.5s   close A            -> heartbeat(B 1s)
    `);
  });

  test("[L18] this machine's clock decides nothing: set back an hour, the beats go on", () => {
    const seat = check(`${SEATED}
      60m    tick               -> heartbeat(A)
      60m    heartbeat: seated  ->
    `);
    check("1m tick ->\n 60.5s tick -> heartbeat(A)", seat);
  });

  test("[X1] where there is no seat service nothing is sent any more", () => {
    check(`
      0s     hello A             -> heartbeat(A)
      0s     heartbeat: absent   ->
      10m    tick                ->
      10m    active A            ->
    `);
  });

  test("[X5.2] where there was one, a page of something else on the way is a failure that passes", () => {
    check(`${SEATED}
      60s    tick                       -> heartbeat(A)
      60s    heartbeat: absent          ->
      75s    tick                       -> heartbeat(A)
      75s    heartbeat: unreachable     ->
      90s    tick                       -> heartbeat(A)
      90s    heartbeat: absent          ->
      91s    hello B                    -> heartbeat(A, B)
      91s    heartbeat: seated          ->
    `);
  });
});

describe("idle", () => {
  const SHORT = `
    0s    hello A                      -> heartbeat(A)
    0s    heartbeat: seated idle=5m    ->
    60s   active A                     -> heartbeat(A 0s)
    60s   heartbeat: seated idle=5m    ->
  `;

  test("[L4] asks before it warns, then warns each tab, and asks again when it is over", () => {
    check(`${SHORT}
      2m     tick                          -> heartbeat(A 60s)
      2m     heartbeat: seated idle=4m     ->
      3m     tick                          -> heartbeat(A 120s)
      3m     heartbeat: seated idle=3m     ->
      4m     tick                          -> heartbeat(A 180s)
      4m     heartbeat: seated idle=2m     ->
      5m     tick                          -> heartbeat(A 240s)
      5m     heartbeat: seated idle=1m     -> A: warning 60s
      361s   tick                          -> heartbeat(A 301s)
      361s   heartbeat: unseated idle      -> A: gone idle
    `);
  });

  test("[L4] activity within the warning is told at once, and the warning leaves", () => {
    check(`
      0s     hello A                       -> heartbeat(A)
      0s     heartbeat: seated idle=1m     -> A: warning 60s
      10s    active A                      -> heartbeat(A 0s) ; A: nothing
      10s    heartbeat: seated idle=5m     ->
    `);
  });

  test("[L4] activity since the last beat is told before anybody is warned", () => {
    check(`
      0s     hello A                                 -> heartbeat(A)
      0s     heartbeat: seated idle=6s warning=2s    ->
      3s     active A                                ->
      4s     tick                                    -> heartbeat(A 1s)
      4s     heartbeat: seated idle=5s warning=2s    ->
    `);
  });

  test("[L4] another browser's activity keeps this one from warning", () => {
    check(`
      0s     hello A                                 -> heartbeat(A)
      0s     heartbeat: seated idle=6s warning=2s    ->
      4s     tick                                    -> heartbeat(A)
      4s     heartbeat: seated idle=5s warning=2s    ->
    `);
  });

  test("[L11] an exempt person is not warned", () => {
    check(`
      0s     hello A                            -> heartbeat(A)
      0s     heartbeat: seated exempt idle=1s   ->
      5s     tick                               ->
    `);
  });

  test("[L8] after idle, closed and lost a real action brings the seat back, seamlessly", () => {
    for (const cause of ["idle", "closed", "lost"]) {
      const reason = cause === "idle" ? "idle" : "ended";
      check(`
        0s     hello A                          -> heartbeat(A)
        0s     heartbeat: unseated ${cause}     -> A: gone ${reason}
        5s     active A                         -> claim(activity)
        5s     active A                         ->
        5s     claim: seated                    -> heartbeat(A 0s) ; A: nothing
      `);
    }
  });

  test("[L8.5] [X4] whoever worked on after the end, while no message came through, is not covered first", () => {
    check(`${SEATED}
      60s    tick                                     -> heartbeat(A)
      60s    heartbeat: unreachable                   ->
      280s   active A                                 -> heartbeat(A 0s)
      281s   heartbeat: unseated lost ago=50s         -> claim(activity)
      281s   claim: seated                            -> heartbeat(A 1s)
    `);
    check(`${SEATED}
      280s   active A                                 -> heartbeat(A 0s)
      281s   heartbeat: unseated idle ago=50s         -> claim(activity)
      281s   claim: waiting idle place=1              -> wait ; A: full 1/2 place 1 waits no_seat
    `);
    // Refused, the same act does not claim again with each answer that tells of the end.
    check(`${SEATED}
      280s   active A                                 -> heartbeat(A 0s)
      281s   heartbeat: unseated lost ago=50s         -> claim(activity)
      281s   claim: unseated lost not_assigned ago=50s -> A: gone ended
      340s   tick                                     -> heartbeat(A 60s)
      340s   heartbeat: unseated lost ago=109s        ->
    `);
    // What was done before the end brings nothing back, nor does anything after a release.
    check(`${SEATED}
      60s    active A                                 -> heartbeat(A 0s)
      60s    heartbeat: unreachable                   ->
      280s   tick                                     -> heartbeat(A 220s)
      281s   heartbeat: unseated lost ago=50s         -> A: gone ended
    `);
    check(`${SEATED}
      280s   active A                                 -> heartbeat(A 0s)
      281s   heartbeat: unseated released ago=50s     -> A: gone released
    `);
  });
});

describe("releasing and continuing", () => {
  const RELEASED = `${SEATED}
    1s     hello B                          ->
    2s     release                          -> release
    2s     release: unseated released       -> A: gone released ; B: gone released
  `;

  test("[L7] [X4] a release covers every tab", () => {
    check(RELEASED);
  });

  test("[L7] one tab's release covers that tab alone, and the last one's ends the seat", () => {
    const seat = check(`${SEATED}
      1s     hello B                                 ->
      2s     release_tab A                           -> release A ; A: gone released_here
      2s     release: seated                         ->
      3s     active A                                -> heartbeat(B)
      3s     heartbeat: seated                       ->
    `);
    // P3: the tab's old id is dead.
    check(
      `
      61s    continue A                              -> heartbeat(A_1 0s, B) ; A_1: nothing
      61s    heartbeat: seated                       ->
    `,
      seat,
    );
    check(
      `
      62s    release_tab B                           -> release
      62s    release: unseated released              -> A_1: gone released ; B: gone released
      63s    continue A                              -> claim(button) ; A_1: gone released asking ; B: gone released asking
      63s    claim: seated                           -> heartbeat(A_1, B) ; A_1: nothing ; B: nothing
    `,
      seat,
    );
  });

  test("[L4] the popup's own word keeps a seat that is about to end", () => {
    check(`
      0s     hello A                       -> heartbeat(A)
      0s     heartbeat: seated idle=1m     -> A: warning 60s
      10s    continue                      -> heartbeat(A 0s) ; A: nothing
    `);
  });

  test("[L8] after a release and an eviction activity takes nothing back; the button does", () => {
    check(`${RELEASED}
      3s     active A           -> heartbeat(A 0s, B)
      3s     heartbeat: unseated released ->
      4s     active A           ->
      5s     continue           -> claim(button) ; A: gone released asking ; B: gone released asking
      5s     claim: seated      -> heartbeat(A 1s, B) ; A: nothing ; B: nothing
    `);
    check(`
      0s     hello A                                              -> heartbeat(A)
      0s     heartbeat: unseated evicted by=Bea note=Call_me      -> A: gone evicted Bea Call me
      5s     active A                                             ->
      5s     continue                                             -> claim(button) ; A: gone evicted Bea Call me asking
    `);
  });

  test("[L9] while the seat drains the browser shows at once that it took the answer, then four times at most", () => {
    check(`${SEATED}
      2s     release                                    -> release
      2s     release: unseated released draining        -> hand-back ; A: gone released
      2s     hand-back: unseated released draining      ->
      2.3s   tick                                       -> hand-back
      2.3s   hand-back: unseated released draining      ->
      2.6s   tick                                       -> hand-back
      2.6s   hand-back: unseated released draining      ->
      2.9s   tick                                       -> hand-back
      2.9s   hand-back: unseated released draining      ->
      3.2s   tick                                       -> hand-back
      3.2s   hand-back: unseated released draining      ->
      3.5s   tick                                       ->
    `);
    check(`${SEATED}
      2s     release                                    -> release
      2s     release: unseated released draining        -> hand-back ; A: gone released
      2s     hand-back: unseated released               ->
      2.3s   tick                                       ->
    `);
  });

  test("[L9] the answer that takes the pass out of the browser was lost: it is handed back again, later and later", () => {
    check(`${SEATED}
      2s     release                                    -> release
      12s    release: unreachable                       ->
      12.3s  tick                                       -> hand-back
      12.3s  hand-back: unreachable                     ->
      12.8s  tick                                       ->
      12.9s  tick                                       -> hand-back
      12.9s  hand-back: unseated released               -> A: gone released
      20s    tick                                       ->
    `);
    check(`${SEATED}
      60s    tick                                       -> heartbeat(A)
      60s    heartbeat: seated nudge=30s                -> A: nudge 30s ; notify nudged
      70s    give                                       -> give ; A: nothing ; withdraw
      72s    answer-nudge: unreachable                  ->
      72.3s  tick                                       -> hand-back
      72.3s  hand-back: unseated released               -> A: gone released
    `);
    // It never arrived, and the seat is there: nothing more is given back.
    check(`${SEATED}
      2s     release                                    -> release
      12s    release: unreachable                       ->
      12.3s  tick                                       -> hand-back
      12.3s  hand-back: seated                          ->
      20s    tick                                       ->
    `);
  });

  test("[L7] an answer to an older question does not undo a release", () => {
    check(`${SEATED}
      60s    tick                             -> heartbeat(A)
      60.1s  release                          -> release
      60.2s  release: unseated released       -> A: gone released
      60.3s  heartbeat: seated                ->
    `);
  });

  test("[L8] a press that begins with a claim by activity is a press all the same", () => {
    check(`
      0s     hello A                                   -> heartbeat(A)
      0s     heartbeat: unseated idle                  -> A: gone idle
      5s     active A                                  -> claim(activity)
      5s     continue                                  -> A: gone idle asking
      5.1s   claim: unseated evicted seat_evicted      -> claim(button) ; A: gone evicted asking
      5.2s   claim: seated                             -> heartbeat(A 0.2s) ; A: nothing
    `);
  });

  test("[X4.2] [X5] while a claim by activity is under way the button can be pressed, and the press is done after it", () => {
    check(`
      0s     hello A                                   -> heartbeat(A)
      0s     heartbeat: unseated idle                  -> A: gone idle
      5s     active A                                  -> claim(activity)
      6s     continue                                  -> A: gone idle asking
      7s     claim: unreachable                        -> claim(button)
      8s     claim: unreachable                        -> A: nothing
    `);
  });
});

describe("waiting", () => {
  const WAITING = `
    0s     hello A                                                 -> heartbeat(A)
    0s     heartbeat: unseated released                            -> A: gone released
    1s     continue                                                -> claim(button) ; A: gone released asking
    1s     claim: unseated released limit_reached inUse=2          -> wait ; A: full 2/2 waits
  `;

  test("[L15] a denied person waits in line, is told the place, and goes on by itself when offered a seat", () => {
    check(`${WAITING}
      1.25s  tick                                                  -> heartbeat(A)
      1.3s   heartbeat: waiting limit_reached place=2 inUse=2      -> A: full 2/2 place 2 waits
      11s    wait: waiting limit_reached place=1 inUse=2           -> wait ; A: full 2/2 place 1 waits
      21s    wait: offered place=1 inUse=2                         -> claim(button) ; A: full 2/2 place 1 waits asking no_seat
      21s    claim: seated                                         -> heartbeat(A) ; A: nothing ; notify seated
    `);
  });

  test("[L15] the background may be stopped: the question is asked again", () => {
    check(`${WAITING}
      1.25s  tick                                                  -> heartbeat(A)
      1.3s   heartbeat: waiting limit_reached place=1 inUse=2      -> A: full 2/2 place 1 waits
      40s    woken                                                 -> wait
      41s    wait: offered place=1 inUse=2                         -> claim(button) ; A: full 2/2 place 1 waits asking no_seat
    `);
  });

  test("[L15] an extension that was started again takes the place that the person has in line already", () => {
    check(`
      0s     hello A                                     -> heartbeat(A)
      0s     heartbeat: waiting released place=3         -> wait ; A: full 1/2 place 3 waits no_seat
      8s     wait: offered released place=1              -> claim(button) ; A: full 1/2 place 1 waits asking no_seat
    `);
    // A refusal page that waits does so by itself.
    check(`
      0s     hello A refusal                             -> heartbeat(A)
      0s     heartbeat: waiting released place=3         ->
      1s     hello B                                     -> heartbeat(A, B) ; B: gone released
      1s     heartbeat: waiting released place=3         ->
    `);
  });

  test("[L15] out of the line by the person's own word", () => {
    check(`${WAITING}
      1.25s  tick                                                  -> heartbeat(A)
      1.3s   heartbeat: waiting limit_reached place=2 inUse=2      -> A: full 2/2 place 2 waits
      5s     leave                                                 -> leave ; A: full 2/2 place 2
      5s     leave: unseated released                              -> A: gone released
      6s     wait: waiting place=2                                 ->
    `);
  });

  test("[L15] with the last tab closed nobody waits; a reload keeps the place", () => {
    check(`${WAITING}
      5s     close A                                   -> heartbeat()
      5s     heartbeat: waiting place=1                -> leave
      5s     leave: unseated released                  ->
    `);
    check(`${WAITING}
      1.25s  tick                                            -> heartbeat(A)
      1.3s   heartbeat: waiting limit_reached place=1        -> A: full 1/2 place 1 waits
      5s     bye A                                           ->
      5.1s   hello A2                                        -> heartbeat(A2) ; A2: full 1/2 place 1 waits
    `);
  });

  test("[G5] [X4] a refusal page is never covered and waits by itself", () => {
    check(
      `
      0s     hello A refusal                             -> heartbeat(A)
      0s     heartbeat: waiting limit_reached place=1    ->
      5s     active A                                    ->
    `,
    );
    check(`${WAITING}
      1.1s   hello A refusal                             -> A: nothing
    `);
  });

  test("[L15] an offer to somebody who waits on a refusal page is not taken by the extension", () => {
    check(`
      0s     hello A refusal                             -> heartbeat(A)
      0s     heartbeat: offered place=1                  ->
    `);
  });
});

describe("the nudge", () => {
  test("[L16] a holder is asked on every tab, and the answer is told once", () => {
    const ASKED = `${SEATED}
      60s     tick                                -> heartbeat(A)
      60s     heartbeat: seated nudge=30s by=Bea  -> A: nudge 30s Bea ; notify nudged Bea
    `;
    check(`${ASKED}
      70s     keep                                -> keep ; A: nothing ; withdraw
      70s     answer-nudge: seated                ->
      80s     keep                                ->
    `);
    check(`${ASKED}
      70s     give                                -> give ; A: nothing ; withdraw
      70s     answer-nudge: unseated released     -> A: gone released
    `);
    check(`${ASKED}
      90.25s  tick                                -> heartbeat(A) ; A: nothing ; withdraw
      90.5s   heartbeat: unseated released        -> A: gone released
    `);
  });

  test("[L16] a person in line may ask", () => {
    check(`
      0s     hello A                                                 -> heartbeat(A)
      0s     heartbeat: unseated released                            -> A: gone released
      1s     continue                                                -> claim(button) ; A: gone released asking
      1s     claim: unseated released limit_reached inUse=2          -> wait ; A: full 2/2 waits
      1.25s  tick                                                    -> heartbeat(A)
      1.3s   heartbeat: waiting limit_reached place=1 inUse=2 mayAsk -> A: full 2/2 place 1 waits
      2s     nudge                                                   -> nudge
      2s     nudge: waiting limit_reached place=1 inUse=2            -> A: full 2/2 place 1 waits asked
    `);
    const WAITS = `
      0s     hello A                                                 -> heartbeat(A)
      0s     heartbeat: waiting limit_reached place=1 inUse=2 mayAsk -> A: full 2/2 place 1
      2s     nudge                                                   -> nudge
    `;
    const after = (answer: string, seconds = 2) =>
      standingOf(play(`${WAITS}\n2s nudge: ${answer} ->`).seat, 1_800_000_000_000 + seconds * 1_000);
    // Who has asked cannot ask again at once; where nobody could be asked, the next try may find somebody.
    expect(after("waiting limit_reached place=1 mayAsk")).toMatchObject({ asked: "asked", mayAsk: false });
    expect(after("waiting limit_reached place=1 mayAsk", 302)).toMatchObject({ asked: null, mayAsk: true });
    expect(after("refused")).toMatchObject({ asked: "at_work", mayAsk: true });
    expect(after("refused asked_before")).toMatchObject({ asked: "asked_before", mayAsk: true });
    expect(after("refused asked_already")).toMatchObject({ asked: "asked_already", mayAsk: false });
    expect(after("waiting limit_reached place=1 mayAsk kept")).toMatchObject({ asked: "kept", mayAsk: false });
    const by = 1_800_000_002_000 + 45_000;
    expect(after("waiting limit_reached place=1 mayAsk answer=45s")).toMatchObject({ asked: "asked", answerBy: by });
    expect(after("unreachable")).toMatchObject({ kind: "unreachable" });
  });
});

describe("people who are not counted", () => {
  test("[L11] [X4] are covered only after an act, and come back by the first thing that they do", () => {
    check(`
      0s     hello A                                       -> heartbeat(A)
      0s     heartbeat: seated exempt idle=30s             ->
      60s    tick                                          -> heartbeat(A)
      60s    heartbeat: unseated exempt lost               ->
      70s    active A                                      -> claim(activity)
    `);
    check(`${SEATED}
      2s     release                                       -> release
      2s     release: unseated exempt named released       -> A: gone released always
    `);
  });

  test("[X3] read what they have, and that they are always let in", () => {
    const stand = (answer: string) =>
      standingOf(play(`0s hello A ->\n0s heartbeat: ${answer} ->`).seat, 1_800_000_000_000);
    expect(stand("seated exempt named")).toMatchObject({ kind: "seated", exempt: true, named: true });
    expect(stand("unseated exempt named lost")).toEqual({ kind: "unseated", always: true });
    expect(stand("unseated exempt released")).toMatchObject({ kind: "gone", always: true });
    expect(stand("unseated lost")).toMatchObject({ kind: "gone", cause: "lost", always: false });
  });
});

test("[P7] news has the seat service asked at once, and a storm of it no more often than any heartbeat", () => {
  check(`${SEATED}
    10s    news                                        -> heartbeat(A)
    10.1s  news                                        ->
    10.2s  heartbeat: seated nudge=60s                 -> A: nudge 60s ; notify nudged
  `);
});

describe("the line", () => {
  test("[L15] anyone who leaves it gets a place again only by a press, not by moving the mouse", () => {
    check(`
      0s     hello A                                                 -> heartbeat(A)
      0s     heartbeat: unseated idle                                -> A: gone idle
      1s     continue                                                -> claim(button) ; A: gone idle asking
      1s     claim: unseated idle limit_reached inUse=2              -> wait ; A: full 2/2 waits
      1.25s  tick                                                    -> heartbeat(A)
      1.3s   heartbeat: waiting idle limit_reached place=1 inUse=2   -> A: full 2/2 place 1 waits
      5s     leave                                                   -> leave ; A: full 2/2 place 1
      5s     leave: unseated idle limit_reached inUse=2              -> A: full 2/2
      8s     active A                                                ->
      9s     continue                                                -> claim(button) ; A: full 2/2 asking
    `);
  });

  test("[L2] [L16] the overlay gives the true reason, and how long whoever was asked has to answer", () => {
    check(`
      0s     hello A                                                            -> heartbeat(A)
      0s     heartbeat: unseated released                                       -> A: gone released
      1s     continue                                                           -> claim(button) ; A: gone released asking
      1s     claim: unseated released reserved_for_others inUse=1               -> wait ; A: full 1/2 waits reserved_for_others
      1.25s  tick                                                               -> heartbeat(A)
      1.3s   heartbeat: waiting reserved_for_others place=1 mayAsk              -> A: full 1/2 place 1 waits reserved_for_others
      2s     nudge                                                              -> nudge
      2s     nudge: waiting limit_reached place=1 inUse=2 mayAsk answer=90s     -> A: full 2/2 place 1 waits asked answer 90s
      20s    wait: waiting limit_reached place=1 inUse=2 mayAsk kept            -> wait ; A: full 2/2 place 1 waits kept
    `);
  });
});

describe("a request of the page that was refused", () => {
  test("[G5] [X4] asks at once, and stops once the seat is known to be gone", () => {
    check(`${SEATED}
      10s    refused A                        -> heartbeat(A)
      10s    heartbeat: unseated released     -> A: gone released
      15s    refused A                        ->
      16s    refused B                        ->
    `);
  });
});

describe("trouble", () => {
  test("[X5] no network: nothing is covered that was not, and the beat is tried again", () => {
    check(`${SEATED}
      60s    tick                       -> heartbeat(A)
      60s    heartbeat: unreachable     ->
      74s    tick                       ->
      75s    tick                       -> heartbeat(A)
    `);
  });

  test("[X5] continuing without a network leaves the page alone", () => {
    check(`
      0s     hello A                          -> heartbeat(A)
      0s     heartbeat: unseated released     -> A: gone released
      5s     continue                         -> claim(button) ; A: gone released asking
      5s     claim: unreachable               -> A: nothing
      20s    tick                             -> heartbeat(A)
      20s    heartbeat: unseated released     -> A: gone released
    `);
  });

  test("[X4] signed out: the CRM shows its own login, and nothing lies over it", () => {
    check(`
      0s     hello A                           -> heartbeat(A)
      0s     heartbeat: unseated idle          -> A: gone idle
      60s    tick                              -> heartbeat(A)
      60s    heartbeat: signed_out             -> A: nothing
    `);
  });

  test("[G3] a CRM may show late who has signed in: asked again within seconds, then by activity and every minute", () => {
    check(`
      0s     hello A                           -> heartbeat(A)
      0s     heartbeat: signed_out             ->
      2s     tick                              -> heartbeat(A)
      2s     heartbeat: signed_out             ->
      7s     tick                              -> heartbeat(A)
      7s     heartbeat: signed_out             ->
      22s    tick                              -> heartbeat(A)
      22s    heartbeat: signed_out             ->
      37s    tick                              ->
      40s    active A                          -> heartbeat(A 0s)
      40s    heartbeat: signed_out             ->
      99s    tick                              ->
      100s   tick                              -> heartbeat(A 60s)
      100s   heartbeat: seated                 ->
    `);
  });

  test("[G11] a document had a seat once one was known while it was there", () => {
    const hadSeat = (script: string) => play(script).seat.tabs.map((tab) => tab.hadSeat);
    expect(hadSeat("0s hello A ->\n0s heartbeat: unseated limit_reached ->")).toEqual([false]);
    expect(hadSeat(`${SEATED} 1s hello B ->`)).toEqual([true, false]);
    expect(hadSeat(`${SEATED} 1s moves A ->\n1.2s hello A2 ->`)).toEqual([true]);
    expect(hadSeat(`${SEATED} 60s tick ->\n60s heartbeat: unseated evicted ->`)).toEqual([true]);
  });

  test("an act of the person that was lost with the background is done again only when it is young", () => {
    check(`${SEATED}
      2s     release     -> release
      4s     woken       -> release
    `);
    check(`${SEATED}
      2s     release     -> release
      30s    woken       ->
    `);
  });
});

test("[L32] whoever handed the licence over reads to whom, in the overlay and in the popup", () => {
  const handed = (to: string) => `${SEATED}
    2s     hand ben                           -> hand-over ben
    2s     hand-over: unseated released ${to}  -> A: gone handed_over${to === "to=" ? "" : ` ${to.slice(3)}`}
  `;
  check(handed("to=Ben"));
  check(handed("to="));
});

describe("what the popup says", () => {
  const standing = (script: string, at: number) => standingOf(play(script).seat, 1_800_000_000_000 + at);

  test("[X3] one kind for each standing, with its badge", () => {
    const cases: [string, string, string][] = [
      ["0s hello A -> ", "asking", ""],
      [SEATED, "seated", ""],
      ["0s hello A ->\n0s heartbeat: seated idle=30s ->", "warned", "!"],
      ["0s hello A ->\n0s heartbeat: unseated released ->", "gone", "–"],
      ["0s hello A ->\n0s heartbeat: unseated limit_reached ->", "denied", "✕"],
      ["0s hello A ->\n0s heartbeat: waiting place=3 ->", "waiting", "3"],
      ["0s hello A ->\n0s heartbeat: offered place=1 ->", "offered", "✓"],
      ["0s hello A ->\n0s heartbeat: seated nudge=30s ->", "nudged", "?"],
      ["0s hello A ->\n0s heartbeat: signed_out ->", "signed_out", ""],
      ["0s hello A ->\n0s heartbeat: unreachable ->", "unreachable", ""],
      ["0s hello A ->\n0s heartbeat: absent ->", "no_crm", ""],
      ["0s hello A ->\n0s heartbeat: unseated ->", "unseated", ""],
    ];
    for (const [script, kind, badge] of cases) {
      const stands = standing(script, SECOND);
      expect([stands.kind, badgeOf(stands).text]).toEqual([kind, badge]);
    }
    expect(standingOf(null, 0).kind).toBe("no_crm");
  });
});

describe("any order of signals", () => {
  const tab = fc.constantFrom("A", "B", "C");
  const signal = fc.oneof(
    tab.map((letter) => ({
      kind: "hello" as const,
      tab: tabOf(`${letter}${letter}`),
      browserTab: letter.charCodeAt(0),
      refusal: false,
    })),
    tab.map((letter) => ({ kind: "active" as const, browserTab: letter.charCodeAt(0), ageMs: 0 })),
    tab.map((letter) => ({ kind: "bye" as const, tab: tabOf(`${letter}${letter}`) })),
    tab.map((letter) => ({ kind: "removed" as const, browserTab: letter.charCodeAt(0) })),
    fc.constantFrom(...(["continue", "release", "refresh", "tick", "woken"] as const)).map((kind) => ({ kind })),
    fc
      .tuple(
        fc.nat(3),
        fc.constantFrom(
          "seated",
          "seated idle=1s",
          "unseated released draining",
          "unseated idle",
          "unseated limit_reached",
          "waiting place=1",
          "offered place=1",
          "signed_out",
          "unreachable",
          "absent",
        ),
      )
      .map(([place, words]) => ({ kind: "answer" as const, place, words })),
  );

  test("[P3] [X2] [L8] keeps its promises", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(70_000), signal), { maxLength: 60 }), (signals) => {
        let seat = freshSeat();
        let now = 1_800_000_000_000;
        let seq = seat.seq;
        for (const [later, what] of signals) {
          now += later;
          const flight =
            what.kind === "answer" ? seat.flights[what.place % Math.max(1, seat.flights.length)] : undefined;
          if (what.kind === "answer" && flight === undefined) continue;
          const words = what.kind === "answer" ? what.words : "";
          const done = step(
            seat,
            what.kind !== "answer"
              ? what
              : {
                  kind: "answered",
                  number: flight?.number ?? 0,
                  answer:
                    words === "signed_out" || words === "unreachable" || words === "absent"
                      ? { kind: words }
                      : { kind: "status", status: statusOf(words.split(" ")) },
                },
            now,
          );
          seat = done.seat;
          // Nothing falls due in the past without being under way, or the background would spin.
          const due = dueAt(seat);
          if (due !== null && due <= now) expect(seat.flights.length).toBeGreaterThan(0);
          // One question at a time beside the long one and an act of the person.
          expect(seat.flights.filter(({ call }) => call.name === "wait").length).toBeLessThanOrEqual(1);
          expect(seat.flights.length).toBeLessThanOrEqual(3);
          for (const effect of done.effects) {
            if (effect.do !== "call") continue;
            if (effect.call.name === "heartbeat") {
              expect(effect.call.body.seq).toBeGreaterThan(seq);
              seq = effect.call.body.seq;
              expect(effect.call.body.tabs.every(({ activeAgeMs }) => activeAgeMs === null || activeAgeMs >= 0)).toBe(
                true,
              );
            }
            // L8: after a release only the button claims.
            if (effect.call.name === "claim" && effect.call.body.act === "activity")
              expect(seat.status?.ended?.cause).not.toBe("released");
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
