/** How a change of the live settings reaches the shadow: as the event that it was, without what is proposed otherwise. */
import type { Command } from "../command.ts";
import type { Event } from "../event.ts";
import type { Settings } from "../settings/settings.ts";

const COMMANDS: ReadonlySet<Command["type"]> = new Set<Command["type"]>([
  "set_limit",
  "set_idle_timeout",
  "change_settings",
  "report_records",
  "request_seats",
  "decide_request",
]);

/** Their versions are those of the live settings: the shadow does not decide them. */
export const isOfSettings = ({ type }: Command): boolean => COMMANDS.has(type);

const DECIDED: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
  "limit_changed",
  "idle_timeout_changed",
  "settings_changed",
  "records_reported",
  "seats_requested",
  "request_decided",
  "change_refused",
]);

/** Of the live `events` those that such a command decided; what follows from them the shadow finds itself. */
export function followSettings(events: readonly Event[], proposed: ReadonlySet<keyof Settings>): Event[] {
  return events.flatMap((event): Event[] => {
    if (!DECIDED.has(event.type)) return [];
    if (event.type === "limit_changed" && proposed.has("limit")) return [];
    if (event.type === "idle_timeout_changed" && proposed.has("idleTimeoutMs")) return [];
    if (event.type !== "settings_changed") return [event];
    const keys = Object.keys(event.patch) as (keyof Settings)[];
    const kept = keys.filter((key) => !proposed.has(key));
    if (kept.length === keys.length) return [event];
    if (kept.length === 0) return [];
    return [{ ...event, patch: Object.fromEntries(kept.map((key) => [key, event.patch[key]])) }];
  });
}
