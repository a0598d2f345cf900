/**
 * The wire (SPEC.md, section P): every message between the extension, the pages and the Worker.
 * Requests are strict: an unknown field is refused. Answers are read loosely, so that an older
 * extension goes on with a newer Worker. Times travel as ages in ms, never as clocks (L18).
 */

import * as z from "zod/mini";
import { CORNERS } from "./corner.ts";
import { DENIAL_REASONS, ENDING_CAUSES } from "./denial.ts";
import { DAY_MS } from "./durations.ts";
import { ClientId, TabId } from "./ids.ts";

export { ADMIN_PATH, AGENT_PATH, API_PATH, OWN_PATH, REFUSED_HEADER, REFUSED_PATH } from "./reserved-path.ts";

/** G6: set on answers to people who go on by an old pass, since the seats cannot be reached. */
export const OUTAGE_HEADER = "x-hotseat-outage";

/** No request body of the API is larger. */
export const BODY_MAX_BYTES = 64 * 1024;
/** More open CRM tabs than this in one browser are reported as this many. */
export const TABS_MAX = 200;

/** The greatest age of the last activity that a tab reports, however long ago it was; ms. */
export const MOST_ACTIVE_AGE_MS = 7 * DAY_MS;

const ageMs = z.int().check(z.minimum(0), z.maximum(MOST_ACTIVE_AGE_MS));

/** One open CRM document of a client. */
export const TabPresence = z.strictObject({
  id: TabId,
  /** How long ago the person last did something in it; null: nothing since it was opened or restored. */
  activeAgeMs: z.nullable(ageMs),
});
export type TabPresence = z.infer<typeof TabPresence>;

