/** What people do in a gate's tenant without a browser: they take seats, and change settings. */
import { BindingId, HolderId, SessionKey } from "../../../shared/ids.ts";
import type { SettingsChange } from "../../../worker/ledger/settings/settings.ts";
import type { Person } from "../../../worker/tenant/tenant-calls.ts";
import type { Gate } from "./stack.ts";

const MANAGER: Person = { id: HolderId.parse("u6"), name: "Frank Weiß", email: null, role: "licence_manager" };

/** Somebody who works, or waits where no seat is free. */
export async function takeSeat(gate: Gate, id: string, name: string, groups: string[] = []): Promise<void> {
  const email = `${id}@larch.example`;
  const person: Person = { id: HolderId.parse(id), name, email, role: "user", groups };
  const session = SessionKey.parse(`${id}-desk`.padEnd(22, "_"));
  const binding = BindingId.parse(`binding-of-${id}`);
  const act = { act: "navigation", active: true, clientKind: "browser" } as const;
  const tenant = gate.tenant();
  const claim = await tenant.claim({ person, session, binding, ...act });
  if (!claim.granted) await tenant.wait({ person, session });
}

/** Changes a setting as a manager, from the current version. */
export async function manage(gate: Gate, change: SettingsChange): Promise<void> {
  const { version } = await gate.view();
  const changed = await gate.tenant().changeSettings(MANAGER, change, version);
  if (!changed.ok) throw new Error(changed.error.says.key);
}
