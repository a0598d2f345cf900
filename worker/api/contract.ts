/** What the tables of all doors are made with: names of messages, problems that many addresses have, and the table itself. */
import type * as z from "zod/mini";
import type { ProblemCode } from "../../shared/problem.ts";
import type { Endpoint, Message } from "./endpoint.ts";
import * as example from "./examples.ts";
import { ExplanationAnswer } from "./explanation-answer.ts";

export const ASKED: readonly ProblemCode[] = ["signed_out", "busy"];
export const BODY: readonly ProblemCode[] = ["malformed", "too_large", "wrong_content_type"];
/** P8: of people, who are known by their cookies. */
export const BY_PERSON: readonly ProblemCode[] = [...ASKED, "too_soon"];
export const CHANGED: readonly ProblemCode[] = [...BY_PERSON, ...BODY, "foreign_origin"];

export const EXPLANATION: Message = { name: "Explanation", schema: ExplanationAnswer, example: example.EXPLANATION };

/** "answer-nudge" and "tokens/make" as the document names them. */
export const wordOf = (name: string): string => name.replace(/[-/](\w)/g, (_, letter: string) => letter.toUpperCase());
export const titleOf = (name: string): string => wordOf(name).replace(/^\w/, (letter) => letter.toUpperCase());

const keysOf = <T extends object>(table: T): (keyof T & string)[] => Object.keys(table) as (keyof T & string)[];

export const messageOf = (name: string, schema: z.ZodMiniType | null, body: unknown): Message | null =>
  schema === null ? null : { name: `${titleOf(name)}Request`, schema, example: body };

export const contractOf = <T extends object>(table: T, endpointOf: (name: keyof T & string) => Endpoint) =>
  Object.fromEntries(keysOf(table).map((name) => [name, endpointOf(name)])) as Record<keyof T & string, Endpoint>;
