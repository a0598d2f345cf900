/**
 * How often a client beats, in ms; both browsers' alarms go down to 30 s, 60 s spares batteries. Apart from timing.ts, since
 * the page agent needs it before it knows the tenant's timing, and none of the rest, which would come with it.
 */
import { MINUTE_MS } from "./durations.ts";

export const HEARTBEAT_EVERY_MS = MINUTE_MS;
