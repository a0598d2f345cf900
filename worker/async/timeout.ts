/** Waiting with a time limit. */

/** The promise's value, or undefined when it takes longer. Its failure is the caller's. */
export async function within<T>(ms: number, promise: Promise<T>): Promise<{ value: T } | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  try {
    return await Promise.race([promise.then((value) => ({ value })), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the promise answers; rejects with what `late` makes when that takes longer than `ms`. */
export function answerWithin<T>(ms: number, promise: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((settle, fail) => {
    const timer = setTimeout(() => fail(late()), ms);
    promise.then(
      (value) => {
        clearTimeout(timer);
        settle(value);
      },
      (error) => {
        clearTimeout(timer);
        fail(error);
      },
    );
  });
}

export const pause = (ms: number): Promise<void> => new Promise((settle) => void setTimeout(settle, ms));
