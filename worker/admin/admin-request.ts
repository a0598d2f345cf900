/** What a request to the administration carries, and how the pages answer it: to whom, and with what instead. */
import type { Context } from "hono";
import type { Child } from "hono/jsx";
import type * as z from "zod/mini";
import type { Problem } from "../../shared/problem.ts";
import type { Sentence } from "../../shared/sentence.ts";
import type { Config } from "../config/config.ts";
import type { RequestOrigin } from "../http/request-origin.ts";
import type { Costly } from "../tenant/rate-limit.ts";
import type { AdminView, Caller, ChangeFault, PeopleAsk, Person, TenantCalls } from "../tenant/tenant-calls.ts";

/** What is known of each request before a page sees it. */
export interface AdminEnv {
  Variables: {
    caller: Caller | null;
    origin: RequestOrigin;
    /** I13: why it could not be asked what the caller may do. */
    fault?: unknown;
    /** The tenant's time zone, once it has said so. */
    zone?: string;
    /** A11: how many things are out of order, once the tenant has said so. */
    warnings?: number;
  };
}

export interface AdminPorts {
  tenant: TenantCalls;
  records: D1Database;
  config: Config;
  /** ms since 1970. */
  now: () => number;
}

/** One request to the administration. */
export type AdminContext = Context<AdminEnv>;

/** A page that says one thing. */
export type Statement = { title: string; text: Child; way?: { href: string; words: string }; isSignedOut?: boolean };

/** How the rooms of the administration answer: to whom, and with what instead. */
export interface Door {
  /** For licence managers, admins and support. */
  asManager(
    answer: (c: AdminContext, visitor: Person, view: AdminView) => Promise<Response> | Response,
  ): (c: AdminContext) => Promise<Response>;
  /** A change, from a page of ours alone; the tenant judges who may make it. */
  asChange(answer: (c: AdminContext, visitor: Person) => Promise<Response>): (c: AdminContext) => Promise<Response>;
  /** The same by a form of this schema; another is answered with what is wrong with it. */
  asForm<Form extends z.ZodMiniType>(
    schema: Form,
    answer: (c: AdminContext, visitor: Person, form: z.infer<Form>) => Promise<Response>,
  ): (c: AdminContext) => Promise<Response>;
  /** Only from a page of ours, whoever asks. */
  fromOwnPage(answer: (c: AdminContext) => Promise<Response>): (c: AdminContext) => Promise<Response>;
  /**
   * What the tenant shows to a manager; its time zone is that of the page from then on. `isOfSeats`: the page is for people
   * whose right is limited to pools, too (A13).
   */
  look(c: AdminContext, visitor: Person, ask?: PeopleAsk, isOfSeats?: boolean): ReturnType<TenantCalls["adminView"]>;
  /** The same after a change was refused: without asking again, where the refusal says how things stand. */
  lookAfter(c: AdminContext, visitor: Person, fault: ChangeFault): ReturnType<TenantCalls["adminView"]>;
  /** For licence managers, admins and support, who look for themselves. */
  asVisitor(answer: (c: AdminContext, visitor: Person) => Promise<Response>): (c: AdminContext) => Promise<Response>;
  /** A13: also for people whose right is limited to pools: what the tenant shows them is theirs to see. */
  asSeatVisitor(
    answer: (c: AdminContext, visitor: Person) => Promise<Response>,
  ): (c: AdminContext) => Promise<Response>;
  state(c: AdminContext, status: number, statement: Statement): Promise<Response>;
  /** `told`: what the tenant said in refusing a plain user. */
  stateForbidden(c: AdminContext, told?: Sentence): Promise<Response>;
  stateProblem(c: AdminContext, problem: Problem): Promise<Response>;
  /** A10: before what is costly: null to go on, or the answer that says when to ask again. */
  spend(c: AdminContext, visitor: Person, on: Costly): Promise<Response | null>;
}
