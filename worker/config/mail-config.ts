/** R10: how e-mail leaves: through an SMTP relay or an HTTP mail service, as the operator's variables say. */

export interface MailEnv {
  /** Address from which messages come, such as `hotseat@acme.example`. Left out: no e-mail is sent. */
  MAIL_FROM?: string;
  /** `smtp://USER@HOST:587` (STARTTLS) or `smtps://USER@HOST:465` (TLS from the first byte). */
  MAIL_RELAY?: string;
  /** Secret: the relay's password. */
  MAIL_PASSWORD?: string;
  /** Instead of a relay: `resend` or `postmark`. */
  MAIL_SERVICE?: string;
  /** Secret: the service's key. */
  MAIL_KEY?: string;
}

export const MAIL_SERVICES = ["resend", "postmark"] as const;
export type MailService = (typeof MAIL_SERVICES)[number];

export interface Relay {
  host: string;
  port: number;
  /** `none` only to the machine itself. */
  tls: "starttls" | "implicit" | "none";
  user: string;
  password: string;
}

export type MailConfig = { from: string } & (
  | { by: "relay"; relay: Relay }
  | { by: "service"; service: MailService; key: string }
);

/** One address, and nothing that a mail header or an SMTP command could take for more. */
const ADDRESS =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$/;
const LOCAL_PART_MAX = 64;
const ADDRESS_MAX = 254;

/** Whether messages may go to `address`. */
export const isMailAddress = (address: string): boolean =>
  address.length <= ADDRESS_MAX && address.indexOf("@") <= LOCAL_PART_MAX && ADDRESS.test(address);

export const MAIL_VARIABLES = ["MAIL_FROM", "MAIL_RELAY", "MAIL_SERVICE"] as const;
export const MAIL_SECRETS = ["MAIL_PASSWORD", "MAIL_KEY"] as const;

/** The secret that these variables ask for; null: none. */
export function findMailSecret(env: MailEnv): { name: (typeof MAIL_SECRETS)[number]; why: string } | null {
  if ((env.MAIL_SERVICE ?? "") !== "") return { name: "MAIL_KEY", why: "the key of the service in MAIL_SERVICE" };
  const user = readRelay(env.MAIL_RELAY ?? "")?.user ?? "";
  return user === "" ? null : { name: "MAIL_PASSWORD", why: "the password of the user in MAIL_RELAY" };
}

/** Null: no e-mail is sent. `say` hears what cannot work, in sentences that name the variable. */
export function readMailConfig(env: MailEnv, say: (fault: string) => void): MailConfig | null {
  const { MAIL_FROM: from = "", MAIL_RELAY: address = "", MAIL_SERVICE: service = "" } = env;
  const refuse = (fault: string) => {
    say(fault);
    return null;
  };
  if (from === "" && address === "" && service === "") return null;
  if (!isMailAddress(from)) return refuse("MAIL_FROM must be one address, such as hotseat@acme.example");
  if ((address === "") === (service === "")) return refuse("set one of MAIL_RELAY and MAIL_SERVICE: how e-mail leaves");
  const secret = findMailSecret(env);
  if (secret !== null && (env[secret.name] ?? "") === "") {
    return refuse(`${secret.name} is missing, ${secret.why}: set it with "npx wrangler secret put ${secret.name}"`);
  }
  if (service !== "") {
    const known = MAIL_SERVICES.find((name) => name === service);
    if (known === undefined) return refuse(`MAIL_SERVICE must be one of ${MAIL_SERVICES.join(", ")}, not ${service}`);
    return { from, by: "service", service: known, key: env.MAIL_KEY ?? "" };
  }
  const relay = readRelay(address);
  if (relay === null) {
    return refuse(
      "MAIL_RELAY must be smtp://USER@HOST:587 (STARTTLS) or smtps://USER@HOST:465 (TLS), without a password",
    );
  }
  return { from, by: "relay", relay: { ...relay, password: env.MAIL_PASSWORD ?? "" } };
}

/** Hosts of the machine itself, to which nothing has to be encrypted. */
const OWN_HOSTS: readonly string[] = ["localhost", "127.0.0.1"];
/** Cloudflare refuses connections to the port of other mail servers. */
const SERVER_PORT = 25;

/** Null: it is no address of a relay. */
function readRelay(address: string): Omit<Relay, "password"> | null {
  const found = /^(smtps?):\/\/(?:([^@/\s:]+)@)?([A-Za-z0-9.-]+)(?::(\d{1,5}))?\/?$/.exec(address);
  if (found === null) return null;
  const [, protocol, user = "", host = "", port = protocol === "smtps" ? "465" : "587"] = found;
  const number = Number(port);
  if (number < 1 || number > 65_535 || number === SERVER_PORT) return null;
  const clear = OWN_HOSTS.includes(host) ? "none" : "starttls";
  try {
    return { host, port: number, tls: protocol === "smtps" ? "implicit" : clear, user: decodeURIComponent(user) };
  } catch {
    return null;
  }
}
