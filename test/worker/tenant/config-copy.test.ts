/** [T3] What a tenant's object knows of the operator's configuration, in an object's own storage. */

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMING } from "../../../shared/timing.ts";
import type { Config, Env } from "../../../worker/config/config.ts";
import { tenantCalls } from "../../../worker/tenant/client.ts";
import { CONFIG_COPY_FRESH_MS, ConfigCopy } from "../../../worker/tenant/config-copy.ts";
import { migrate } from "../../../worker/tenant/schema.ts";
import { addTenant, changeTenant, tenantRow } from "../registry/tenant-rows.ts";

beforeEach(() => {
  for (const level of ["error", "warn", "log"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const registry: Env = { ...env, TENANT: "" };
const down = {
  ...registry,
  RECORDS: {
    prepare: () => {
      throw new Error("D1 is down");
    },
  } as unknown as D1Database,
};

/** Runs in the storage of a fresh object; `open` starts again in it, as the object does after a restart. */
function inStorage(
  name: string,
  work: (stage: {
    open: (bindings?: Env) => Promise<ConfigCopy>;
    adopted: Config[];
    refresh: (own: ConfigCopy) => Promise<void>;
  }) => Promise<void>,
) {
  const stub = env.SEATS.get(env.SEATS.idFromName(`storage of ${name}`));
  return runInDurableObject(stub, async (_, state) => {
    migrate(state.storage);
    const adopted: Config[] = [];
    await work({
      adopted,
      open: async (bindings = registry) => {
        const own = new ConfigCopy(state.storage.sql, bindings, (config) => adopted.push(config));
        expect(await own.open(name)).toBe(name);
        return own;
      },
      refresh: async (own) => {
        const beside: Promise<unknown>[] = [];
        own.refresh({ waitUntil: (promise) => void beside.push(promise) }, Date.now());
        await Promise.all(beside);
      },
    });
  });
}

describe("[T3] the object's own copy", () => {
  test("is read from D1 once, then D1 may be down for as long as it likes", async () => {
    await addTenant(env.RECORDS, tenantRow("keeper"));
    await inStorage("keeper", async ({ open, refresh, adopted }) => {
      expect((await open()).current).toMatchObject({ tenantName: "keeper Ltd", seatLimit: 2 });
      const restarted = await open(down);
      expect(restarted.current.tenantName).toBe("keeper Ltd");
      await refresh(restarted);
      expect([restarted.current.tenantName, adopted]).toEqual(["keeper Ltd", []]);
    });
  });

  test("a change is known within a minute, without a restart", async () => {
    await addTenant(env.RECORDS, tenantRow("changer"));
    await inStorage("changer", async ({ open, refresh, adopted }) => {
      const own = await open();
      const variables = { ...tenantRow("changer").variables, CONTACT: "ext. 9", PASS_LIFE_SECONDS: "60" };
      await changeTenant(env.RECORDS, tenantRow("changer", { variables }));
      await refresh(own);
      expect(own.current.contact).toBe("");
      vi.useFakeTimers({ now: Date.now() + CONFIG_COPY_FRESH_MS, toFake: ["Date"] });
      await refresh(own);
      expect(own.current.contact).toBe("ext. 9");
      expect(adopted.map(({ timing }) => timing.passLifeMs)).toEqual([60_000]);
      // Nothing new is no news.
      vi.setSystemTime(Date.now() + CONFIG_COPY_FRESH_MS);
      await refresh(own);
      expect(adopted).toHaveLength(1);
    });
  });

  test("a row that went wrong changes nothing, and one that is good again does", async () => {
    await addTenant(env.RECORDS, tenantRow("wobbler"));
    await inStorage("wobbler", async ({ open, refresh }) => {
      const { variables } = tenantRow("wobbler");
      await open();
      const own = await open();
      await changeTenant(env.RECORDS, tenantRow("wobbler", { variables: { ...variables, SEAT_LIMIT: "none" } }));
      await refresh(own);
      expect(own.current.seatLimit).toBe(2);
      await changeTenant(
        env.RECORDS,
        tenantRow("wobbler", { variables: { ...variables, TENANT_NAME: "Well" }, version: 2 }),
      );
      vi.useFakeTimers({ now: Date.now() + CONFIG_COPY_FRESH_MS, toFake: ["Date"] });
      await refresh(own);
      expect(own.current.tenantName).toBe("Well");
    });
  });

  test("[L9] after passes became shorter a restart still waits for the longest that was ever given", async () => {
    const { variables } = tenantRow("shorter");
    await addTenant(env.RECORDS, tenantRow("shorter", { variables: { ...variables, PASS_LIFE_SECONDS: "60" } }));
    await inStorage("shorter", async ({ open, refresh }) => {
      expect((await open()).longestPassLifeMs()).toBe(60_000);
      await changeTenant(env.RECORDS, tenantRow("shorter", { variables: { ...variables, PASS_LIFE_SECONDS: "5" } }));
      const own = await open();
      await refresh(own);
      expect([own.current.timing.passLifeMs, own.longestPassLifeMs()]).toEqual([5_000, 60_000]);
    });
  });

  test("a tenant that the registry does not have gets no object", async () => {
    await inStorage("nobody", async ({ open }) => {
      await expect(open()).rejects.toThrow("the registry has no tenant nobody");
      await expect(open(down)).rejects.toThrow("D1 is down");
    });
  });

  test("[T1] with TENANT set, D1 is not asked", async () => {
    await inStorage("acme", async ({ open, refresh }) => {
      const own = await open({ ...down, TENANT: "acme" });
      await refresh(own);
      expect(own.current).toMatchObject({ tenantName: "Acme Ltd", timing: { passLifeMs: TIMING.passLifeMs } });
    });
  });
});

describe("[T4] where an object lives", () => {
  const tenant = "acme" as never;
  const near = { jurisdiction: null, locationHint: "weur" } as const;

  /** Notes what Cloudflare's namespace would be asked for. */
  function namespace(jurisdiction: () => unknown) {
    const asked: unknown[] = [];
    const within = (where: string | null) => ({
      idFromName: (name: string) => `${where}/${name}`,
      get: (...what: unknown[]) => asked.push(what),
      jurisdiction,
    });
    return { SEATS: within(null) as unknown as Env["SEATS"], asked, within };
  }

  test("jurisdiction and hint are what the tenant was made with", () => {
    const plain = namespace(() => {
      throw new Error("not asked for");
    });
    tenantCalls(plain, { tenant, place: near });
    expect(plain.asked).toEqual([["null/acme", { locationHint: "weur" }]]);
    const europe = namespace(() => europe.within("eu"));
    tenantCalls(europe, { tenant, place: { jurisdiction: "eu", locationHint: null } });
    expect(europe.asked).toEqual([["eu/acme", undefined]]);
  });

  test("a runtime that knows no jurisdictions goes without; any other fault is one", () => {
    const place = { jurisdiction: "eu", locationHint: null } as const;
    const local = namespace(() => {
      throw new Error("Jurisdiction restrictions are not implemented in workerd.");
    });
    tenantCalls(local, { tenant, place });
    expect(local.asked).toEqual([["null/acme", undefined]]);
    const refusing = namespace(() => {
      throw new Error("no such jurisdiction");
    });
    expect(() => tenantCalls(refusing, { tenant, place })).toThrow("no such jurisdiction");
    // The runtime under these tests is one of the former, in just these words.
    expect(() => env.SEATS.jurisdiction("eu")).toThrow("not implemented in workerd");
  });
});
