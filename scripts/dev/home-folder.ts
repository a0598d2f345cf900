/**
 * `.hotseat/`: what a local Hotseat keeps between starts. One process at a time uses it, since two runtimes on the
 * same storage would damage it.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Refusal } from "../cli/command-refusal.ts";

export interface HomeFolder {
  /** Durable Object storage and D1. */
  state: string;
  /** The demo CRM's contacts, files and sessions. */
  demoCrm: string;
  /** Signs passes; random, made at the first start, readable by its owner alone. */
  secret(): string;
  /** Removes state and the demo CRM's data, and signs everybody out. */
  forget(): void;
  release(): void;
}

const folderOf = (environment: NodeJS.ProcessEnv): string =>
  resolve(environment.HOTSEAT_HOME ?? join(import.meta.dirname, "../../.hotseat"));

/** Where Durable Object storage and D1 are, whoever has the lock. */
export const statePath = (environment: NodeJS.ProcessEnv): string => join(folderOf(environment), "state");

/** Throws a `Refusal` when another Hotseat runs from the same folder. */
export function openHomeFolder(environment: NodeJS.ProcessEnv): HomeFolder {
  const folder = folderOf(environment);
  mkdirSync(folder, { recursive: true });
  // SQLite's lock is the kernel's: it goes with the process, however that ends.
  const lock = new DatabaseSync(join(folder, "lock.sqlite"));
  try {
    lock.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
  } catch {
    lock.close();
    throw new Refusal(
      `Another Hotseat runs with the state in ${folder}; stop it, or give this one HOTSEAT_HOME=/another/folder.`,
    );
  }
  const state = statePath(environment);
  const demoCrm = join(folder, "demo-crm");
  const secretFile = join(folder, "secret");
  return {
    state,
    demoCrm,
    secret() {
      if (existsSync(secretFile)) return readFileSync(secretFile, "utf8").trim();
      const secret = randomBytes(32).toString("base64url");
      writeFileSync(secretFile, `${secret}\n`, { mode: 0o600 });
      return secret;
    },
    forget() {
      for (const path of [state, demoCrm, secretFile]) rmSync(path, { recursive: true, force: true });
    },
    release: () => lock.close(),
  };
}
