/**
 * Which sites a build of the extension is for: match patterns, checked once by the build and read again
 * from the manifest at run time. A pattern has no port: `http://localhost/*` is every port of localhost.
 */

const PATTERN = /^(https?):\/\/((?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])\/\*$/;

/** What a build is for when nobody says: the demo and the tests on this machine. */
export const LOCAL_HOSTS: readonly string[] = ["http://localhost/*"];

/**
 * Reads a comma separated list such as `https://crm.acme.com/*,http://localhost/*`; a bare name such as `crm.acme.com`
 * is that host by https. Throws a sentence that names the first pattern which cannot be used.
 */
export function parseHosts(list: string): string[] {
  const hosts = list
    .split(",")
    .map((host) => host.trim())
    .filter((host) => host !== "")
    .map((host) => (/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host) ? `https://${host}/*` : host));
  if (hosts.length === 0) throw new Error("Name at least one CRM host, such as https://crm.acme.com/*");
  for (const host of hosts) {
    if (!PATTERN.test(host))
      throw new Error(
        `${JSON.stringify(host)} is no host of a CRM: write it like https://crm.acme.com/*, in lower case, without a port, ending in /*`,
      );
  }
  return [...new Set(hosts)];
}

/** Is this one host as a match pattern? */
export const isHost = (pattern: string): boolean => PATTERN.test(pattern);

/** The match pattern of what a person writes: `crm.acme.com` or any address there. null: it is no web address. */
export function hostOfAddress(text: string): string | null {
  const written = text.trim();
  const address = /^https?:\/\//i.test(written) ? written : `https://${written}`;
  if (!URL.canParse(address)) return null;
  const { protocol, hostname, username, password } = new URL(address);
  const host = `${protocol}//${hostname}/*`;
  const isPlain = username === "" && password === "" && !hostname.includes("*");
  const isNamed = hostname.includes(".") || hostname === "localhost" || hostname.startsWith("[");
  return isPlain && isNamed && isHost(host) ? host : null;
}

/** Is this address on one of the hosts? */
export function isOnHosts(hosts: readonly string[], address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return hosts.some((host) => {
    const [, scheme, name] = PATTERN.exec(host) ?? [];
    if (scheme === undefined || name === undefined || url.protocol !== `${scheme}:`) return false;
    if (!name.startsWith("*.")) return url.hostname === name;
    return url.hostname === name.slice(2) || url.hostname.endsWith(name.slice(1));
  });
}
