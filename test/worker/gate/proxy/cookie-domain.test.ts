/** [G10] A cookie's domain stays where it covers the public host, and goes where it names only the CRM's own. */
import { expect, it } from "vitest";
import { fitCookies } from "../../../../worker/gate/proxy/cookie-domain.ts";

const fit = (...cookies: string[]): string[] =>
  fitCookies(cookies, "crm.acme.example", "origin.acme.internal") ?? cookies;

it.each([
  "a=1; Path=/; HttpOnly",
  "a=1; Domain=acme.example; Path=/",
  "a=1; domain = .Acme.Example",
  "a=1; Domain=crm.acme.example",
  "a=1; Domain=; Path=/",
  "a=1; Domain=elsewhere.example",
  "a=1; Domain=evilacme.example",
  "a=domain=origin.acme.internal; Path=/",
])("[G10] %s stays", (cookie) => expect(fit(cookie)).toEqual([cookie]));

it.each([
  ["a=1; Domain=origin.acme.internal; Path=/; HttpOnly", "a=1; Path=/; HttpOnly"],
  ["a=1; Path=/; DOMAIN=.Acme.Internal", "a=1; Path=/"],
  ["a=1; Domain=acme.example; Domain=acme.internal; Secure", "a=1; Secure"],
  ["a=; Domain=acme.internal; Max-Age=0", "a=; Max-Age=0"],
])("[G10] %s is fitted", (cookie, fitted) => expect(fit(cookie)).toEqual([fitted]));

it("[G10] a deletion for the CRM's own host does not take away what the same answer sets", () => {
  const set = "sid=new; Path=/";
  const gone = "Expires=Thu, 01 Jan 1970 00:00:00 GMT";
  expect(fit(set, `sid=; Domain=origin.acme.internal; Path=/; ${gone}`)).toEqual([set]);
  expect(fit(set, `sid=; Domain=origin.acme.internal; Path=/old; ${gone}`)).toEqual([set, `sid=; Path=/old; ${gone}`]);
  const twice = ["sid=a; Path=/", "sid=b; Path=/; Expires=0"];
  expect(fit(`${twice[0]}; Domain=origin.acme.internal`, `${twice[1]}; Domain=origin.acme.internal`)).toEqual(twice);
  expect(fit(`sid=; Path=/; ${gone}`, "sid=new; Domain=origin.acme.internal; Path=/")).toEqual([
    `sid=; Path=/; ${gone}`,
    "sid=new; Path=/",
  ]);
});
