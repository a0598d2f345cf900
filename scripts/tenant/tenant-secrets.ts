/** A tenant's secrets: read from environment or standard input, and encrypted for its row of the registry. */
import { readFileSync } from "node:fs";
import { seal, secretPurpose, unseal } from "../../worker/registry/encryption.ts";
import { updateTenant } from "../../worker/registry/registry-write.ts";
import type { TenantRow, TenantSecret } from "../../worker/registry/tenant-row.ts";
import { Refusal } from "../cli/command-refusal.ts";
import { readRows } from "./registry-rows.ts";
import { checkRow } from "./tenant-change.ts";
import type { Desk } from "./tenant-desk.ts";
import type { TenantOptions } from "./tenant-options.ts";

/** The texts of the secrets that the options name: from the environment, or one from standard input. */
export function readSecretTexts(names: readonly TenantSecret[]): Record<string, string> {
  const texts: Record<string, string> = {};
  const absent = names.filter((name) => (process.env[name] ?? "") === "");
  if (absent.length > 1) {
    throw new Refusal(
      `Standard input holds one secret; give ${absent.join(" and ")} in environment variables of these names.`,
    );
  }
  if (absent[0] !== undefined && process.stdin.isTTY)
    console.error(`Type the text of ${absent[0]}, then Enter and Ctrl-D:`);
  for (const name of names) texts[name] = (process.env[name] || readFileSync(0, "utf8")).replace(/\r?\n$/, "");
  const [empty] = Object.keys(texts).filter((name) => texts[name] === "");
  if (empty === undefined) return texts;
  throw new Refusal(
    `There is no text for ${empty}: set the environment variable ${empty}, or write it to standard input.`,
  );
}

/** Another key than the deployment's would make secrets that it cannot read: what is there already must open. */
async function refuseForeignKey(rows: readonly TenantRow[], secrets: readonly string[]): Promise<void> {
  for (const { tenant, sealed } of rows) {
    for (const [name, text] of Object.entries(sealed)) {
      if ((await unseal(secrets, secretPurpose(tenant, name), text)) !== null) return;
      throw new Refusal(
        `This HOTSEAT_SECRET is not the one that the registry's secrets were encrypted with (${name} of ${tenant} does not open): give the deployment's own, the new before the old with a comma between.`,
      );
    }
  }
}

/** The row with the secrets that the options set, and without those that they take away; checked whole. */
export async function sealInto(
  row: TenantRow,
  options: TenantOptions,
  desk: Desk,
  rows: readonly TenantRow[],
): Promise<TenantRow> {
  const kept = withoutSecrets(row, options);
  checkRow(kept, desk.texts);
  const sealed: Record<string, string> = { ...kept.sealed };
  if (options.secrets.length > 0) {
    const secrets = desk.ownSecrets();
    await refuseForeignKey(rows, secrets);
    for (const [name, text] of Object.entries(desk.texts)) {
      sealed[name] = await seal(secrets, secretPurpose(row.tenant, name), text);
    }
  }
  return { ...row, sealed };
}

function withoutSecrets(row: TenantRow, { forgotten }: TenantOptions): TenantRow {
  for (const name of forgotten) {
    if (row.sealed[name] === undefined) throw new Refusal(`${row.tenant} has no ${name}.`);
  }
  const kept = Object.entries(row.sealed).filter(([name]) => !(forgotten as readonly string[]).includes(name));
  return { ...row, sealed: Object.fromEntries(kept) };
}

/** So that an old HOTSEAT_SECRET can go: what it encrypted is encrypted with the new. */
export async function reseal({ store, ownSecrets }: Desk): Promise<void> {
  const secrets = ownSecrets();
  let count = 0;
  for (const row of await readRows(store)) {
    const sealed: Record<string, string> = {};
    for (const [name, text] of Object.entries(row.sealed)) {
      const plain = await unseal(secrets, secretPurpose(row.tenant, name), text);
      if (plain === null)
        throw new Refusal(
          `${name} of ${row.tenant} was encrypted with another HOTSEAT_SECRET; put that one behind the new, with a comma between.`,
        );
      sealed[name] = await seal(secrets, secretPurpose(row.tenant, name), plain);
      count++;
    }
    if (Object.keys(sealed).length === 0) continue;
    const written = await store.run(updateTenant({ ...row, sealed }, Date.now()));
    if (written.length === 0)
      throw new Refusal(`Somebody changed ${row.tenant} in the meantime; type the command again.`);
  }
  console.log(`Encrypted ${count} ${count === 1 ? "secret" : "secrets"} again with the first HOTSEAT_SECRET.`);
}
