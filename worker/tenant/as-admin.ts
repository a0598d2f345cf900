/** A9: only people who may administer get to the calls of the administration. */
import type { Problem } from "../../shared/problem.ts";
import { err, type Result } from "../../shared/result.ts";
import { sentence } from "../../shared/sentence.ts";
import { mayAdminister, type Person } from "../ledger/person.ts";

const NOT_YOURS: Problem = {
  code: "forbidden",
  says: sentence("notYours"),
};

/**
 * What `call` answers, where `actor` may administer; everybody else is refused. `isScoped`: the actor manages pools, and the
 * call tells or changes nothing beyond their people (A13).
 */
export async function asAdmin<T>(
  actor: Person,
  call: () => Result<T, Problem> | Promise<Result<T, Problem>>,
  isScoped = false,
): Promise<Result<T, Problem>> {
  return mayAdminister(actor.role) || isScoped ? await call() : err(NOT_YOURS);
}
