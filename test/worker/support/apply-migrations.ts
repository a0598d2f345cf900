/** Setup of every Worker test file that keeps something: its fresh database gets the tables. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

await applyD1Migrations(env.RECORDS, env.TEST_MIGRATIONS);
