/** X7: which notifications come, which do not, and when one goes. */
import { beforeEach, describe, expect, test } from "vitest";
import { sayNotice } from "../../../extension/notice-words.ts";
import type { Call } from "../../../extension/seat/call.ts";
import { wordsOf } from "../../../extension/words.ts";
import { CRM, FakeBrowser } from "../support/fake-browser.ts";
import { freshSeat, play, statusOf, tabOf } from "../support/seat-script.ts";

function check(script: string, seat = freshSeat()) {
  const played = play(script, seat);
  expect(played.happened).toEqual(played.expected);
  return played.seat;
}

const WAITS = `
  0s     hello A                                         -> heartbeat(A)
  0s     heartbeat: waiting limit_reached place=1        -> wait ; A: full 1/2 place 1 waits
`;
const CAME = `${WAITS}
  60s    tick                                            -> heartbeat(A)
  60s    heartbeat: seated                               -> A: nothing ; notify seated
`;

describe("the seat comes", () => {
  test("[X7] to somebody in line: they are told once, and what is told goes when they are at work or the seat is lost", () => {
    const seat = check(CAME);
    check(
      `
      120s   tick                                        -> heartbeat(A)
      120s   heartbeat: seated                           ->
      130s   active A                                    -> withdraw
      140s   active A                                    ->
    `,
      seat,
    );
    check("90s look B ->\n 91s look A -> withdraw", seat);
    check(
      `
      120s   tick                                        -> heartbeat(A)
      120s   heartbeat: unseated lost                    -> A: gone ended ; withdraw
    `,
      seat,
    );
    check(
      `
      120s   tick                                        -> heartbeat(A)
      120s   heartbeat: signed_out                       -> withdraw
    `,
      seat,
    );
  });

  test("[X7] held for somebody on a refusal page, which takes it by itself", () => {
    check(`
      0s     hello A refusal                             -> heartbeat(A)
      0s     heartbeat: offered place=1                  ->
      5s     moves A                                     ->
      5.1s   hello A2                                    -> heartbeat(A)
      5.2s   heartbeat: seated                           -> notify seated
    `);
  });

  test("[X7] at once to the person who pressed for it: nothing to tell", () => {
    check(`
      0s     hello A                                     -> heartbeat(A)
      0s     heartbeat: unseated released                -> A: gone released
      5s     continue                                    -> claim(button) ; A: gone released asking
      5s     claim: seated                               -> heartbeat(A) ; A: nothing
    `);
    check(`
      0s     hello A                                     -> heartbeat(A)
      0s     heartbeat: offered limit_reached place=1    -> A: full 1/2 place 1
      5s     continue                                    -> claim(button) ; A: full 1/2 place 1 asking
      5s     claim: seated                               -> heartbeat(A) ; A: nothing
    `);
  });

  test("[X7] told once also where the background was stopped in between", () => {
    check("61s woken ->\n 120s tick -> heartbeat(A)\n 120s heartbeat: seated ->", check(CAME));
    // Its answer was lost with the background.
    const lost = check("60s tick -> heartbeat(A)", check(WAITS));
    check("70s woken -> wait ; heartbeat(A)\n 70s heartbeat: seated -> A: nothing ; notify seated", lost);
  });

  test("[X7] with the last tab closed there is nothing to go on in; a navigation is no closing", () => {
    const seat = check(CAME);
    check("70s close A -> heartbeat() ; withdraw", seat);
    check("70s bye A ->\n 70.2s hello A2 -> heartbeat(A2)", seat);
  });
});

describe("a nudge", () => {
  const NUDGED = `
    0s     hello A                                       -> heartbeat(A)
    0s     heartbeat: seated                             ->
    60s    tick                                          -> heartbeat(A)
    60s    heartbeat: seated nudge=60s by=Bea            -> A: nudge 60s Bea ; notify nudged Bea
  `;

  test("[X7] is told once, however often its heartbeats report it, stopped in between or not", () => {
    check(
      `
      61s    woken                                       ->
      70s    hello B                                     -> B: nudge 50s Bea
      72s    tick                                        -> heartbeat(A, B)
      73s    heartbeat: seated nudge=48s by=Bea          ->
    `,
      check(NUDGED),
    );
  });

  test("[X7] signed out and in again, it is still the same; another one later is another", () => {
    check(
      `
      65s    refresh                                     -> heartbeat(A)
      65s    heartbeat: signed_out                       -> A: nothing ; withdraw
      70s    refresh                                     -> heartbeat(A)
      70s    heartbeat: seated nudge=50s by=Bea          -> A: nudge 50s Bea
      80s    keep                                        -> keep ; A: nothing
      80s    answer-nudge: seated                        ->
      10m    tick                                        -> heartbeat(A)
      10m    heartbeat: seated nudge=60s                 -> A: nudge 60s ; notify nudged
    `,
      check(NUDGED),
    );
  });

  test("[X7] stays while the person works, since it is still to be answered, and goes when answered elsewhere", () => {
    check(
      `
      65s    active A                                    ->
      66s    look A                                      ->
      70s    refresh                                     -> heartbeat(A 5s)
      70s    heartbeat: seated                           -> A: nothing ; withdraw
    `,
      check(NUDGED),
    );
  });

  test("[X7] takes the place of the seat that came", () => {
    check(
      `
      70s    refresh                                     -> heartbeat(A)
      70s    heartbeat: seated nudge=60s                 -> A: nudge 60s ; notify nudged
    `,
      check(CAME),
    );
  });
});

