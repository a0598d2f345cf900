/**
 * A12: who has more rights than a user, through what, since when. The CRM confirms a role with each claim; what it has
 * confirmed is remembered here, so that gaining and losing one is a row of the audit.
 */
import { HOUR_MS } from "../../shared/durations.ts";
import type { HolderId } from "../../shared/ids.ts";
import { hasPages, isPoolManager, type Person, type Role } from "../ledger/person.ts";
import type { Remark } from "./audit/outbox.ts";
import type { Manager } from "./tenant-calls.ts";

/** I13: what of a person a right is judged by. */
type Facts = Pick<Person, "email" | "groups" | "crmRoles" | "listed">;

/** When somebody was last confirmed is written this often; ms. */
const SEEN_EVERY_MS = HOUR_MS;

export interface RolePorts {
  sql: SqlStorage;
  /** Writes something together with its row of the audit. */
  remark(remark: Remark, write: () => void): void;
  now(): number;
}

/**
 * `facts` and `pools`: JSON. `facts`: null in what an earlier version wrote, and of a right that is lost. `pools`: null of a
 * right that is not limited to any.
 */
type Kept = Omit<Manager, "pools"> & { facts: string | null; pools: string | null };
type Row = Kept & Record<string, SqlStorageValue>;

export class RoleHistory {
  readonly #ports: RolePorts;
  #known: Map<HolderId, Kept> | null = null;

  constructor(ports: RolePorts) {
    this.#ports = ports;
  }

  /** The CRM has confirmed the person with this role. Costs a look into memory where nothing is new. */
  confirmed(person: Person, through: string | null): void {
    this.#note(person, through, this.#ports.now());
  }

  /** I13: the map of rights gives the person this role; the CRM was not asked. */
  rejudged(person: Person, through: string | null): void {
    this.#note(person, through, this.#load().get(person.id)?.seenAt ?? this.#ports.now());
  }

  /** `seenAt`: when the CRM confirmed the person, ms. */
  #note(person: Person, through: string | null, seenAt: number): void {
    const { id, name } = person;
    const role = isPoolManager(person) ? "licence_manager" : person.role;
    const pools = isPoolManager(person) ? JSON.stringify(person.manages) : null;
    const before = this.#load().get(id);
    const had = before === undefined || before.lostAt !== null ? "user" : before.role;
    if (role === "user" && had === "user") return;
    const now = this.#ports.now();
    const facts = factsOf(person);
    const isSame = role === had && before?.pools === pools;
    if (isSame && before.through === through && before.facts === facts) {
      if (seenAt - before.seenAt >= SEEN_EVERY_MS) this.#put({ ...before, name, seenAt });
      return;
    }
    const told = { at: now, holder: id, person: { id, name, role, email: person.email } };
    if (role === "user") {
      const lost = {
        ...told,
        type: "role_lost",
        role: had,
        ...(before?.through == null ? {} : { through: before.through }),
      };
      this.#ports.remark(lost, () => this.#put({ ...(before as Kept), name, facts: null, lostAt: now }));
      return;
    }
    const manager = { id, name, role, through, since: isSame ? before.since : now, seenAt, lostAt: null, facts, pools };
    // The same role through something else is no change of rights.
    if (isSame) this.#put(manager);
    else {
      const more = { ...(through === null ? {} : { through }), ...(pools === null ? {} : { pools: person.manages }) };
      const gained = { ...told, type: "role_gained", role, before: had, ...more };
      this.#ports.remark(gained, () => this.#put(manager));
    }
  }

  /** L13: somebody manages who has never claimed. What was confirmed before stays: a cookie may be older than that. */
  met(person: Person, through: string | null): void {
    if (hasPages(person) && !person.isProgram && !this.#load().has(person.id)) this.confirmed(person, through);
  }

  /** I13: people who have a role, as the CRM last confirmed them. */
  known(): Person[] {
    return [...this.#load().values()].flatMap(({ id, name, role, lostAt, facts }) =>
      lostAt !== null || facts === null ? [] : [{ id, name, role, ...(JSON.parse(facts) as Facts) }],
    );
  }

  /** Who has a role, then who had one; those of highest rights first. */
  list(): Manager[] {
    const order: readonly Role[] = ["support", "admin", "licence_manager", "user"];
    const managers = [...this.#load().values()].map(
      ({ facts: _, pools, ...manager }): Manager => ({
        ...manager,
        pools: pools === null ? null : (JSON.parse(pools) as string[]),
      }),
    );
    return managers.sort(
      (a, b) =>
        Number(a.lostAt !== null) - Number(b.lostAt !== null) ||
        order.indexOf(a.role) - order.indexOf(b.role) ||
        (a.name < b.name ? -1 : 1),
    );
  }

  /** A transaction failed: storage is read again. */
  reload(): void {
    this.#known = null;
  }

  /** The person is erased. */
  forget(holder: HolderId): void {
    this.#ports.sql.exec("DELETE FROM managers WHERE id = ?", holder);
    this.reload();
  }

  #load(): Map<HolderId, Kept> {
    this.#known ??= new Map(
      this.#ports.sql
        .exec<Row>("SELECT id, name, role, through, since, seenAt, lostAt, facts, pools FROM managers")
        .toArray()
        .map((row) => [row.id, row]),
    );
    return this.#known;
  }

  #put(manager: Kept): void {
    const { id, name, role, through, since, seenAt, lostAt, facts, pools } = manager;
    this.#ports.sql.exec(
      `INSERT OR REPLACE INTO managers (id, name, role, through, since, seenAt, lostAt, facts, pools)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[id, name, role, through, since, seenAt, lostAt, facts, pools],
    );
    this.#load().set(id, manager);
  }
}

const factsOf = ({ email, groups, crmRoles, listed }: Person): string =>
  JSON.stringify({ email, groups, crmRoles, listed } satisfies { [F in keyof Facts]-?: unknown });
