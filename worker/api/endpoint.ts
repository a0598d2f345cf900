/** The contract of one address: what the server goes by, and what the API's document says. */
import type * as z from "zod/mini";
import type { TokenPolicy } from "../../shared/native-protocol.ts";
import type { ProblemCode } from "../../shared/problem.ts";

/** A message of the wire: its name in the document, its schema, and a message of that kind. */
export interface Message {
  name: string;
  schema: z.ZodMiniType;
  example: unknown;
}

export interface Endpoint {
  method: "GET" | "POST";
  path: string;
  /** Names the operation in programs made from the document. */
  id: string;
  tag: "Seats" | "Administration" | "Native clients" | "Reading" | "Operation";
  summary: string;
  /** What somebody has to know who calls it: when, how often, what follows. */
  description: string;
  /** `who`: the cookie that Hotseat sets beside the CRM's session. `token`: an integration's. `none`: anybody. */
  access: "who" | "token" | "none";
  /** Which tokens it takes. */
  policies?: readonly TokenPolicy[];
  body: Message | null;
  /** Fields of the query, with the schema of each and what it means. */
  query?: readonly { name: string; schema: Record<string, unknown>; description: string; required?: true }[];
  /** An example of the answer as CSV, which `format=csv` asks for. */
  csv?: string;
  answer: Message | { type: string; example: string };
  /** With this field in the query it may lead on (303), as the text says, for senders that read no answer; left out: never. */
  leadsOn?: { field: string; description: string };
  /** Every problem that it answers, except another method (405). */
  problems: readonly ProblemCode[];
}