/** POST heartbeat: everything a client says of itself. Restates all, so a lost one costs nothing. */
export const Heartbeat = z.strictObject({
  client: ClientId,
  /** Grows with every heartbeat of this client; a lower one than seen is late and is ignored. */
  seq: z.int().check(z.minimum(0)),
  tabs: z.array(TabPresence).check(z.maxLength(TABS_MAX)),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** POST bye: one document closes. The last one of a client hands the browser's pass back (L6). */
export const Bye = z.strictObject({ client: ClientId, tab: TabId });
export type Bye = z.infer<typeof Bye>;

/** POST release: the whole seat, or only one tab's share of it (L7). */
export const Release = z.strictObject({ client: z.optional(ClientId), tab: z.optional(TabId) });
export type Release = z.infer<typeof Release>;

/** POST claim: the person's own act brings the seat back (L8). */
export const Claim = z.strictObject({
  /** `button`: "Continue working". `activity`: a first real action in a tab whose seat went idle. */
  act: z.enum(["button", "activity"]),
});
export type Claim = z.infer<typeof Claim>;

/** POST answer-nudge: the holder's answer to somebody who waits (L16). */
export const AnswerNudge = z.strictObject({ keep: z.boolean() });
export type AnswerNudge = z.infer<typeof AnswerNudge>;

/** POST hand-over (L32): the key of a colleague who waits, as the status names them, or their login or e-mail address. */
export const HandOver = z.strictObject({ to: z.string().check(z.minLength(1), z.maxLength(300)) });
export type HandOver = z.infer<typeof HandOver>;

/** POST request (Q1): so many seats more; why, in the person's own words. */
export const SeatsWanted = z.strictObject({ count: z.int(), note: z.optional(z.string().check(z.maxLength(1_000))) });

/** POST hand-back, POST wait, POST leave, POST nudge: nothing to say but who, and that is in the cookie. */
export const Empty = z.strictObject({});

/** What Hotseat answers to every call of the API: where the person stands. */
export const Status = z.object({
  /** seated: has a seat. unseated: has none. waiting: in line. offered: a seat is held for the person. */
  state: z.enum(["seated", "unseated", "waiting", "offered"]),
  /** The name of the person, as the CRM gives it. */
  person: z.string(),
  tenant: z.object({ name: z.string(), contact: z.string() }),
  limit: z.int(),
  inUse: z.int(),
  /** L14: what `limit` and `inUse` count: seats of a pool (with or without named licences beside it), named licences, or people up to the technical cap. */
  measure: z.optional(z.enum(["concurrent", "mixed", "named", "records"])),
  /** Whether nobody else can be let in for want of room. */
  isFull: z.optional(z.boolean()),
  /** Never counted, never refused, never idle (L11), with a seat or without. */
  exempt: z.boolean(),
  /** By a licence of the person's own (L14). */
  named: z.optional(z.boolean()),
  mayAdminister: z.boolean(),
  /**
   * The person's seat, when seated. `idleInMs` is the whole time-out of people who never go idle; `overdraft`: it is beyond
   * the limit (L28).
   */
  seat: z.nullable(
    z.object({
      sinceAgeMs: z.int(),
      tabs: z.int(),
      clients: z.int(),
      idleInMs: z.int(),
      overdraft: z.optional(z.boolean()),
    }),
  ),
  /** Why the last seat ended, when not seated and that is known. */
  ended: z.nullable(
    z.object({
      cause: z.enum(ENDING_CAUSES),
      ageMs: z.int(),
      by: z.nullable(z.string()),
      note: z.nullable(z.string()),
      /** L32: to whom the person handed it; empty where the firm shows no names. null: to nobody. */
      handedTo: z.optional(z.nullable(z.string())),
    }),
  ),
  /** Why a wish for a seat is not met, when one was made. */
  denied: z.nullable(z.enum(DENIAL_REASONS)),
  line: z.nullable(
    z.object({
      position: z.int(),
      length: z.int(),
      offeredForMs: z.nullable(z.int()),
      /** About how long the wait is; null: too little is known to say (L15). */
      estimateMs: z.optional(z.nullable(z.int())),
      /** Whether the person may ask holders for a seat (L16). */
      mayAsk: z.optional(z.boolean()),
      /** What came of asking, and how long the holder has to answer yet (L16); null: nobody was asked. */
      asked: z.optional(z.nullable(z.object({ answer: z.enum(["awaited", "kept", "given"]), answerInMs: z.int() }))),
    }),
  ),
  /**
   * Somebody waits and asks for the person's seat: keep or give (L16). `recalled`: it was lent, and goes back to the pool
   * `by` (L29).
   */
  nudge: z.optional(
    z.nullable(z.object({ answerInMs: z.int(), by: z.nullable(z.string()), recalled: z.optional(z.boolean()) })),
  ),
  /**
   * L32: the person may give the seat to somebody who waits: to one of `people`, or, where no names are told (null), to
   * whoever is named by login or e-mail address. null: there is nobody, or it is not allowed.
   */
  handover: z.optional(
    z.nullable(z.object({ people: z.nullable(z.array(z.object({ id: z.string(), name: z.string() }))) })),
  ),
  /** Q4: what the firm's people are told at the moment, and for how long yet; null: nothing. */
  announcement: z.optional(z.nullable(z.object({ id: z.string(), text: z.string(), endsInMs: z.int() }))),
  /** L31: when it is closed for everybody but support, and until when; null: no closing is planned. */
  closing: z.optional(
    z.nullable(z.object({ id: z.string(), text: z.string(), startsInMs: z.int(), endsInMs: z.int() })),
  ),
  /** Q3: what became of the person's request for more seats; `end` null: it is open. null: none, or long decided. */
  request: z.optional(
    z.nullable(
      z.object({
        end: z.nullable(z.enum(["boost", "raise", "lower", "decline"])),
        count: z.int(),
        ageMs: z.int(),
        by: z.nullable(z.string()),
        note: z.string(),
      }),
    ),
  ),
  /** Q1: whether asking for more seats would be taken now. */
  mayRequest: z.optional(z.boolean()),
  /** Where the agent's seat button stands (G8). */
  button: z.optional(z.enum(CORNERS)),
  /** A pass of this person is still out: hand it back once more (L9). */
  draining: z.boolean(),
  timing: z.object({ heartbeatEveryMs: z.int(), idleTimeoutMs: z.int(), idleWarningMs: z.int() }),
});
export type Status = z.infer<typeof Status>;

/** The default body of a refused background request (G5). */
export const Refusal = z.object({
  error: z.literal("no_seat"),
  reason: z.enum(DENIAL_REASONS),
  message: z.string(),
  limit: z.int(),
  inUse: z.int(),
});
export type Refusal = z.infer<typeof Refusal>;

/** Every API address with its method and the schema of its body. */
export const API = {
  status: { method: "GET", body: null },
  heartbeat: { method: "POST", body: Heartbeat },
  bye: { method: "POST", body: Bye },
  release: { method: "POST", body: Release },
  claim: { method: "POST", body: Claim },
  "hand-back": { method: "POST", body: Empty },
  wait: { method: "POST", body: Empty },
  leave: { method: "POST", body: Empty },
  nudge: { method: "POST", body: Empty },
  "answer-nudge": { method: "POST", body: AnswerNudge },
  "hand-over": { method: "POST", body: HandOver },
  request: { method: "POST", body: SeatsWanted },
} as const;
export type ApiName = keyof typeof API;
