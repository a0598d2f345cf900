/**
 * T6: moves the tenant's records to another database, by steps of which each may be repeated after a crash. While it
 * copies, nothing is delivered: the outbox holds what comes. What was copied is counted and its head compared before
 * anybody is sent there, and the old copy stays until every isolate has heard of it.
 *
 *   clearing   what an earlier try left at the destination goes
 *   copying    table by table
 *   switching  the old database is closed, the registry says the new one
 *   leaving    deliveries go to the new one; later, the old copy is deleted
 *   giving up  the operator changed their mind: the destination is cleared
 *
 * An object that is restored to the middle of a move that was finished since must clear nothing: the mark at the old
 * database tells.
 */
import {
  type Cursor,
  clearPiece,
  copyPiece,
  countRecords,
  MoveFault,
  markMove,
  movedTo,
  RECORDS_TABLES,
  type RecordsTable,
  unmarkMove,
} from "../../audit/move-copy.ts";
import { OLD_COPY_KEPT_MS, RecordsName } from "../../config/location.ts";
import { noteMove, type Statement, settleRecords } from "../../registry/registry-write.ts";
import { readMeta, writeMeta } from "../schema.ts";

/** Pieces of one run: two calls each, with those of the rest well below fifty. */
const PIECES_AT_ONCE = 8;

const MOVE = "move";

export interface Move {
  from: RecordsName;
  to: RecordsName;
  step: "clearing" | "copying" | "switching" | "leaving" | "giving up";
  table: RecordsTable;
  after: Cursor;
  /** Rows copied so far. */
  copied: number;
  /** ms; of `leaving`: when the old copy may go. */
  notBefore: number;
}

export interface MovePorts {
  kept: KeptMove;
  tenant: string;
  database(name: RecordsName): D1Database;
  /** Null: the Worker serves one tenant and has no registry. */
  registry: D1Database | null;
  now(): number;
}

/** The move in the object's storage. Every heartbeat asks for it, so it is in memory as well. */
export class KeptMove {
  readonly #sql: SqlStorage;
  #move: Move | null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#move = JSON.parse(readMeta(sql, MOVE) ?? "null");
  }

  /** null: no move was begun, or it is over. */
  get move(): Move | null {
    return this.#move;
  }

  set move(move: Move | null) {
    if (move === null) this.#sql.exec("DELETE FROM meta WHERE name = ?", MOVE);
    else writeMeta(this.#sql, MOVE, JSON.stringify(move));
    this.#move = move;
  }
}

/** Whether deliveries and daily work rest. */
export const isUnderWay = (move: Move | null): boolean => move !== null && move.step !== "leaving";

/** Begins, or gives up what was begun, as the registry now says. */
export function followRegistry(kept: KeptMove, from: RecordsName, wanted: RecordsName | null): void {
  const { move } = kept;
  if (move === null) {
    if (wanted === null || wanted === from) return;
    kept.move = { from, to: wanted, step: "clearing", table: "events", after: null, copied: 0, notBefore: 0 };
  } else if ((move.step === "clearing" || move.step === "copying") && wanted !== move.to) {
    kept.move = { ...move, step: "giving up" };
  }
}

/** A run of the move's next steps. Answers ms of when it wants to go on; null: it is over. Throws when a database fails. */
export async function goOn(ports: MovePorts, arrive: (at: RecordsName) => void): Promise<number | null> {
  const { kept, now } = ports;
  let { move } = kept;
  if (move !== null && isUnderWay(move)) {
    const said = await movedTo(ports.database(move.from), ports.tenant);
    if (said !== null) {
      const found = RecordsName.parse(said);
      kept.move = await finished(move, found, ports);
      arrive(found);
      return kept.move === null ? null : now();
    }
  }
  for (let piece = 0; move !== null && piece < PIECES_AT_ONCE; piece++) {
    if (move.step === "leaving" && now() < move.notBefore) return move.notBefore;
    const next: Move | null = await STEPS[move.step](move, ports);
    kept.move = next;
    if (next?.step === "leaving" && move.step === "switching") arrive(next.to);
    move = next;
  }
  if (move?.step === "copying") await tell(ports, noteMove(ports.tenant, `${move.copied} rows are copied`));
  return move === null ? null : now();
}

/**
 * The old database is closed already, and the records are in `found`: the object ended in the middle of switching, or
 * was restored to a moment of this move.
 */
async function finished(move: Move, found: RecordsName, ports: MovePorts): Promise<Move | null> {
  const isWhole = found === move.to && (await movedTo(ports.database(move.to), ports.tenant)) === null;
  return isWhole ? switched(move, ports) : null;
}

/** The old database is closed: everybody is sent to the new one. */
async function switched(move: Move, ports: MovePorts): Promise<Move> {
  const { database, tenant, now } = ports;
  await tell(ports, settleRecords(tenant, move.to, `${move.copied} rows were moved from ${move.from}`, now()));
  await unmarkMove(database(move.to), tenant);
  return { ...move, step: "leaving", notBefore: now() + OLD_COPY_KEPT_MS };
}

/** Says in the registry why it does not go on. */
export const tellFault = (ports: MovePorts, error: unknown): Promise<void> =>
  tell(ports, noteMove(ports.tenant, error instanceof MoveFault ? error.message : `it is tried again: ${error}`));

const STEPS: Record<Move["step"], (move: Move, ports: MovePorts) => Promise<Move | null>> = {
  async clearing(move, { database, tenant }) {
    const to = database(move.to);
    await markMove(to, tenant, "in", move.from);
    return (await clearPiece(to, tenant)) ? move : { ...move, step: "copying" };
  },

  async copying(move, { database, tenant }) {
    const { rows, last } = await copyPiece(database(move.from), database(move.to), tenant, move.table, move.after);
    if (rows > 0) return { ...move, after: last, copied: move.copied + rows };
    const table = RECORDS_TABLES[RECORDS_TABLES.indexOf(move.table) + 1];
    return table === undefined ? { ...move, step: "switching" } : { ...move, table, after: null };
  },

  async switching(move, ports) {
    const { database, tenant } = ports;
    const [from, to] = [database(move.from), database(move.to)];
    const [had, has] = await Promise.all([countRecords(from, tenant), countRecords(to, tenant)]);
    if (JSON.stringify(had) !== JSON.stringify(has)) return { ...move, step: "clearing", table: "events", after: null };
    await markMove(from, tenant, "out", move.to);
    return switched(move, ports);
  },

  async leaving(move, { database, tenant }) {
    const from = database(move.from);
    // What came back here since is no old copy.
    if ((await movedTo(from, tenant)) === null) return null;
    return (await clearPiece(from, tenant)) ? move : null;
  },

  async "giving up"(move, { database, tenant }) {
    const to = database(move.to);
    if (await clearPiece(to, tenant)) return move;
    await unmarkMove(to, tenant);
    return null;
  },
};

async function tell({ registry }: MovePorts, { sql, values }: Statement): Promise<void> {
  if (registry === null) return;
  await registry
    .prepare(sql)
    .bind(...values)
    .run();
}
