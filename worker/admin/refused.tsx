/** A change that the tenant refused, for the page on which it was typed. */
import type { Child } from "hono/jsx";
import { PROBLEMS, type Problem } from "../../shared/problem.ts";
import { Translated } from "./ui/translated.tsx";

export interface Refused {
  fault: Child;
  /** The field that is wrong; undefined: none alone. */
  field: string | undefined;
  status: number;
}

export const refusedBy = ({ code, says, field }: Problem): Refused => ({
  fault: <Translated of={says} />,
  field,
  status: PROBLEMS[code].status,
});
