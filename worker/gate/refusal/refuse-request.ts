/** Gathers what a refusal shows: for licence managers the holders, for people the form that they sent. */
import type { Denied, Person } from "../../tenant/tenant-calls.ts";
import { readSmallBody } from "../body-peek.ts";
import type { GateParts } from "../gate-parts.ts";
import { languageOf } from "../gate-problems.ts";
import { type GateRequest, wantsPage } from "../gate-request.ts";
import { answerForeignFrame, isForeignFrame } from "./foreign-frame.tsx";
import { readFormReplay } from "./form-replay.ts";
import { refuse } from "./refusal.ts";
import { readAdminPanel } from "./refusal-admin-panel.tsx";
import { readWhy } from "./why-part.tsx";

/** `person`: null where nobody asked who it is. */
export async function refuseRequest(
  { config, preset, rules, counter, tenant }: GateParts,
  req: GateRequest,
  denied: Denied,
  person: Person | null,
): Promise<Response> {
  const { request, origin, pathAndQuery, method, wayOn } = req;
  const isPage = wantsPage(req) && !rules.isBackground(req, req.body);
  // What was sent in a login is a password, not work to be kept for later.
  const isForm = wayOn === null && method !== "GET" && method !== "HEAD" && !req.isLogin;
  counter.counts.refused++;
  if (isPage && isForeignFrame(request.headers))
    return answerForeignFrame(languageOf(req), config.tenantName, pathAndQuery);
  const manager = person !== null && (denied.mayAdminister ?? person.role !== "user") ? person : null;
  const language = languageOf(req);
  const [adminPanel, why] = await Promise.all([
    // L31: no seat that is freed and no higher limit opens what is closed.
    !isPage || manager === null || denied.reason === "closed_for_maintenance"
      ? null
      : readAdminPanel(tenant(), manager),
    !isPage || person === null ? null : readWhy(tenant(), person, language.tag, manager !== null),
  ]);
  const formReplay = isPage && isForm ? await readFormReplay(request, req.body) : null;
  // The request goes no further, so its body may be read for the id that the answer repeats.
  if (!isPage && preset.refusal.requestId !== undefined) req.body ??= await readSmallBody(request);
  return refuse(config, {
    isPage,
    denied,
    mayAdminister: manager !== null,
    adminPanel,
    why: why ?? undefined,
    page: pathAndQuery + (wayOn?.fragment ?? ""),
    address: origin + pathAndQuery,
    isInPlace: wayOn === null,
    isForm,
    signOut: rules.signOut,
    formReplay,
    isUpgrade: request.headers.get("upgrade") !== null,
    language,
    answer: rules.refusalFor(req),
    requestId: rules.readRequestId(req.body),
  });
}
