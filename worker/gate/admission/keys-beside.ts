/**
 * G2: what a person shows beside the session by which the gate knows them. Which of the two the CRM believes is its own
 * affair, and differs from address to address: so a key goes along only where the CRM names the same person by it.
 */
import type { HolderId } from "../../../shared/ids.ts";
import { type AddressKeys, findAddressKeys } from "../../identity/key-names.ts";
import type { Load } from "../carry.ts";
import type { GateParts } from "../gate-parts.ts";
import { type GateRequest, headersOf } from "../gate-request.ts";
import type { OtherKeys } from "../proxy/proxy.ts";
import type { Admission } from "./admission-cache.ts";
import { carryKnown } from "./judged.ts";

/** Carries a request of somebody with a seat. Without keys, which is nearly always, at once. */
export function carryOwn(gate: GateParts, visit: GateRequest, load: Load & { session: Admission }): Promise<Response> {
  // Who else signs in by a login is asked about before its answer leaves.
  if (visit.isOpen || visit.isLogin || visit.wayOn !== null) return carryKnown(gate, visit, load);
  const headers = otherHeaders(gate, visit, load.session);
  const inAddress = findAddressKeys(visit.pathAndQuery, gate.preset.linkKeys);
  if (headers.length === 0 && inAddress === null) return carryKnown(gate, visit, load);
  return withoutOthers(gate, visit, load, headers, inAddress).then((withoutKeys) =>
    carryKnown(gate, visit, { ...load, withoutKeys }),
  );
}

/** Names of headers that may say who asks, beside those of the session. */
export function otherHeaders(gate: GateParts, visit: GateRequest, { carrier }: Admission): readonly string[] {
  const { keys } = gate.namesOf(visit);
  if (keys.length === 0) return keys;
  return keys.filter((name) => carrier.headers?.includes(name) !== true && mayBeKey(name, visit));
}

/** Subprotocols have short names; what is long, or says so, is a token. */
const TOKEN_PROTOCOL = /bearer|token|auth|jwt|session|key|secret|[^\s,]{32}/i;

const mayBeKey = (name: string, { headers }: GateRequest): boolean =>
  name !== "sec-websocket-protocol" || TOKEN_PROTOCOL.test(headers.get(name) ?? "");

/** Of these keys, those that stay behind. */
async function withoutOthers(
  gate: GateParts,
  visit: GateRequest,
  { session, seat }: Load & { session: Admission },
  headers: readonly string[],
  inAddress: AddressKeys | null,
): Promise<OtherKeys> {
  // What the preset knows for a session may count together with the one at hand, and not by itself.
  const sessions = headers.filter((name) => gate.source.carrierHeaders.includes(name));
  const keys = headers.filter((name) => !sessions.includes(name));
  const isOwn = async (shown: Shown): Promise<boolean> =>
    (shown.headers.length === 0 && shown.fields === "") || isHolders(gate, visit, session, seat?.holder, shown);
  const [ordinary, fields] = inAddress?.isOrdinary ? [inAddress.fields, ""] : ["", inAddress?.fields ?? ""];
  const [isSame, isTheirs] = await Promise.all([
    isOwn({ headers: sessions, fields: ordinary, isBeside: true }),
    isOwn({ headers: keys, fields, isBeside: false }),
  ]);
  return {
    headers: [...(isSame ? [] : sessions), ...(isTheirs ? [] : keys)],
    isInAddress: inAddress !== null && (inAddress.isInPath || !(isTheirs && isSame)),
  };
}

interface Shown {
  headers: readonly string[];
  fields: string;
  /** The session is shown, too. */
  isBeside: boolean;
}

/** Whether the CRM takes the sender of a request that shows this for the holder. */
async function isHolders(
  gate: GateParts,
  visit: GateRequest,
  { carrier, session, value }: Admission,
  holder: HolderId | undefined,
  { headers, fields, isBeside }: Shown,
): Promise<boolean> {
  const { source, owed } = gate;
  const { origin, path, ctx } = visit;
  const sent = new Headers(headersOf(visit));
  const key = [isBeside ? value : "", ...headers.map((name) => `${name}: ${sent.get(name)}`), fields].join("\n");
  if (!isBeside) for (const name of ["cookie", ...(carrier.headers ?? [])]) sent.delete(name);
  const visitor = { headers: sent, origin, path, carrier: isBeside ? carrier : NO_SESSION, keys: { headers, fields } };
  const owner = await gate.keys.ownerOf({ key, session }, ctx, async () => {
    const found = await source.find(visitor);
    // What the CRM sets when it is asked about the person's session is theirs; what it sets for others is nobody's.
    if (isBeside && found.kind === "signed_in" && found.person.id === holder) owed.add(session, found.setCookies ?? []);
    return found;
  });
  return owner === holder;
}

const NO_SESSION = { raw: "", captures: {} };
