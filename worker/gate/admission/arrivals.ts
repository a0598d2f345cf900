/**
 * G4: pages of CRMs that keep their session in a header do not say who asks; the page's first request of its own does.
 */
import type { CarrierPart } from "../../identity/preset/preset-schema.ts";
import { clearArrival, readArrival, setArrival, showsArrival } from "../../pass/arrival.ts";
import { carry, type Load } from "../carry.ts";
import type { GateParts } from "../gate-parts.ts";
import type { GateRequest } from "../gate-request.ts";
import type { Admission } from "./admission-cache.ts";

/** A person goes to a page whose requests will carry a session that its own address does not. */
export const isArrival = ({ preset }: GateParts, { act, method, wayOn }: GateRequest): boolean =>
  act === "navigation" && method === "GET" && wayOn === null && preset.carriers.flat().every(isHeader);

const isHeader = ({ header }: CarrierPart): boolean => header !== undefined;

export async function carryArrival(gate: GateParts, req: GateRequest, load: Load): Promise<Response> {
  return carry(gate, req, { ...load, cookies: [await setArrival(gate.config, gate.now())] });
}

/** Whether the request may be the first of a page to which a person went, or shows a mark that is to be taken away. */
export const mayArrive = ({ act, cookie }: GateRequest): boolean => act === "background" && showsArrival(cookie);

/** Makes the request the person's own act where it is the first since they went to a page; the mark goes. */
export async function arrive({ config, now }: GateParts, req: GateRequest, { pass }: Admission): Promise<void> {
  req.marks = [...req.marks, clearArrival()];
  if (pass === null && (await readArrival(config, req.cookie, now()))) req.act = "navigation";
}
