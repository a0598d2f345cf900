/** The Worker's bindings, counted: how often one invocation asks other parts of the platform. */

import { databaseNames, databaseOf } from "../../../worker/audit/databases.ts";
import type { Env } from "../../../worker/config/config.ts";

export interface Count {
  /** Calls of databases and other hosts since the last `take`. */
  take(): number;
}

/** What a database is asked, before it is; may throw, or never answer. */
export type Before = (sql: string) => Promise<void>;

/** A database whose calls are told of. A batch is one call. */
export function tellingDatabase(db: D1Database, before: Before): D1Database {
  const plain = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
    const telling = new Proxy(statement, {
      get: (target, name: keyof D1PreparedStatement) => {
        if (name === "bind") return (...values: unknown[]) => wrap(target.bind(...values), sql);
        const call = target[name] as (...args: unknown[]) => Promise<unknown>;
        return async (...args: unknown[]) => {
          await before(sql);
          return Reflect.apply(call, target, args);
        };
      },
    });
    plain.set(telling, statement);
    return telling;
  };
  return {
    prepare: (sql: string) => wrap(db.prepare(sql), sql),
    batch: async (statements: D1PreparedStatement[]) => {
      await before("batch");
      return db.batch(statements.map((statement) => plain.get(statement) ?? statement));
    },
  } as D1Database;
}

/** The same bindings with all databases counted together; `before` is told of each call first. */
export function countedEnv(env: Env, before: Before = async () => undefined): { env: Env; count: Count } {
  let asked = 0;
  const told: Before = async (sql) => {
    asked++;
    await before(sql);
  };
  const databases = databaseNames(env).map((name) => [name, tellingDatabase(databaseOf(env, name), told)]);
  const take = () => {
    const taken = asked;
    asked = 0;
    return taken;
  };
  return { env: { ...env, ...Object.fromEntries(databases) }, count: { take } };
}
