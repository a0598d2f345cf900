/**
 * What the tenant's object knows of the operator's configuration. With one tenant it is the Worker's variables. With
 * the registry it is a copy in the object's own storage, so that D1 is needed once, when the tenant is new; a change
 * is asked for beside the calls, and known within `OWN_CONFIG_FRESH_MS` as long as D1 answers and somebody works.
 */
import { MINUTE_MS } from "../../shared/durations.ts";
import { TenantId } from "../../shared/ids.ts";
import { patientDatabase } from "../audit/databases.ts";
import { type Config, type Env, readConfig } from "../config/config.ts";
import { readSecrets } from "../config/env.ts";
import { readByName } from "../registry/registry-read.ts";
import { configOf, readRow, TenantColumns } from "../registry/tenant-row.ts";
import { readMeta, writeMeta } from "./schema.ts";

/** How long the object uses its copy without asking again. */
export const CONFIG_COPY_FRESH_MS = MINUTE_MS;

const COPY = "registry_row";
const LONGEST = "longest_pass_life";

export class ConfigCopy {
  readonly #sql: SqlStorage;
  readonly #env: Env;
  readonly #adopt: (config: Config) => void;
  #tenant: TenantId | null = null;
  #config: Config | null = null;
  /** JSON of the row that `#config` was made of; null: of the Worker's variables, which only a deploy changes. */
  #row: string | null = null;
  #askAt = Number.POSITIVE_INFINITY;

  /** `adopt` is told of a configuration that changed while the object runs. */
  constructor(sql: SqlStorage, env: Env, adopt: (config: Config) => void) {
    this.#sql = sql;
    this.#env = env;
    this.#adopt = adopt;
  }

  get current(): Config {
    if (this.#config === null) throw new Error("the object's configuration was not opened");
    return this.#config;
  }

  /**
   * Reads the configuration of the tenant of this name, and answers the name. Throws where there is none, and where
   * a tenant that is new here cannot be read from D1.
   */
  async open(name: string | null): Promise<string> {
    if ((this.#env.TENANT ?? "") !== "") {
      this.#config = readConfig(this.#env);
      return name ?? this.#config.tenant;
    }
    const tenant = TenantId.parse(name);
    this.#tenant = tenant;
    if (await this.#takeCopy(tenant)) {
      this.#askAt = 0;
      return tenant;
    }
    const columns = await readByName(patientDatabase(this.#env.RECORDS), tenant);
    if (columns === null) throw new Error(`the registry has no tenant ${tenant}`);
    await this.#take(columns);
    this.#askAt = Date.now() + CONFIG_COPY_FRESH_MS;
    return tenant;
  }

  /** Asks D1 in the background, once in a while. */
  refresh(ctx: Pick<DurableObjectState, "waitUntil">, now: number): void {
    if (now < this.#askAt || this.#tenant === null) return;
    this.#askAt = now + CONFIG_COPY_FRESH_MS;
    ctx.waitUntil(this.#ask(this.#tenant));
  }

  /** L9: in ms, the longest life of a pass that this object has ever given. After a restart one may be out still. */
  longestPassLifeMs(): number {
    const { passLifeMs } = this.current.timing;
    const before = Number(readMeta(this.#sql, LONGEST) ?? 0);
    const longest = Math.max(before, passLifeMs);
    if (longest > before) writeMeta(this.#sql, LONGEST, String(longest));
    return longest;
  }

  /** False: there is no copy, or none that this version of Hotseat can read. */
  async #takeCopy(tenant: TenantId): Promise<boolean> {
    const copy = readMeta(this.#sql, COPY);
    if (copy === null) return false;
    try {
      await this.#take(TenantColumns.parse(JSON.parse(copy)));
      return true;
    } catch (error) {
      console.warn(JSON.stringify({ what: "the object's copy of its row is of no use", tenant, error: String(error) }));
      return false;
    }
  }

  async #ask(tenant: TenantId): Promise<void> {
    try {
      const columns = await readByName(patientDatabase(this.#env.RECORDS), tenant);
      if (columns === null || JSON.stringify(columns) === this.#row) return;
      await this.#take(columns);
      // Before the first pass of the new life is given.
      this.longestPassLifeMs();
      this.#adopt(this.current);
      console.log(JSON.stringify({ what: "the registry's change is taken", tenant, version: columns.version }));
    } catch (error) {
      // G6: the object goes on by what it knows.
      console.warn(JSON.stringify({ what: "the registry was not read", tenant, error: String(error) }));
    }
  }

  async #take(columns: TenantColumns): Promise<void> {
    const faults: string[] = [];
    const config = await configOf(
      readRow(columns),
      readSecrets(this.#env.HOTSEAT_SECRET, (fault) => faults.push(fault)),
    );
    if (faults.length > 0) throw new Error(faults.join("; "));
    const row = JSON.stringify(columns);
    if (row !== this.#row) writeMeta(this.#sql, COPY, row);
    this.#config = config;
    this.#row = row;
  }
}
