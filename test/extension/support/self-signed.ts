/** A certificate that a host signs for itself: for a CRM on https in tests, whose browsers are told not to mind. */
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";

/** One value of DER: its tag, its length, its content. */
function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const set = (...parts: Uint8Array[]) => der(0x31, ...parts);
const text = (tag: number, value: string) => der(tag, Buffer.from(value, "latin1"));
const hex = (tag: number, value: string) => der(tag, Buffer.from(value, "hex"));

const OID = { commonName: "550403", subjectAltName: "551d11", ecdsaWithSha256: "2a8648ce3d040302" };
const oid = (name: keyof typeof OID) => hex(0x06, OID[name]);

/** As `https.createServer` takes it; PEM both (RFC 5280, ECDSA on P-256). Valid from 2020 to 2099. */
export function signSelf(host: string): { key: string; cert: string } {
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "prime256v1",
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const algorithm = sequence(oid("ecdsaWithSha256"));
  const name = sequence(set(sequence(oid("commonName"), text(0x0c, host))));
  const validity = sequence(text(0x18, "20200101000000Z"), text(0x18, "20991231235959Z"));
  const alternative = sequence(oid("subjectAltName"), der(0x04, sequence(text(0x82, host))));
  const signed = sequence(
    der(0xa0, hex(0x02, "02")),
    hex(0x02, "01"),
    algorithm,
    name,
    validity,
    name,
    publicKey,
    der(0xa3, sequence(alternative)),
  );
  const signature = sign("sha256", signed, createPrivateKey(privateKey));
  const whole = sequence(signed, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").match(/.{1,64}/g) ?? [];
  return {
    key: privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`,
  };
}