describe("a notification that is pressed", () => {
  test("[X7] goes, and brings the tab that was worked in last; with none open it only goes", () => {
    const seat = check(`
      0s     hello A                                     -> heartbeat(A)
      0s     hello B                                     ->
      1s     active B                                    ->
      2s     heartbeat: waiting limit_reached place=1    -> wait ; heartbeat(A, B 1s) ; A: full 1/2 place 1 waits ; B: full 1/2 place 1 waits
      60s    heartbeat: seated                           -> A: nothing ; B: nothing ; notify seated
    `);
    check("61s press -> withdraw ; front B\n 61.5s active B ->", seat);
    check("61s count -> heartbeat() ; withdraw\n 62s press -> withdraw", seat);
  });
});

describe("the background", () => {
  let browser: FakeBrowser;
  let words: string;
  beforeEach(async () => {
    browser = new FakeBrowser();
    words = "waiting place=1";
    browser.answer = (_: Call) => ({ kind: "status", status: statusOf(words.split(" ")) });
    await browser.seats.signal(CRM, { kind: "hello", tab: tabOf("A"), browserTab: 65, refusal: false });
    await browser.settle();
  });
  const next = async (status: string) => {
    words = status;
    await browser.pass(61_000);
    await browser.seats.signalAll({ kind: "tick" });
    await browser.settle();
  };

  test("[X7] shows one notification a CRM, and takes it back", async () => {
    await next("seated");
    expect([...browser.notices]).toEqual([[CRM, "seated"]]);
    await next("seated nudge=2m");
    expect([...browser.notices]).toEqual([[CRM, "nudged"]]);
    await browser.seats.signal(CRM, { kind: "answer_nudge", keep: true });
    await browser.settle();
    expect([...browser.notices]).toEqual([]);
    expect(browser.noticed).toEqual(["seated", "nudged"]);
  });

  test("[X7] is silent while the switch is off, and while the CRM is in front of the person", async () => {
    browser.areNoticesOn = false;
    await next("seated");
    browser.areNoticesOn = true;
    browser.front = 65;
    await next("seated nudge=2m");
    // Looking away does not make it news.
    browser.front = 12;
    await next("seated nudge=59s");
    expect(browser.noticed).toEqual([]);
  });

  test("[X7] in front is another tab: told", async () => {
    browser.front = 12;
    await next("seated");
    expect(browser.noticed).toEqual(["seated"]);
  });

  test("[X7] stopped at any time, it tells nothing twice; pressed, it starts again and brings the tab", async () => {
    await next("seated");
    browser.stop();
    await next("seated");
    browser.stop();
    await browser.seats.signal(CRM, { kind: "notice_pressed" });
    await browser.settle();
    expect(browser.noticed).toEqual(["seated"]);
    expect([...browser.notices]).toEqual([]);
    expect(browser.front).toBe(65);
  });

  test("[X7] pressed for a CRM that is no longer known: nothing happens", async () => {
    expect(await browser.seats.signal("https://other.acme.com", { kind: "notice_pressed" })).toBeNull();
    expect(browser.front).toBeNull();
  });
});

test("[X7] it says who asks, where the firm tells", () => {
  const words = wordsOf({ getMessage: (key, values = []) => [key, ...values].join(" ") });
  expect(sayNotice(words, { kind: "nudged", by: "Bea" }).title).toBe("noticeNudgedBy Bea");
  expect(sayNotice(words, { kind: "nudged", by: null }).title).toBe("noticeNudged");
  expect(sayNotice(words, { kind: "seated" }).title).toBe("noticeSeated");
});
