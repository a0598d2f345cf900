/** Who an extension is to the browsers: Chrome's id comes from a key, Firefox's is a name; and how each counts versions. */
import { createHash, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";

/** As Firefox takes ids: like an address, or a UUID in braces. */
const FIREFOX_ID = /^(?:[a-z0-9\-._]{1,40}@[a-z0-9\-._]{1,39}|\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\})$/i;

/** One to four numbers, none above 65535 and none with a zero before it: what both browsers compare. */
const VERSION = /^(?:0|[1-9]\d{0,4})(?:\.(?:0|[1-9]\d{0,4})){0,3}$/;

export function checkFirefoxId(text: string): string {
  if (FIREFOX_ID.test(text)) return text;
  throw new Error(
    `--firefox-id takes an id such as licences@acme.com or {xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}, not ${JSON.stringify(text)}`,
  );
}

export function checkVersion(text: string): string {
  const isVersion = VERSION.test(text) && text.split(".").every((part) => Number(part) <= 65_535);
  if (isVersion && /[1-9]/.test(text)) return text;
  throw new Error(
    `A version of the extension is one to four numbers up to 65535, such as 1.4.2, not ${JSON.stringify(text)}`,
  );
}

/** The manifest's `key`: the public half of a key in a PEM file, whichever half the file has. */
export function readKey(file: string): string {
  let pem: string;
  try {
    pem = readFileSync(file, "utf8");
  } catch {
    throw new Error(`--key takes a PEM file, and ${file} cannot be read; openssl genrsa -out ${file} 2048 makes one`);
  }
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === "rsa") return key.export({ type: "spki", format: "der" }).toString("base64");
  } catch {
    // Said below.
  }
  throw new Error(`${file} holds no RSA key in PEM form, as openssl genrsa -out ${file} 2048 makes it`);
}

/** The id that Chrome and Edge give to an extension with this key. */
export const chromeIdOf = (key: string): string =>
  createHash("sha256")
    .update(Buffer.from(key, "base64"))
    .digest("hex")
    .slice(0, 32)
    .replace(/[0-9a-f]/g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
