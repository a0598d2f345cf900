/** Whether the Worker's routes cover the whole CRM, and do not lead it to itself. */

/** Of the configuration as wrangler reads it. */
export interface RouteConfig {
  routes?: readonly unknown[];
  route?: unknown;
}

interface Route {
  pattern: string;
  isCustomDomain: boolean;
}

/** As wrangler takes them: a text, or a table; one, or a list. */
function routesOf({ routes = [], route }: RouteConfig): Route[] {
  return [...routes, ...(route === undefined ? [] : [route])].flatMap((one) => {
    if (typeof one === "string") return [{ pattern: one, isCustomDomain: false }];
    const { pattern, custom_domain } = (one ?? {}) as { pattern?: unknown; custom_domain?: unknown };
    return typeof pattern === "string" ? [{ pattern, isCustomDomain: custom_domain === true }] : [];
  });
}

const hostOf = (text: string): string => text.trim().toLowerCase().replace(/\.$/, "");

/** Hostnames that are the Worker itself: its own request to one of them would come back to it. */
export const customDomainsOf = (config: RouteConfig): string[] =>
  routesOf(config).flatMap(({ pattern, isCustomDomain }) => (isCustomDomain ? [hostOf(pattern)] : []));

/** Null: the CRM does not answer at one of the Worker's own hostnames. */
export function findSelfCall(config: RouteConfig, crmOrigin: unknown): string | null {
  const url = typeof crmOrigin === "string" ? URL.parse(crmOrigin) : null;
  if (url === null || !customDomainsOf(config).includes(hostOf(url.hostname))) return null;
  return `CRM_ORIGIN is ${url.origin}, and ${url.hostname} is a custom domain of this Worker, which would ask itself: give the CRM another name and put that into CRM_ORIGIN, or take a route, { pattern = "${url.hostname}/*", zone_name = … } (docs/deploy/hosts.md)`;
}

/** `file`: name of the file for the sentences. */
export function findRouteFaults(config: RouteConfig, file: string): string[] {
  const routes = routesOf(config);
  if (routes.length === 0) {
    return [
      `routes are missing in ${file}: say at which host the Worker answers, such as routes = [{ pattern = "crm.acme.com", custom_domain = true }]`,
    ];
  }
  return routes.flatMap((route) => findRouteFault(route, file) ?? []);
}

function findRouteFault({ pattern, isCustomDomain }: Route, file: string): string | null {
  const [, scheme = "", host = "", path = ""] = /^([a-z]+:\/\/)?([^/]*)(\/.*)?$/i.exec(pattern) ?? [];
  const named = `the route ${JSON.stringify(pattern)} in ${file}`;
  if (isCustomDomain) {
    if (scheme === "" && path === "" && !host.includes("*")) return null;
    return `${named} is a custom domain, which is only a hostname: write ${JSON.stringify(host.replace(/^\*\.?/, ""))}`;
  }
  const whole = JSON.stringify(`${host}/*`);
  if (scheme !== "") {
    return `${named} is for ${scheme.replace("://", "")} alone, and requests by the other scheme would go round the gate: write ${whole}`;
  }
  if (path === "/*") return null;
  const covered = path === "" || path === "/" ? "the first page alone" : `${path} alone`;
  return `${named} covers ${covered}, and everything else would go round the gate: write ${whole}`;
}
