/** For the test files that have records in several databases; the others need not wait for the tables of these. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { databaseNames, databaseOf } from "../../../worker/audit/databases.ts";

/** Gives every database its tables. */
export async function openDatabases(): Promise<void> {
  for (const name of databaseNames(env)) await applyD1Migrations(databaseOf(env, name), env.TEST_MIGRATIONS);
}
