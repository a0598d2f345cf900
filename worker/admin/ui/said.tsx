/** A7: what came of a form, said in its card: a confirmation, or a fault beside the field that is wrong. */
import type { Child } from "hono/jsx";

/** The pages' script gives it the focus, so that it is read out and the next Tab goes on from there. */
export const Said = ({ children }: { children?: Child }) => (
  <p class="said said-good" role="status" tabindex={-1}>
    {children}
  </p>
);

/** Why a form was not taken. */
export const Fault = ({ id, children }: { id?: string; children?: Child }) => (
  <p class="fault" id={id} role="alert">
    {children}
  </p>
);

/** Ties a field to its fault and its hint, by their ids. Only the field that is wrong is marked, and has the focus. */
export const fieldTies = (isWrong: boolean, fault: string, hint?: string) =>
  isWrong
    ? {
        "aria-describedby": hint === undefined ? fault : `${fault} ${hint}`,
        "aria-invalid": "true" as const,
        autofocus: true,
      }
    : hint === undefined
      ? {}
      : { "aria-describedby": hint };
