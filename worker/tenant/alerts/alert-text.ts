/** R4, L27: an alert in a sentence, in the receiver's language. Names nobody, and says why somebody was refused. */
import { fillWords } from "../../i18n/fill.ts";
import { REASON_WORDS } from "../../i18n/reasons.ts";
import type { Tag } from "../../i18n/tag.ts";
import type { Alert } from "./alert-watch.ts";

export function describeAlert(alert: Alert, tenantName: string, tag: Tag = "en"): string {
  const { kind, inUse, limit, measure = "concurrent", reason = "no_seat" } = alert;
  const { alerts, reasons } = REASON_WORDS[tag];
  const say = (text: string, more: Record<string, string | number> = {}) =>
    fillWords(text, { tenant: tenantName, inUse, limit, ...more });
  const isCap = measure === "records";
  switch (kind) {
    case "near":
      return say(isCap ? alerts.nearCap : alerts.near);
    case "full":
      return say(isCap ? alerts.fullCap : alerts.full);
    case "denied":
      return `${say(alerts.denied, { reason: reasons[reason] })} ${say(alerts.inUse[measure])}`;
    case "overdraft":
      return `${say(alerts.overdraft)} ${say(alerts.inUse[measure])}`;
    case "records":
      return say(alerts.records, { count: alert.records?.count ?? 0, agreed: alert.records?.agreed ?? 0 });
    case "requests": {
      const { request = { ended: "decline" as const } } = alert;
      return "asked" in request
        ? say(alerts.requests[request.asked], { count: request.count })
        : say(alerts.requests.ended[request.ended]);
    }
    case "divided":
      return say(alerts.divided);
    case "test":
      return `${say(alerts.test)} ${say(alerts.inUse[measure])}`;
  }
}
