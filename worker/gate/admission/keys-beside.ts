/**
 * G2: what a person shows beside the session by which the gate knows them. Which of the two the CRM believes is its own
 * affair, and differs from address to address: so a key goes along only where the CRM names the same person by it.
 */
import type { HolderId } from "../../../shared/ids.ts";
import { type AddressKeys, findAddressKeys } from "../../identity/key-names.ts";
import { isOwnValue, NOBODYS } from "../../identity/session-credential.ts";
import type { Load } from "../carry.ts";
import type { GateParts } from "../gate-parts.ts";
import { type GateRequest, headersOf } from "../gate-request.ts";
import type { OtherKeys } from "../proxy/proxy.ts";
import type { Admission } from "./admission-cache.ts";
import { carryKnown } from "./judged.ts";

/** Carries a request of somebody with a seat. Without keys, which is nearly always, at once. */
export function carryOwn(gate: GateParts, req: GateRequest, load: Load & { session: Admission }): Promise<Response> {
  // Who else signs in by a login is asked about before its answer leaves.
  if (req.isOpen || req.isLogin || req.wayOn !== null || !saysTheCrm(gate)) return carryKnown(gate, req, load);
  const headers = otherHeaders(gate, req, load.session);
  const inAddress = findAddressKeys(req.pathAndQuery, gate.preset, (value) =>
    isOwnValue(load.session.credential, value),
  );
  if (headers.length === 0 && inAddress === null) return carryKnown(gate, req, load);
  return withoutOthers(gate, req, load, headers, inAddress).then((withoutKeys) =>
    carryKnown(gate, req, { ...load, withoutKeys }),
  );
}

/** Whether people are known by what the CRM says or signs; where an identity provider names them, its keys do not. */
const saysTheCrm = ({ config: { identity } }: GateParts): boolean =>
  identity.kind === "crm" || identity.kind === "token";

/** Every key beside the session: none goes along where nobody is asked whose they are. */
export const everyOther = (gate: GateParts, req: GateRequest, session: Admission): OtherKeys | undefined =>
  saysTheCrm(gate) ? { headers: otherHeaders(gate, req, session), isInAddress: true } : undefined;

/** Names of headers that may say who asks, beside those of the session. */
function otherHeaders(gate: GateParts, req: GateRequest, { credential }: Admission): readonly string[] {
  const { keys } = gate.namesOf(req);
  if (keys.length === 0) return keys;
  return keys.filter(
    (name) =>
      credential.headers?.includes(name) !== true &&
      mayBeKey(name, req) &&
      !isOwnValue(credential, req.headers.get(name) ?? ""),
  );
}

/** Subprotocols have short names; what is long, or says so, is a token. */
const TOKEN_PROTOCOL = /bearer|token|auth|jwt|session|key|secret|[^\s,]{32}/i;

/** By itself no key; how another header is meant, such as whether it holds a token. */
const FLAG = /^(?:true|false|[01])$/i;

function mayBeKey(name: string, { headers }: GateRequest): boolean {
  const value = headers.get(name) ?? "";
  return name === "sec-websocket-protocol" ? TOKEN_PROTOCOL.test(value) : !FLAG.test(value);
}

/** Of these keys, those that stay behind. */
async function withoutOthers(
  gate: GateParts,
  req: GateRequest,
  { session, seat }: Load & { session: Admission },
  headers: readonly string[],
  inAddress: AddressKeys | null,
): Promise<OtherKeys> {
  // What the preset knows for a session may count together with the one at hand, and not by itself.
  const sessions = headers.filter((name) => gate.source.credentialHeaders.includes(name));
  const flags = gate.source.credentialHeaders.filter((name) => FLAG.test(req.headers.get(name) ?? ""));
  const keys = headers.filter((name) => !sessions.includes(name));
  const isOwn = async (shown: Shown): Promise<boolean> =>
    (shown.headers.length === 0 && shown.fields === "") || isHolders(gate, req, session, seat?.holder, shown);
  const [ordinary, fields] = inAddress?.isOrdinary ? [inAddress.fields, ""] : ["", inAddress?.fields ?? ""];
  const [isSame, isTheirs] = await Promise.all([
    isOwn({ headers: sessions, flags, fields: ordinary, isBeside: true }),
    isOwn({ headers: keys, flags: [], fields, isBeside: false }),
  ]);
  return {
    headers: [...(isSame ? [] : sessions), ...(isTheirs ? [] : keys)],
    isInAddress: inAddress !== null && (inAddress.isInPath || !(isTheirs && isSame)),
  };
}

interface Shown {
  headers: readonly string[];
  /** Headers that say how these are meant. */
  flags: readonly string[];
  fields: string;
  /** The session is shown, too. */
  isBeside: boolean;
}

/** Whether the CRM takes the sender of a request that shows this for the holder. */
async function isHolders(
  gate: GateParts,
  req: GateRequest,
  { credential, session, value }: Admission,
  holder: HolderId | undefined,
  { headers, flags, fields, isBeside }: Shown,
): Promise<boolean> {
  const { source, owed } = gate;
  const { origin, path, ctx } = req;
  const sent = new Headers(headersOf(req));
  const shown = [...headers, ...flags];
  const key = [isBeside ? value : "", ...shown.map((name) => `${name}: ${sent.get(name)}`), fields].join("\n");
  if (!isBeside) for (const name of ["cookie", ...(credential.headers ?? [])]) sent.delete(name);
  const visitor = {
    headers: sent,
    origin,
    path,
    credential: isBeside ? credential : NOBODYS,
    keys: { headers, fields },
  };
  const owner = await gate.keys.ownerOf({ key, session }, ctx, async () => {
    const found = await source.find(visitor);
    // What the CRM sets when it is asked about the person's session is theirs; what it sets for others is nobody's.
    if (isBeside && found.kind === "signed_in" && found.person.id === holder) owed.add(session, found.setCookies ?? []);
    return found;
  });
  return owner === holder;
}
