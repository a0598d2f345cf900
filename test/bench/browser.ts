/** What a browser sends with its requests, as a Worker behind Cloudflare sees them. */

import type { Credentials } from "./credentials.ts";
import type { Ask } from "./load.ts";
import { CF_HEADER } from "./runtime.ts";

const HOST = "crm.acme.example";

const EVERYWHERE: Record<string, string> = {
  // In this spelling, or wrk adds its own.
  Host: HOST,
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
  "sec-ch-ua": '"Chromium";v="156", "Not)A;Brand";v="24", "Google Chrome";v="156"',
  "sec-ch-ua-mobile": "?0",
  "sec-ch-ua-platform": '"Linux"',
  "accept-language": "en-GB,en;q=0.9",
  "accept-encoding": "gzip, br",
  "cf-connecting-ip": "203.0.113.7",
  "cf-ipcountry": "GB",
  "cf-ray": "9a1b2c3d4e5f6789-LHR",
  "cf-visitor": '{"scheme":"https"}',
  "x-forwarded-for": "203.0.113.7",
  "x-forwarded-proto": "https",
  "x-real-ip": "203.0.113.7",
};

/** What Cloudflare tells a Worker of the visitor beside the headers, shortened to what every plan has. */
const CF = {
  asn: 5607,
  asOrganization: "Example Telecom",
  city: "London",
  clientAcceptEncoding: "gzip, deflate, br, zstd",
  clientTcpRtt: 12,
  colo: "LHR",
  continent: "EU",
  country: "GB",
  edgeRequestKeepAliveStatus: 1,
  httpProtocol: "HTTP/2",
  isEUCountry: "0",
  latitude: "51.50853",
  longitude: "-0.12574",
  postalCode: "EC1A",
  region: "England",
  regionCode: "ENG",
  requestPriority: "weight=220;exclusive=1",
  timezone: "Europe/London",
  tlsCipher: "AEAD-AES128-GCM-SHA256",
  tlsClientAuth: { certPresented: "0", certRevoked: "0", certVerified: "NONE" },
  tlsClientHelloLength: "1752",
  tlsVersion: "TLSv1.3",
  verifiedBotCategory: "",
};

/** The same request as it comes through Cloudflare. */
export const throughCloudflare = (ask: Ask): Ask => ({
  ...ask,
  headers: { ...ask.headers, [CF_HEADER]: JSON.stringify(CF) },
});

/** A page asks its server for data. */
export const askData = ({ cookie, authorization }: Credentials, path: string): Ask => ({
  method: "GET",
  path,
  headers: {
    ...EVERYWHERE,
    accept: "*/*",
    "sec-fetch-site": "same-origin",
    "sec-fetch-mode": "cors",
    "sec-fetch-dest": "empty",
    "x-requested-with": "XMLHttpRequest",
    referer: `http://${HOST}/contacts`,
    cookie,
    ...(authorization === undefined ? {} : { authorization }),
  },
});

/** A person goes to a page. */
export const askPage = ({ cookie, authorization }: Credentials, path: string): Ask => ({
  method: "GET",
  path,
  headers: {
    ...EVERYWHERE,
    accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "upgrade-insecure-requests": "1",
    "sec-fetch-site": "same-origin",
    "sec-fetch-mode": "navigate",
    "sec-fetch-user": "?1",
    "sec-fetch-dest": "document",
    referer: `http://${HOST}/contacts`,
    cookie,
    ...(authorization === undefined ? {} : { authorization }),
  },
});

/** The extension's background says that the person's tabs are there. */
export const sayJson = ({ cookie }: Credentials, path: string, body: string): Ask => ({
  method: "POST",
  path,
  body,
  headers: {
    ...EVERYWHERE,
    accept: "*/*",
    "content-type": "application/json",
    origin: "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "sec-fetch-site": "none",
    "sec-fetch-mode": "cors",
    "sec-fetch-dest": "empty",
    cookie,
  },
});

/** Sends one of them by fetch; for what is asked once. */
export async function sendOnce(origin: string, { method, path, headers, body }: Ask): Promise<Response> {
  // fetch sets these itself.
  const { Host: _host, "accept-encoding": _encoding, ...rest } = headers;
  const init: RequestInit = { method, headers: rest, redirect: "manual" };
  if (body !== undefined) init.body = body;
  return fetch(origin + path, init);
}
