/** What the refusal page asks of the seat service. Each call throws where no answer comes that says where the person stands. */

import type { Status } from "../../../../shared/protocol.ts";
import { API_PATH } from "../../../../shared/reserved-path.ts";
import type { WhySaid } from "../../../../shared/why.ts";

/** Nobody is signed in, as far as the seat service knows. */
export class SignedOut extends Error {}

/** The seat service does not take the call; `reason`: which of several it is. */
export class NotTaken extends Error {
  readonly reason: string | null;

  constructor(status: number, reason: string | null) {
    super(String(status));
    this.reason = reason;
  }
}

async function ask<Answer>(name: string, body?: unknown): Promise<Answer> {
  const response = await fetch(API_PATH + name, {
    cache: "no-store",
    ...(body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (response.status === 401) throw new SignedOut();
  if (!response.ok) {
    const { reason = null } = (await response.json().catch(() => ({}))) as { reason?: string | null };
    throw new NotTaken(response.status, reason);
  }
  return response.json();
}

export const status = () => ask<Status>("status");
export const wait = () => ask<Status>("wait", {});
export const leave = () => ask<Status>("leave", {});
export const claim = (act: "button" | "activity") => ask<Status>("claim", { act });
/** L16: throws where nobody can be asked just now. */
export const nudge = () => ask<Status>("nudge", {});
/** Q1: one more seat. */
export const requestSeats = () => ask<Status>("request", { count: 1 });
/** L19: `reason` is null where the person would get a seat now. */
export const explain = () => ask<{ reason: string | null; said?: WhySaid }>("explain");
