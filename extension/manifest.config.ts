/** The manifest, for both browsers from one place. Permissions are the least that work; a test pins them. */
import type { ManifestV3Export } from "@crxjs/vite-plugin";

export type Target = "chrome" | "firefox";
export const TARGETS: readonly Target[] = ["chrome", "firefox"];

/** Fixed, so that enterprise policies and updates can name the extension; a firm that signs its own takes another. */
export const GECKO_ID = "hotseat@hotseat.dev";

/**
 * The oldest versions in which the tests ran and passed, see docs/extension/deploying.md; `npm test` refuses an older
 * browser by the same figures.
 */
export const OLDEST_BROWSER: Readonly<Record<Target, string>> = { chrome: "150", firefox: "153.0" };

const icons = {
  16: "icons/seat-16.png",
  32: "icons/seat-32.png",
  48: "icons/seat-48.png",
  128: "icons/seat-128.png",
};

/** Of the firm's policy, for Chrome and Edge; Firefox knows no such schema. */
export const MANAGED_SCHEMA = "managed-schema.json";

/** What a build for any firm may ask the person for, site by site. */
const ANY_SITE: readonly string[] = ["https://*/*"];

/**
 * Firefox upgrades the requests of extension pages to https by default; a build for a CRM on plain http
 * (this machine's demo, the tests) says its own policy, which leaves that out.
 */
function pagePolicy(hosts: readonly string[], anyPort: boolean): string {
  const upgrade = hosts.some((host) => host.startsWith("http:")) ? "" : "; upgrade-insecure-requests";
  return `default-src 'self'; connect-src 'self' ${hosts.length === 0 ? "https:" : hosts.map((host) => toSource(host, anyPort)).join(" ")}; img-src 'self' data:; object-src 'none'; frame-ancestors 'none'${upgrade}`;
}

/** A content security policy knows ports where a match pattern knows none. */
function toSource(host: string, anyPort: boolean): string {
  const origin = host.slice(0, -2);
  return anyPort || origin.startsWith("http:") ? `${origin}:*` : origin;
}

type Manifest = Extract<ManifestV3Export, { manifest_version: number }>;

export interface ManifestOptions {
  target: Target;
  /** Match patterns of the CRM's hosts, see hosts.ts; none: a build for any firm, which asks the person for each site. */
  hosts: readonly string[];
  /** Of the firm's own build, such as `Acme CRM licences`; at most 45 characters. */
  name?: string | undefined;
  version: string;
  /** A trial at another port than 443, for hosts by https. */
  anyPort?: boolean | undefined;
  /** For Chrome and Edge: the public key that fixes the id, in base64; the stores give one of their own. */
  key?: string | undefined;
  /** For Firefox, in place of `GECKO_ID`: an id belongs to one store account. */
  firefoxId?: string | undefined;
  /** Of the firm's own server: the file that announces new versions. The stores know by themselves. */
  updateUrl?: string | undefined;
}

export function manifestFor(options: ManifestOptions): Manifest {
  const { target, hosts, version, name, anyPort = false, key, firefoxId = GECKO_ID, updateUrl } = options;
  const script = "background/background.ts";
  return {
    manifest_version: 3,
    name: name ?? "__MSG_name__",
    description: "__MSG_description__",
    version,
    default_locale: "en",
    icons,
    action: { default_popup: "popup/popup.html", default_title: name ?? "__MSG_name__", default_icon: icons },
    permissions: ["storage", "alarms", "scripting"],
    // X7: asked for by the person's own press on the options page alone.
    optional_permissions: ["notifications"],
    ...(hosts.length === 0 ? { optional_host_permissions: [...ANY_SITE] } : { host_permissions: [...hosts] }),
    options_ui: { page: "options/options.html", open_in_tab: true },
    content_security_policy: { extension_pages: pagePolicy(hosts, anyPort) },
    // The cookies of a private window are not the background's: the gate alone counts there (G8).
    incognito: "not_allowed",
    ...(target === "chrome"
      ? {
          storage: { managed_schema: MANAGED_SCHEMA },
          ...(key === undefined ? {} : { key }),
          ...(updateUrl === undefined ? {} : { update_url: updateUrl }),
          minimum_chrome_version: OLDEST_BROWSER.chrome,
          background: { service_worker: script, type: "module" },
        }
      : {
          background: { scripts: [script], type: "module" },
          browser_specific_settings: {
            gecko: {
              id: firefoxId,
              ...(updateUrl === undefined ? {} : { update_url: updateUrl }),
              strict_min_version: OLDEST_BROWSER.firefox,
              data_collection_permissions: { required: ["websiteActivity"] },
            },
            // The same package, for Firefox on Android.
            gecko_android: { strict_min_version: OLDEST_BROWSER.firefox },
          },
        }),
  } as Manifest;
}
