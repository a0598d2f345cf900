/** What the extension asks of the browser and of the person: pinned, so that it cannot grow unseen. */
import { describe, expect, test } from "vitest";
import { hostOfAddress, isOnHosts, LOCAL_HOSTS, parseHosts } from "../../extension/hosts.ts";
import { manifestFor } from "../../extension/manifest.config.ts";

describe("the manifest", () => {
  const hosts = ["https://crm.acme.com/*"];
  const chrome = manifestFor({ target: "chrome", hosts, version: "1.2.3" });
  const firefox = manifestFor({ target: "firefox", hosts, version: "1.2.3" });

  test.each([chrome, firefox])(
    "[X1] asks for storage, alarms, scripting and the CRM's hosts, and offers nothing",
    (manifest) => {
      expect(manifest.permissions).toEqual(["storage", "alarms", "scripting"]);
      expect(manifest.host_permissions).toEqual(hosts);
      // X7: nobody is asked for it but by their own press.
      expect(manifest.optional_permissions).toEqual(["notifications"]);
      for (const absent of ["web_accessible_resources", "externally_connectable", "content_scripts"])
        expect(manifest).not.toHaveProperty(absent);
      expect(manifest.incognito).toBe("not_allowed");
    },
  );

  test("is nothing more than this", () => {
    expect(chrome).toEqual({
      manifest_version: 3,
      name: "__MSG_name__",
      description: "__MSG_description__",
      version: "1.2.3",
      default_locale: "en",
      icons: expect.anything(),
      action: expect.objectContaining({ default_popup: "popup/popup.html" }),
      permissions: ["storage", "alarms", "scripting"],
      optional_permissions: ["notifications"],
      host_permissions: hosts,
      options_ui: { page: "options/options.html", open_in_tab: true },
      storage: { managed_schema: "managed-schema.json" },
      content_security_policy: expect.anything(),
      incognito: "not_allowed",
      minimum_chrome_version: "150",
      background: expect.anything(),
    });
    const own = new Set([...Object.keys(chrome), "browser_specific_settings"]);
    for (const key of Object.keys(firefox)) expect(own).toContain(key);
  });

  test("is of version 3 for both browsers, each with the background it knows", () => {
    expect(chrome.background).toEqual({ service_worker: "background/background.ts", type: "module" });
    expect(firefox.background).toEqual({ scripts: ["background/background.ts"], type: "module" });
    expect(firefox.browser_specific_settings?.gecko?.id).toBe("hotseat@hotseat.dev");
    expect(chrome).not.toHaveProperty("browser_specific_settings");
  });

  test("lets its pages speak with the CRM alone, over http only where the CRM is on http", () => {
    const policyOf = (list: readonly string[]) =>
      JSON.stringify(manifestFor({ target: "firefox", hosts: list, version: "1.0.0" }).content_security_policy);
    expect(policyOf(hosts)).toContain("connect-src 'self' https://crm.acme.com;");
    expect(policyOf(hosts)).toContain("upgrade-insecure-requests");
    expect(policyOf(LOCAL_HOSTS)).toContain("connect-src 'self' http://localhost:*;");
    expect(policyOf(LOCAL_HOSTS)).not.toContain("upgrade-insecure-requests");
  });
});

describe("the hosts of a build", () => {
  test("are read from a list", () => {
    expect(parseHosts("https://crm.acme.com/*, https://*.acme.org/*,https://crm.acme.com/*")).toEqual([
      "https://crm.acme.com/*",
      "https://*.acme.org/*",
    ]);
  });

  test.each([
    "",
    "https://crm.acme.com",
    "https://crm.acme.com/app/*",
    "http://localhost:8787/*",
    "*://crm.acme.com/*",
    "https://*/*",
    "<all_urls>",
    "ftp://crm.acme.com/*",
    "https://CRM.acme.com/*",
  ])("[X1] refuse %j with a sentence", (list) => {
    expect(() => parseHosts(list)).toThrow(/Name at least one|is no host of a CRM/);
  });

  test("are named plainly, too", () => {
    expect(parseHosts("crm.acme.com")).toEqual(["https://crm.acme.com/*"]);
    expect(hostOfAddress(" https://CRM.acme.com/app/?x=1#y ")).toBe("https://crm.acme.com/*");
    expect(hostOfAddress("crm.acme.com/login")).toBe("https://crm.acme.com/*");
    for (const wrong of ["", "crm", "my crm", "ftp://crm.acme.com", "https://*.acme.com", "https://me:pw@crm.acme.com"])
      expect(hostOfAddress(wrong), wrong).toBeNull();
  });

  test("hold for every port, for sub-domains only where a star says so, and for nothing that looks alike", () => {
    expect(isOnHosts(["http://localhost/*"], "http://localhost:8787/a")).toBe(true);
    expect(isOnHosts(["https://*.acme.com/*"], "https://crm.acme.com/")).toBe(true);
    expect(isOnHosts(["https://*.acme.com/*"], "https://acme.com/")).toBe(true);
    expect(isOnHosts(["https://*.acme.com/*"], "https://evilacme.com/")).toBe(false);
    expect(isOnHosts(["https://crm.acme.com/*"], "https://crm.acme.com@evil.example/")).toBe(false);
    expect(isOnHosts(["https://crm.acme.com/*"], "about:blank")).toBe(false);
    expect(isOnHosts(["https://crm.acme.com/*"], "nonsense")).toBe(false);
  });
});
