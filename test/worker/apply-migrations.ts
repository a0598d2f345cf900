/** Setup of every Worker test file: its fresh databases get the tables. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { databaseNames, databaseOf } from "../../worker/records/databases.ts";

for (const name of databaseNames(env)) await applyD1Migrations(databaseOf(env, name), env.TEST_MIGRATIONS);
