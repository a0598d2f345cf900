/** This machine's clock and one timer. The timer dies with the background; alarms (alarms.ts) do not. */
export interface Clock {
  now(): number;
  /** Calls back once after so many ms; a second call replaces the first. */
  wakeAfter(ms: number, wake: () => void): void;
}

export function systemClock(): Clock {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    now: () => Date.now(),
    wakeAfter(ms, wake) {
      clearTimeout(timer);
      timer = setTimeout(wake, ms);
    },
  };
}
