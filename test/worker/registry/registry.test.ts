/** The isolate's knowledge of hosts and tenants, with a clock and a D1 that the test holds in its hand. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createRegistry, REGISTRY_FRESH_MS, REGISTRY_STALE_MS } from "../../../worker/registry/registry.ts";
import type { Copied } from "../../../worker/registry/registry-copy.ts";
import type { TenantColumns } from "../../../worker/registry/tenant-row.ts";

beforeEach(() => {
  for (const level of ["error", "warn", "log"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const row = (tenant: string, version = 1): TenantColumns => ({
  tenant,
  hosts: JSON.stringify([`${tenant}.example`]),
  jurisdiction: null,
  location_hint: null,
  variables: "{}",
  sealed: "{}",
  suspended_at: null,
  version,
  records: "RECORDS",
  moving_to: null,
});

class Stage {
  time = 1_000_000;
  asked = 0;
  readonly rows = new Map<string, TenantColumns>([["acme.example", row("acme")]]);
  read: (host: string) => Promise<TenantColumns | null> = async (host) => this.rows.get(host) ?? null;
  readonly copies = new Map<string, Copied>();
  readonly #late: Promise<unknown>[] = [];
  readonly ctx = { waitUntil: (promise: Promise<unknown>) => void this.#late.push(promise) };

  open() {
    return createRegistry({
      read: (host) => {
        this.asked++;
        return this.read(host);
      },
      copy: {
        get: async (host) => this.copies.get(host) ?? null,
        put: async (host, copied) => void this.copies.set(host, copied),
      },
      note: () => undefined,
      now: () => this.time,
    });
  }

  down() {
    this.read = () => Promise.reject(new Error("D1 is down"));
  }

  async settle(): Promise<void> {
    for (let at = 0; at < this.#late.length; at++) await this.#late[at];
  }
}

const version = (found: unknown) => (found as { columns: TenantColumns }).columns.version;

describe("[T3] what an isolate knows", () => {
  test("is asked for once, and for a time gone by without a question and without waiting", async () => {
    const stage = new Stage();
    const registry = stage.open();
    const found = await Promise.all([1, 2, 3].map(() => registry.find("acme.example", stage.ctx)));
    expect(found.map(({ kind }) => kind)).toEqual(["tenant", "tenant", "tenant"]);
    expect(stage.asked).toBe(1);
    stage.time += REGISTRY_FRESH_MS - 1;
    expect(registry.find("acme.example", stage.ctx)).not.toBeInstanceOf(Promise);
    expect(stage.asked).toBe(1);
  });

  test("is asked for beside a request when it ages, and before one when it is old", async () => {
    const stage = new Stage();
    const registry = stage.open();
    await registry.find("acme.example", stage.ctx);
    stage.rows.set("acme.example", row("acme", 2));
    stage.time += REGISTRY_FRESH_MS;
    expect(version(registry.find("acme.example", stage.ctx))).toBe(1);
    await stage.settle();
    expect(version(registry.find("acme.example", stage.ctx))).toBe(2);
    stage.rows.set("acme.example", row("acme", 3));
    stage.time += REGISTRY_STALE_MS;
    expect(version(await registry.find("acme.example", stage.ctx))).toBe(3);
  });

  test("a host that nobody has is remembered too, and a tenant that comes later is found", async () => {
    const stage = new Stage();
    const registry = stage.open();
    expect(await registry.find("umbra.example", stage.ctx)).toEqual({ kind: "unknown" });
    expect(registry.find("umbra.example", stage.ctx)).toEqual({ kind: "unknown" });
    expect(stage.asked).toBe(1);
    stage.rows.set("umbra.example", row("umbra"));
    stage.time += REGISTRY_STALE_MS;
    expect(await registry.find("umbra.example", stage.ctx)).toMatchObject({ kind: "tenant" });
  });

  test("a stream of strange names pushes no tenant out, and leaves no copies", async () => {
    const stage = new Stage();
    const registry = stage.open();
    await registry.find("acme.example", stage.ctx);
    for (let count = 0; count < 3_000; count++) await registry.find(`stranger-${count}.example`, stage.ctx);
    await stage.settle();
    const before = stage.asked;
    expect(registry.find("acme.example", stage.ctx)).not.toBeInstanceOf(Promise);
    expect(stage.asked).toBe(before);
    expect([...stage.copies.keys()]).toEqual(["acme.example"]);
    // The first strangers were forgotten: memory is bounded.
    expect(registry.find("stranger-0.example", stage.ctx)).toBeInstanceOf(Promise);
  });
});

describe("[T3] [G6] D1 down", () => {
  test("an isolate that knows the host goes on without waiting, however long, and learns when D1 is back", async () => {
    const stage = new Stage();
    const registry = stage.open();
    await registry.find("acme.example", stage.ctx);
    const { read } = stage;
    stage.down();
    stage.time += 3_600_000;
    expect(version(await registry.find("acme.example", stage.ctx))).toBe(1);
    stage.time += 3_600_000;
    expect(version(registry.find("acme.example", stage.ctx))).toBe(1);
    await stage.settle();
    const asked = stage.asked;
    for (let count = 0; count < 100; count++) void registry.find("acme.example", stage.ctx);
    expect(stage.asked).toBe(asked);
    stage.read = read;
    stage.rows.set("acme.example", row("acme", 2));
    stage.time += 5_001;
    void registry.find("acme.example", stage.ctx);
    await stage.settle();
    expect(version(registry.find("acme.example", stage.ctx))).toBe(2);
  });

  test("a new isolate uses the copy of its datacenter; without one it says so, and asks again a second later", async () => {
    const stage = new Stage();
    await stage.open().find("acme.example", stage.ctx);
    await stage.settle();
    const { read } = stage;
    stage.down();
    stage.time += 86_400_000;
    expect(version(await stage.open().find("acme.example", stage.ctx))).toBe(1);
    stage.copies.clear();
    const registry = stage.open();
    expect(await registry.find("acme.example", stage.ctx)).toEqual({ kind: "unreachable" });
    const asked = stage.asked;
    expect(registry.find("acme.example", stage.ctx)).toEqual({ kind: "unreachable" });
    expect(stage.asked).toBe(asked);
    stage.read = read;
    stage.time += 1_000;
    expect(await registry.find("acme.example", stage.ctx)).toMatchObject({ kind: "tenant" });
  });

  test("a young copy saves a new isolate the question", async () => {
    const stage = new Stage();
    await stage.open().find("acme.example", stage.ctx);
    await stage.settle();
    stage.time += 9_999;
    const registry = stage.open();
    await registry.find("acme.example", stage.ctx);
    expect(stage.asked).toBe(1);
    // It is no younger for being adopted.
    stage.time += 1;
    void registry.find("acme.example", stage.ctx);
    expect(stage.asked).toBe(2);
  });

  test("a host that was taken from a tenant does not come back by its copy", async () => {
    const stage = new Stage();
    await stage.open().find("acme.example", stage.ctx);
    await stage.settle();
    stage.rows.clear();
    stage.time += REGISTRY_STALE_MS;
    expect(await stage.open().find("acme.example", stage.ctx)).toEqual({ kind: "unknown" });
    await stage.settle();
    stage.down();
    expect(await stage.open().find("acme.example", stage.ctx)).toEqual({ kind: "unknown" });
  });

  test("a D1 that hangs keeps nobody for longer than two seconds, and its late answer counts", async () => {
    vi.useFakeTimers();
    const stage = new Stage();
    const answer = Promise.withResolvers<TenantColumns | null>();
    stage.read = () => answer.promise;
    const registry = stage.open();
    const found = registry.find("acme.example", stage.ctx);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await found).toEqual({ kind: "unreachable" });
    answer.resolve(row("acme", 7));
    await vi.waitFor(() => expect(version(registry.find("acme.example", stage.ctx))).toBe(7));
  });
});
