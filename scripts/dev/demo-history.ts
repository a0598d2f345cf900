/** A past for the demo's firm, lived in seconds through the object's own calls; see test/fixtures/demo-history. */
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HolderId } from "../../shared/ids.ts";
import type { DemoUser } from "../../test/fixtures/demo-crm/demo-crm.ts";
import { type Firm, PAST_TIMING } from "../../test/fixtures/demo-history/past.ts";
import type { Person } from "../../worker/tenant/tenant-calls.ts";
import { bundleWorker, startWorker } from "./local-worker.ts";

const ROLES = { sales: "user", accounts: "licence_manager", admin: "admin", support: "support" } as const;

const personOf = ({ id, name, email, role }: DemoUser): Person => ({
  id: id as HolderId,
  name,
  email,
  role: ROLES[role],
  // As the demo's CRM tells it: a person's role there gives a right, and is a group for pools and usage.
  groups: [role],
  crmRoles: 1,
});

const MARK = "demo-data";

/** Whether the state has a past that was made up. */
export const hasHistory = (persistDir: string): boolean => existsSync(join(persistDir, MARK));

/** Only a state that is not there yet can get one. */
export const takesHistory = (persistDir: string): boolean => !existsSync(persistDir);

interface Lived {
  live(firm: Firm, until: number): Promise<void>;
}

/**
 * Fills the folder of a state that is not there yet. Made beside it and moved there when it is whole, so that a start
 * that is broken off leaves no half a past. `bindings`: those by which the demo is served then; `onStarted` is told how to
 * stop it.
 */
export async function makeHistory(
  persistDir: string,
  bindings: Readonly<Record<string, string>> & { TENANT: string },
  users: readonly DemoUser[],
  seats: number,
  onStarted: (close: () => Promise<void>) => void = () => undefined,
): Promise<void> {
  const told: string[] = [];
  const draft = `${persistDir}.draft`;
  if (existsSync(draft)) rmSync(draft, { recursive: true });
  const worker = await startWorker({
    port: 0,
    persistDir: draft,
    bindings: { ...bindings, TIMING_OVERRIDES: JSON.stringify(PAST_TIMING) },
    code: bundleWorker("test/fixtures/demo-history/history-worker.ts"),
    log: (line) => void told.push(line),
  });
  onStarted(() => worker.close());
  try {
    const lived = worker.tenant(bindings.TENANT) as unknown as Lived;
    await lived.live({ people: users.filter(({ active }) => active).map(personOf), seats }, Date.now());
  } catch (error) {
    throw new Error(`the demo's past could not be made: ${told.at(-1) ?? ""}`, { cause: error });
  } finally {
    await worker.close();
  }
  writeFileSync(join(draft, MARK), "Everything before this file's date was made up by npm start.\n");
  renameSync(draft, persistDir);
}
