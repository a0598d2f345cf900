/**
 * The datacenter's own copy of what the registry said: kept in Cloudflare's cache, where a new isolate finds it in
 * milliseconds, also while D1 is down. Encrypted, so that nobody who can write to that cache makes a tenant of his own.
 */
import * as z from "zod/mini";
import { seal, unseal } from "./encryption.ts";
import { TenantColumns } from "./tenant-row.ts";

export interface Copied {
  /** Null: there was no such tenant. */
  columns: TenantColumns | null;
  /** ms of the Worker's clock at which D1 said so. */
  readAt: number;
}

export interface RegistryCopy {
  /** Null: nothing that can be believed. Never throws. */
  get(host: string): Promise<Copied | null>;
  /** Never throws. */
  put(host: string, copied: Copied): Promise<void>;
}

/** A week: a long weekend in which nobody works, and D1 down on the morning after. */
const KEPT_SECONDS = 7 * 86_400;
const Stored = z.strictObject({ columns: z.nullable(TenantColumns), readAt: z.int() });

/** Nothing answers at the `invalid` name (RFC 2606): it is a key, and no visitor can ask for it. */
const keyOf = (host: string): string => `https://registry.hotseat.invalid/${encodeURIComponent(host)}`;
const purposeOf = (host: string): string => `registry ${host}`;

export function createRegistryCopy(cache: Pick<Cache, "match" | "put">, secrets: readonly string[]): RegistryCopy {
  return {
    async get(host) {
      try {
        const kept = await cache.match(keyOf(host));
        if (kept === undefined) return null;
        const text = await unseal(secrets, purposeOf(host), await kept.text());
        const parsed = text === null ? null : Stored.safeParse(JSON.parse(text));
        return parsed?.success === true ? parsed.data : null;
      } catch (error) {
        console.warn("The copy of the registry could not be read:", error);
        return null;
      }
    },

    async put(host, copied) {
      try {
        const text = await seal(secrets, purposeOf(host), JSON.stringify(copied));
        const headers = { "cache-control": `public, max-age=${KEPT_SECONDS}` };
        await cache.put(keyOf(host), new Response(text, { headers }));
      } catch (error) {
        console.warn("The copy of the registry could not be kept:", error);
      }
    },
  };
}
