import type { Event } from "../event.ts";

/** The event of one type. */
export type Of<T extends Event["type"]> = Extract<Event, { type: T }>;
