/**
 * G4: pages of CRMs that keep their session in a header, or may, do not always say who asks; the page's first request of
 * its own does.
 */
import { clearArrival, readArrival, setArrival, showsArrival } from "../../pass/arrival.ts";
import type { Load } from "../carry.ts";
import type { GateParts } from "../gate-parts.ts";
import type { GateRequest } from "../gate-request.ts";
import type { Admission } from "./admission-cache.ts";

/** A person goes to a page whose own request shows no session, but would with headers, as those of its script have them. */
export function isArrival({ source }: GateParts, { request, act, method, wayOn, cookie }: GateRequest): boolean {
  if (act !== "navigation" || method !== "GET" || wayOn !== null) return false;
  const { readCredential } = source;
  const isShown = (header: (name: string) => string | null): boolean => readCredential({ cookie, header }) !== null;
  return !isShown((name) => request.headers.get(name)) && isShown(() => SOME_VALUE);
}
const SOME_VALUE = "some-value";

/** The load of such a request's answer, which sets the mark. */
export const withArrival = async ({ config, now }: GateParts, load: Load): Promise<Load> => ({
  ...load,
  cookies: [await setArrival(config, now())],
});

/** Whether the request may be the first of a page to which a person went, or shows a mark that is to be taken away. */
export const mayArrive = ({ act, cookie }: GateRequest): boolean => act === "background" && showsArrival(cookie);

/** Makes the request the person's own act where it is the first since they went to a page; the mark goes. */
export async function arrive({ config, now }: GateParts, req: GateRequest, { pass }: Admission): Promise<void> {
  req.marks = [...req.marks, clearArrival()];
  if (pass === null && (await readArrival(config, req.cookie, now()))) req.act = "navigation";
}
