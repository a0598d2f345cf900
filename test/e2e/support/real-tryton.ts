/** One real Tryton for the tests of a file, and what each of them opens in front of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll } from "vitest";
import { startTryton, type Tryton, type TrytonUser } from "../../fixtures/tryton/tryton.ts";
import { type Stack, type StackOptions, startStack } from "./stack.ts";

interface Closable {
  close(): Promise<void>;
}

export interface RealTryton {
  database(): string;
  userOf(login: string): TrytonUser;
  /** A stack before it. */
  stack(options?: StackOptions): Promise<Stack>;
  /** To be closed after the test, what was opened last first. */
  keep<T extends Closable>(thing: T): T;
}

/** Starts it before the file's tests, and ends it after them. Its database may have to be made first. */
export function realTryton(): RealTryton {
  const folder = mkdtempSync(join(tmpdir(), "hotseat-tryton-"));
  const open: Closable[] = [];
  let tryton: Tryton | null = null;
  const running = () => {
    if (tryton === null) throw new Error("Tryton does not run yet");
    return tryton;
  };
  const keep = <T extends Closable>(thing: T): T => {
    open.push(thing);
    return thing;
  };
  beforeAll(async () => {
    tryton = await startTryton({ dataDir: folder });
  }, 300_000);
  afterEach(async () => {
    for (const thing of open.splice(0).reverse()) await thing.close();
  });
  afterAll(async () => {
    await tryton?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    database: () => running().database,
    userOf(login) {
      const user = running().users.find((other) => other.login === login);
      if (user === undefined) throw new Error(`Tryton has no user ${login}`);
      return user;
    },
    stack: async (options = {}) =>
      keep(await startStack({ ...options, crm: { origin: running().origin, preset: "tryton" } })),
    keep,
  };
}
