/**
 * Setup of the Worker test files that keep something. One runtime runs them all, so each is given empty objects, a
 * database with nothing but its tables, real timers and functions, and modules without memory.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import { forgetModules } from "./new-modules.ts";

vi.useRealTimers();
vi.restoreAllMocks();
vi.unstubAllGlobals();
forgetModules();

// What the file before still asked of the database is over then; under a question, `reset` leaves the old rows in place.
await env.RECORDS.prepare("SELECT 1").first();
await reset();
await applyD1Migrations(env.RECORDS, env.TEST_MIGRATIONS);
