/** A document's hello, and what comes of answers that are late. */
import { expect, test, vi } from "vitest";
import { Greeting } from "../../../extension/content/greeting.ts";
import type { Welcome } from "../../../extension/messages.ts";

/** The background answers each hello when the test says so. */
function greetingWith() {
  const hellos: { tab: string; answer(told: object | undefined): void }[] = [];
  const welcomed: string[] = [];
  const greeting = new Greeting({
    hello: (tab) => new Promise((answer) => hellos.push({ tab, answer })),
    welcome: ({ tab }) => welcomed.push(tab),
    isOrphan: () => false,
  });
  const answer = async (place: number) => {
    const { tab, answer: settle } = hellos[place] ?? { tab: "", answer: () => undefined };
    settle({ client: "desktop-7f3a9c21", tab, view: { show: "nothing" } } as Welcome);
    await new Promise((done) => setTimeout(done));
  };
  return { greeting, hellos, welcomed, answer };
}

test("[L6] an answer to a document that is there makes its goodbye ready", async () => {
  const { greeting, welcomed, answer } = greetingWith();
  void greeting.greet();
  await answer(0);
  expect([welcomed, greeting.isKnown]).toEqual([[greeting.tab], true]);
});

test("[L6] an answer to a document that hides meanwhile makes no goodbye ready: the next document goes on under its id", async () => {
  const { greeting, welcomed, answer } = greetingWith();
  void greeting.greet();
  greeting.hide();
  await answer(0);
  expect([welcomed, greeting.isKnown]).toEqual([[], false]);
});

test("[P3] a document that comes back has another id, and the answer to its earlier hello does not count", async () => {
  const { greeting, hellos, welcomed, answer } = greetingWith();
  void greeting.greet();
  greeting.hide();
  greeting.comeBack();
  await answer(0);
  expect([welcomed, greeting.isKnown]).toEqual([[], false]);
  await answer(1);
  expect(hellos[1]?.tab).not.toBe(hellos[0]?.tab);
  expect([welcomed, greeting.isKnown]).toEqual([[hellos[1]?.tab], true]);
});

test("[L6] a background that does not answer is greeted five times", async () => {
  vi.useFakeTimers();
  try {
    let tries = 0;
    const hello = async () => {
      tries++;
      return undefined;
    };
    void new Greeting({ hello, welcome: () => undefined, isOrphan: () => false }).greet();
    await vi.runAllTimersAsync();
    expect(tries).toBe(5);
  } finally {
    vi.useRealTimers();
  }
});
