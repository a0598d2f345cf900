/** The addresses of one pool. */
import type { Hono } from "hono";
import type { Child } from "hono/jsx";
import type { Problem } from "../../../../shared/problem.ts";
import { mostReserved, reservedBy } from "../../../ledger/settings/pool-changes.ts";
import type { PastChange, Pool } from "../../../ledger/settings/settings.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { readLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { type Refused, refusedBy } from "../../refused.tsx";
import { changesOf } from "../trial/trial-fields.ts";
import { changesSince } from "./forms.ts";
import { fieldsOf, idFor, type PoolFields, PoolForm, RemovePoolForm, readPool } from "./pool-form.ts";
import { PoolPage } from "./pool-page.tsx";

const EMPTY: PoolFields = { reserved: "0", priority: "0", when: "always" };

export function addPools(app: Hono<AdminEnv>, { tenant }: AdminPorts, door: Door): void {
  const gone = (c: AdminContext) => {
    const { goneTitle, gone: text, back } = readLanguage(c).words.pool;
    return door.state(c, 404, { title: goneTitle, text, way: { href: `${PATHS.licensing}#pools`, words: back } });
  };

  const page = async (
    c: AdminContext,
    visitor: Person,
    id: string,
    said: {
      fields?: PoolFields;
      fault?: Child;
      field?: string | undefined;
      isAsked?: boolean;
      since?: readonly PastChange[] | null;
      status?: number;
      /** What was seen already. */
      view?: Awaited<ReturnType<Door["look"]>>;
    } = {},
  ) => {
    const view = said.view ?? (await door.look(c, visitor));
    if (!view.ok) return door.stateProblem(c, view.error);
    const pool = view.value.settings.pools.find((one) => one.id === id);
    if (id !== "" && pool === undefined) return gone(c);
    const { fields = pool === undefined ? EMPTY : fieldsOf(pool), fault = null, since, status = 200 } = said;
    const { field, isAsked = false } = said;
    const shown = { visitor, view: view.value, fields, fault, field, isAsked, since, name: pool?.name ?? null };
    return answerPage(c, <PoolPage {...shown} />, status);
  };

  /** Sends all pools as they shall be; `typed` is shown again where that is refused. */
  const save = async (
    c: AdminContext,
    visitor: Person,
    wanted: { id: string; pools: Pool[]; version: string; fields?: PoolFields; done: "pool" | "remove-pool" },
  ) => {
    const { id, pools, version, fields, done } = wanted;
    const change = await tenant.changeSettings(visitor, { what: "pools", pools }, Number(version));
    if (change.ok) return c.redirect(`${PATHS.licensing}?done=${done}#pools`, 303);
    if (visitor.role === "user") return door.stateForbidden(c, change.error.says);
    const refused = refusedPool(change.error);
    const kept = fields === undefined ? {} : { fields };
    if (change.error.code !== "stale") return page(c, visitor, id, { ...kept, ...refused });
    const { status } = refused;
    const view = await door.lookAfter(c, visitor, change.error);
    const since = view.ok ? changesSince(view.value, Number(version)) : null;
    return page(c, visitor, id, { ...kept, since, status, view });
  };

  app.get(
    PATHS.pool,
    door.asVisitor((c, visitor) => page(c, visitor, c.req.query("id") ?? "")),
  );

  app.post(
    PATHS.pool,
    door.asForm(PoolForm, async (c, visitor, form) => {
      const { version, ...rest } = form;
      const fields = rest as PoolFields;
      const id = fields.id ?? "";
      const view = await door.look(c, visitor);
      if (!view.ok) return save(c, visitor, { id, pools: [], version, done: "pool" });
      const { limit, effective } = view.value;
      const { pools } = view.value.settings;
      if (id !== "" && !pools.some((pool) => pool.id === id)) return gone(c);
      const typed = readPool(fields, readLanguage(c));
      if ("fault" in typed) return page(c, visitor, id, { fields, ...typed, status: 422 });
      const pool = { id: id === "" ? idFor(typed.name, pools) : id, ...typed };
      const changed = id === "" ? [...pools, pool] : pools.map((one) => (one.id === id ? pool : one));
      // The tenant refuses what is impossible; this is possible, but hardly intended.
      const reserved = reservedBy(changed);
      const isAsked =
        reserved >= effective.limit && reserved <= mostReserved({ limit, pools }) && fields.sure !== "yes";
      if (isAsked && visitor.role !== "user") return page(c, visitor, id, { fields, isAsked, status: 422 });
      return save(c, visitor, { id, pools: changed, version, fields, done: "pool" });
    }),
  );

  // L33: beside what holds, and with what else is tried already.
  app.post(
    PATHS.tryPool,
    door.asForm(PoolForm, async (c, visitor, form) => {
      const { version: _, ...rest } = form;
      const fields = rest as PoolFields;
      const id = fields.id ?? "";
      const [view, answer] = await Promise.all([door.look(c, visitor), tenant.shadow(visitor, { do: "view" })]);
      if (!view.ok) return visitor.role === "user" ? door.stateForbidden(c) : door.stateProblem(c, view.error);
      if (!answer.ok) return door.stateProblem(c, answer.error);
      const typed = readPool(fields, readLanguage(c));
      if ("fault" in typed) return page(c, visitor, id, { fields, ...typed, status: 422 });
      const proposed = answer.value.shadow?.proposed ?? {};
      const pools = proposed.pools ?? view.value.settings.pools;
      const pool = { id: id === "" ? idFor(typed.name, pools) : id, ...typed };
      const isKnown = pools.some((one) => one.id === pool.id);
      const tried = isKnown ? pools.map((one) => (one.id === pool.id ? pool : one)) : [...pools, pool];
      const changes = changesOf({ ...proposed, pools: tried });
      const begun = await tenant.shadow(visitor, { do: "begin", changes });
      if (begun.ok) return c.redirect(`${PATHS.trial}?done=began`, 303);
      return page(c, visitor, id, { fields, ...refusedPool(begun.error) });
    }),
  );

  app.post(
    PATHS.removePool,
    door.asForm(RemovePoolForm, async (c, visitor, form) => {
      const { id, version } = form;
      const view = await door.look(c, visitor);
      const pools = view.ok ? view.value.settings.pools : [];
      if (view.ok && !pools.some((pool) => pool.id === id)) return gone(c);
      const kept = pools.filter((pool) => pool.id !== id);
      return save(c, visitor, { id, pools: kept, version, done: "remove-pool" });
    }),
  );
}

/** The tenant names a field with the pool that it is in; the page shows one pool. */
function refusedPool(problem: Problem): Refused {
  const refused = refusedBy(problem);
  return { ...refused, field: refused.field?.split(".").at(-1) };
}
