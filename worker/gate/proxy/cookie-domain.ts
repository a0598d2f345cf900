/**
 * The CRM's cookies at the public host. A `Domain` that covers the public host stays, since sister hosts and sign-out
 * rest on it; one that covers only the CRM's own host would be refused by every browser and is taken away.
 */

import { isDeletion } from "../../http/set-cookie.ts";

/** The `Set-Cookie` values as they leave; null where nothing has to change. */
export function fitCookies(cookies: readonly string[], publicName: string, crmName: string): string[] | null {
  if (!cookies.some((cookie) => HAS_DOMAIN.test(cookie))) return null;
  const fitted = cookies.map((cookie) => {
    const domain = domainOf(cookie);
    const isLost = domain !== null && !covers(domain, publicName) && covers(domain, crmName);
    return isLost ? { line: cookie.replace(DOMAIN, ""), isFitted: true } : { line: cookie, isFitted: false };
  });
  if (!fitted.some(({ isFitted }) => isFitted)) return null;
  // Without a domain it would now take away the very cookie that the same answer sets for the host.
  const isSpent = ({ line, isFitted }: (typeof fitted)[number]): boolean =>
    isFitted &&
    isDeletion(line, EXPIRED_BEFORE) &&
    fitted.some((other) => !isDeletion(other.line, EXPIRED_BEFORE) && isSameCookie(other.line, line));
  return fitted.filter((cookie) => !isSpent(cookie)).map(({ line }) => line);
}

const HAS_DOMAIN = /;\s*domain\s*=/i;
const DOMAIN = /;\s*domain\s*=[^;]*/gi;

/** The last one counts (RFC 6265, 5.3), without its leading dot; null: none, or one that no browser accepts. */
function domainOf(cookie: string): string | null {
  const last = cookie.match(DOMAIN)?.at(-1);
  const name =
    last
      ?.slice(last.indexOf("=") + 1)
      .trim()
      .replace(/^\./, "") ?? "";
  return name === "" ? null : (URL.parse(`http://${name}/`)?.hostname ?? null);
}

const covers = (domain: string, name: string): boolean => name === domain || name.endsWith(`.${domain}`);

/** One day after the epoch: deletions use dates long past, so no clock is needed. */
const EXPIRED_BEFORE = Date.UTC(2000, 0, 1);

const isSameCookie = (one: string, other: string): boolean =>
  nameOf(one) === nameOf(other) && pathOf(one) === pathOf(other);
const nameOf = (cookie: string): string => cookie.slice(0, Math.max(0, cookie.indexOf("="))).trim();
const pathOf = (cookie: string): string => /;\s*path\s*=\s*([^;]*)/i.exec(cookie)?.[1]?.trim() ?? "";
