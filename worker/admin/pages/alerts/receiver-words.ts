/** How a receiver and its occasions are called. */
import type { AlertKind } from "../../../tenant/alerts/alert-watch.ts";
import type { ReceiverKind } from "../../../tenant/alerts/receiver.ts";
import type { Language, Words } from "../../language.ts";

export const sayOccasion = ({ words, say, share }: Language, kind: AlertKind, nearPercent: number): string =>
  say(words.alerts[kind], { share: share(nearPercent / 100) });

/** Two of them are product names, the same in every language. */
export const sayReceiver = (words: Words, kind: ReceiverKind): string =>
  ({ generic: words.alerts.generic, slack: "Slack", teams: "Microsoft Teams", email: words.receivers.email })[kind];
