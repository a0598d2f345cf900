/** X7: shows what the seat machine wants told: where it is wanted, and to nobody who looks at the CRM already. */
import type { Front } from "../ports/front.ts";
import type { Notifications } from "../ports/notifications.ts";
import type { Notice } from "../seat/seat.ts";

export interface Notices {
  /** `browserTabs`: the CRM's. One notification a CRM: a newer one takes the older one's place. */
  show(origin: string, notice: Notice, browserTabs: readonly number[]): void;
  withdraw(origin: string): void;
  bring(browserTab: number): void;
}

export interface NoticeWords {
  title: string;
  text: string;
}

export interface NoticePorts {
  notifications: Notifications;
  /** Does the person want them, may we, and does the firm's policy agree? */
  areOn(): Promise<boolean>;
  front: Front;
  say(notice: Notice): NoticeWords;
}

export function noticesOf({ notifications, areOn, front, say }: NoticePorts): Notices {
  // One after the other: what is withdrawn while it is still being shown must not stay.
  let last: Promise<void> = Promise.resolve();
  const queue = (work: () => Promise<void>): void => {
    last = last.then(work).catch((error: unknown) => console.error("A notification was not to be had:", error));
  };
  return {
    show: (origin, notice, browserTabs) =>
      queue(async () => {
        if (!(await areOn())) return;
        // What is shown of older news is out of date, also where the new one is seen in the page.
        if (await front.isOneOf(browserTabs)) return notifications.clear(origin);
        const { title, text } = say(notice);
        await notifications.show(origin, title, text);
      }),
    withdraw: (origin) => queue(() => notifications.clear(origin)),
    bring: (browserTab) => void front.bring(browserTab).catch(() => undefined),
  };
}
