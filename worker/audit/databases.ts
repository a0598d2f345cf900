/** The databases that records are in: D1 bindings by the names of location.ts, each waited for with an end. */
import { answerWithin } from "../async/timeout.ts";
import { ConfigError } from "../config/env.ts";
import { type RecordsName, recordsNames } from "../config/location.ts";

/** D1 answers in milliseconds; a delivery in some hundreds. A transaction that comes later is found done next time. */
export const RECORDS_PATIENCE_MS = 10_000;

/** Those that the Worker has. */
export const databaseNames = (env: object): RecordsName[] => recordsNames(Object.keys(env));

/** The binding. Throws `ConfigError` where wrangler.toml has none of this name. */
export function databaseOf(env: object, name: RecordsName): D1Database {
  const database = (env as Readonly<Record<string, D1Database | undefined>>)[name];
  if (database !== undefined) return database;
  throw new ConfigError([
    `the tenant's records are in ${name}, and the Worker has ${databaseNames(env).join(", ") || "no database"}: add the binding to wrangler.toml`,
  ]);
}

/** The database with an end to each of its calls: neither the object nor anybody who asks the Worker hangs on it. */
export function patientDatabase(database: D1Database, ms = RECORDS_PATIENCE_MS): D1Database {
  const late = () => new Error(`the database did not answer within ${ms} ms`);
  const whole = new WeakMap<object, D1PreparedStatement>();
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const patient = new Proxy(statement, {
      get: (target, name: keyof D1PreparedStatement) => {
        if (name === "bind") return (...values: unknown[]) => wrap(target.bind(...values));
        const call = target[name] as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => answerWithin(ms, Reflect.apply(call, target, args), late);
      },
    });
    whole.set(patient, statement);
    return patient;
  };
  return {
    prepare: (sql: string) => wrap(database.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) =>
      answerWithin(ms, database.batch(statements.map((statement) => whole.get(statement) ?? statement)), late),
    exec: (sql: string) => answerWithin(ms, database.exec(sql), late),
  } as D1Database;
}
