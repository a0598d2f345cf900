/**
 * Setup of every Worker test file. One runtime runs them all, since starting it takes longer than most files: here each
 * gets real timers and functions, modules without memory, objects and databases without data, and the tables.
 */
import { applyD1Migrations, reset } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { vi } from "vitest";

vi.useRealTimers();
vi.restoreAllMocks();
vi.unstubAllGlobals();
vi.resetModules();
await reset();
await applyD1Migrations(env.RECORDS, env.TEST_MIGRATIONS);
