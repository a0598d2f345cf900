/** The gate (G): every request to the CRM comes through here, and leaves with the CRM's answer or a refusal. */
import type { HolderId, SessionKey } from "../../shared/ids.ts";
import { OUTAGE_HEADER } from "../../shared/protocol.ts";
import type { Config } from "../config.ts";
import type { Carrier } from "../identity/carrier.ts";
import type { IdentitySource } from "../identity/identity-source.ts";
import { within } from "../identity/patience.ts";
import type { Preset } from "../identity/preset-schema.ts";
import { createIdentity } from "../identity/who-am-i.ts";
import { stripCookies } from "../pass/cookies.ts";
import { clearJar, forgetJar } from "../pass/jar.ts";
import { clearPass, isInGrace, type Pass, readPass } from "../pass/pass.ts";
import { clearWho, readWho, signWho, type Who } from "../pass/who.ts";
import type { Pulse } from "../pulse.ts";
import type { Denied, Person, TenantCalls } from "../tenant/tenant-calls.ts";
import { acceptedEncodings } from "./accepted-encodings.ts";
import { type Admission, createAdmissions } from "./admissions.ts";
import { createClaimDesk } from "./claim-desk.ts";
import { injectAgent } from "./injection.ts";
import { readKeptForm } from "./kept-form.ts";
import { chooseLanguage, type Language } from "./language.ts";
import { bindSocket, bindStream, isEventStream } from "./lease-bound.ts";
import { readManaging } from "./managing.tsx";
import { decideOutgoing } from "./outgoing.ts";
import { answerProblem } from "./problem-answer.tsx";
import { createProxy } from "./proxy.ts";
import { createRecordWatch } from "./record-watch.ts";
import { refuse } from "./refusal.ts";
import { readSmallBody } from "./request-body.ts";
import { createRequestCounter } from "./request-counter.ts";
import { compileRules, type Meaning } from "./rules.ts";
import { callTenant } from "./tenant-call.ts";
import { decideVerdict, isActivity } from "./verdict.ts";
import { addressOf, readVisit, type Visit } from "./visit.ts";

export interface GatePorts {
  /** A new stub of the tenant's object for each call. */
  tenant: () => TenantCalls;
  fetchCrm: typeof fetch;
  /** Who says who a visitor is. */
  source: IdentitySource;
  pulse: Pulse;
  /** ms of the Worker's clock. */
  now: () => number;
}

export interface Gate {
  /** Answers any request but those to Hotseat's own addresses. */
  handle(request: Request, ctx: Pick<ExecutionContext, "waitUntil">): Promise<Response>;
}

/** Whose lease an answer may not outlive, and whose pass it may bring. */
interface Seat {
  holder: HolderId;
  admission: Admission;
  renewal: Promise<readonly string[]> | null;
}

/** A renewal mostly answers before the CRM does; a person waits no longer than this for it. The next answer has it. */
const RENEWAL_WAIT_MS = 100;
const CLIENT_KIND = "browser";
const NO_COOKIES: readonly string[] = [];

export function createGate(config: Config, preset: Preset, ports: GatePorts): Gate {
  const { tenant, fetchCrm, source, pulse, now } = ports;
  const { passRenewAheadMs } = config.timing;
  const rules = compileRules(preset);
  const proxy = createProxy(config.crmOrigin, fetchCrm, preset.host);
  const find: typeof source.find = async (visitor) => {
    const finding = await source.find(visitor);
    pulse.note("identity", finding.kind !== "unknown");
    return finding;
  };
  const identity = createIdentity(find, source.lives, now);
  const signedOutCookies = (): string[] => [clearPass(), clearWho(), clearJar(), ...source.signedOutCookies];
  const counter = createRequestCounter();
  const records = createRecordWatch(source.countRecords, tenant, now);
  const desk = createClaimDesk(config, tenant, pulse, counter, now);
  const readAdmission = createAdmissions(config, source.readCarrier, source.carrierHeaders, now);

  /** Nothing is awaited before the CRM is asked for who shows a pass that this isolate knows. */
  function handle(request: Request, ctx: Visit["ctx"]): Promise<Response> {
    const visit = readVisit(request, ctx);
    const meaning = rules.meaningOf(visit);
    if (meaning === "public") return passThrough(visit);
    if (meaning === "machine") {
      counter.counts.machine++;
      return Promise.resolve(answerMachine(visit));
    }
    const admission = readAdmission(visit);
    if (admission instanceof Promise) return admission.then((read) => decide(visit, read, meaning));
    return decide(visit, admission, meaning);
  }

  async function readMeaning(visit: Visit): Promise<Meaning> {
    visit.body = await readSmallBody(visit.request);
    return rules.meaningOfBody(visit, visit.body);
  }

  function decide(visit: Visit, admission: Admission | null, meaning: Meaning | "ask_body"): Promise<Response> {
    if (admission === null) return passThrough(visit);
    if (meaning === "ask_body") return readMeaning(visit).then((read) => decide(visit, admission, read));
    if (meaning === "logout") return signOut(visit, admission);
    if (meaning === "login") return signIn(visit, admission);
    if (meaning === "guarded_login") return signInGuarded(visit, admission);
    const { pass } = admission;
    const facts = { isPublic: meaning === "public", hasCarrier: true, hasLivePass: pass !== null };
    switch (decideVerdict(facts)) {
      case "pass_through":
        return passThrough(visit);
      case "admit":
        return pass === null ? claim(visit, admission) : admit(visit, admission, pass);
      case "claim":
        return claim(visit, admission);
    }
  }

  function passThrough(visit: Visit): Promise<Response> {
    counter.counts.open++;
    return carry(visit, stripCookies(visit.cookie), null, NO_COOKIES);
  }

  /** G3: no question, and near its end a new pass beside the CRM's work. */
  function admit(visit: Visit, admission: Admission, pass: Pass): Promise<Response> {
    counter.counts.passed++;
    if (!pass.active) pass.active = isActive(visit);
    desk.forgetRefusal(admission.session);
    const isDue =
      pass.until - now() < passRenewAheadMs && !desk.isAsking(admission) && !desk.hasPassReady(admission, pass.holder);
    const renewal = isDue ? renew(visit, admission, pass) : null;
    return carry(visit, admission.cookieForCrm, { holder: pass.holder, admission, renewal }, NO_COOKIES);
  }

  const isActive = ({ act, request, path }: Visit): boolean =>
    isActivity(act, request.method, rules.isBackground(path));

  /** Cookies for the answer. Never throws and refuses nobody: who is admitted goes on until the pass is over. */
  function renew(visit: Visit, admission: Admission, pass: Pass): Promise<readonly string[]> {
    const renewal = askAnew(visit, admission, pass).catch((error: unknown) => {
      console.error("A pass could not be renewed:", error);
      return NO_COOKIES;
    });
    visit.ctx.waitUntil(renewal);
    return renewal;
  }

  async function askAnew(visit: Visit, admission: Admission, pass: Pass): Promise<readonly string[]> {
    const { holder, session } = pass;
    const answer = await identify(visit, admission);
    if (answer.kind === "anonymous" || answer.kind === "unproven") {
      await endSession(admission, { holder, session });
      return signedOutCookies();
    }
    if (answer.kind !== "signed_in" || answer.person.id !== holder) return NO_COOKIES;
    const { active } = pass;
    pass.active = false;
    const wish = { person: answer.person, act: visit.act, active, clientKind: CLIENT_KIND };
    const outcome = await desk.claim(visit.ctx, admission, wish);
    if (outcome.kind !== "granted") {
      pass.active = active;
      return NO_COOKIES;
    }
    return whoCookies(session, answer);
  }

  /** None where the browser shows as fresh a one. */
  async function whoCookies(
    session: SessionKey,
    { person, identifiedAt, who }: { person: Person; identifiedAt: number; who: Who | null },
  ): Promise<readonly string[]> {
    const isKnown = who !== null && who.session === session && who.identifiedAt >= identifiedAt;
    return isKnown ? NO_COOKIES : [await signWho(config, { person, session, identifiedAt })];
  }

  /** The CRM's word on who it is; the who cookie of the same session saves asking, and stands in for silence. */
  async function identify(visit: Visit, { carrier, session }: { carrier: Carrier; session: SessionKey }) {
    const { request, origin, path, ctx, cookie } = visit;
    const { headers } = request;
    const who = await readWho(config, cookie, now());
    if (who !== null && who.session === session) identity.remember(session, who.person, who.identifiedAt);
    const visitor = { headers, origin, path, carrier };
    const found = await identity.identify({ ...visitor, session, ctx });
    if (found.kind === "signed_in") records.see(visitor, found.person, ctx);
    return { ...found, who };
  }

  async function claim(visit: Visit, admission: Admission): Promise<Response> {
    const { session, cookieForCrm } = admission;
    const { act } = visit;
    const known = identity.recall(session);
    if (known !== null && desk.hasPassReady(admission, known.person.id)) {
      counter.counts.passed++;
      return carry(visit, cookieForCrm, { holder: known.person.id, admission, renewal: null }, NO_COOKIES);
    }
    const refused = act === "background" ? desk.recentRefusal(session) : null;
    if (refused !== null) return refuseVisit(visit, refused, null);
    const answer = await identify(visit, admission);
    if (answer.kind === "unknown") {
      counter.counts.identity_unknown++;
      console.warn(`A request was held back, for the CRM did not say whose it is: ${answer.why}`);
      const detail =
        "Hotseat asks the CRM who you are, and got no answer that it understands. Please try again in a moment.";
      return answerProblem({ code: "identity_unknown", detail }, addressOf(visit), config.contact, languageOf(visit));
    }
    if (answer.kind === "unproven") return answerUnproven(visit, answer.why);
    if (answer.kind === "anonymous") return carryAnonymous(visit, admission, answer.who);
    if (answer.kind === "exempt") {
      counter.counts.exempt++;
      return carry(visit, cookieForCrm, null, NO_COOKIES);
    }
    const { person } = answer;
    const outcome = await desk.claim(visit.ctx, admission, {
      person,
      act,
      active: isActive(visit),
      clientKind: CLIENT_KIND,
    });
    if (outcome.kind === "busy") return answerOutage(visit, admission, person);
    const cookies = await whoCookies(session, answer);
    if (outcome.kind === "granted") {
      counter.counts.claimed++;
      return carry(visit, cookieForCrm, { holder: person.id, admission, renewal: null }, cookies);
    }
    // G6: who was told that the seat is gone does not go on by an old pass when the seats are out of reach later.
    const stale = admission.stalePass === null ? NO_COOKIES : [clearPass()];
    return withCookies(await refuseVisit(visit, outcome.denied, person), [...cookies, ...stale]);
  }

  /** A session of the CRM that shows nobody: the person signs in, where there is a place for it. */
  function answerUnproven(visit: Visit, why: string): Response {
    counter.counts.unproven++;
    const isPage = visit.act !== "background" && visit.method === "GET";
    if (isPage && source.signInAddress !== null) {
      const headers = { location: source.signInAddress(visit.pathAndQuery), "cache-control": "no-store" };
      return new Response(null, { status: 302, headers });
    }
    console.warn(`A request was held back, for it does not prove whose it is: ${why}`);
    const detail = "Hotseat could not tell from your sign-in who you are. Please sign in again, or ask IT.";
    return answerProblem({ code: "identity_unproven", detail }, addressOf(visit), config.contact, languageOf(visit));
  }

  /** G6: the tenant's object cannot be reached. Whose pass is over since a short while goes on by it; others wait. */
  async function answerOutage(visit: Visit, admission: Admission, person: Person): Promise<Response> {
    const { stalePass, cookieForCrm } = admission;
    if (stalePass !== null && stalePass.holder === person.id && isInGrace(config, stalePass, now())) {
      pulse.countGrace();
      counter.counts.grace++;
      const answer = await carry(visit, cookieForCrm, { holder: person.id, admission, renewal: null }, NO_COOKIES);
      return withHeader(answer, OUTAGE_HEADER, "grace");
    }
    counter.counts.out_of_reach++;
    const detail = "The seat service did not answer. Nothing is lost; please try again in a few seconds.";
    return answerProblem({ code: "busy", detail }, addressOf(visit), config.contact, languageOf(visit));
  }

  async function refuseVisit(visit: Visit, denied: Denied, person: Person | null): Promise<Response> {
    const { request, act, origin, pathAndQuery, path } = visit;
    counter.counts.refused++;
    const manager = person !== null && isManager(person) ? person : null;
    const managing = act === "background" || manager === null ? null : await readManaging(tenant(), manager);
    const keptForm = act === "background" ? null : await readKeptForm(request, visit.body);
    // The request goes no further, so its body may be read for the id that the answer repeats.
    if (act === "background" && preset.refusal.requestId !== undefined) visit.body ??= await readSmallBody(request);
    return refuse(config, {
      act,
      denied,
      mayAdminister: manager !== null,
      managing,
      address: origin + pathAndQuery,
      method: request.method,
      keptForm,
      isUpgrade: request.headers.get("upgrade") !== null,
      language: languageOf(visit),
      answer: rules.refusalFor(path),
      requestId: rules.readRequestId(visit.body),
    });
  }

  /** The session is none (any more): the CRM answers as it likes, and a lease of the session ends. */
  async function carryAnonymous(visit: Visit, admission: Admission, who: Who | null): Promise<Response> {
    counter.counts.open++;
    if (who === null) return carry(visit, admission.cookieForCrm, null, NO_COOKIES);
    await endSession(admission, { holder: who.person.id, session: who.session });
    return carry(visit, admission.cookieForCrm, null, signedOutCookies());
  }

  /** G5: logout is never refused, and ends the lease once the CRM has taken it. */
  async function signOut(visit: Visit, admission: Admission): Promise<Response> {
    const { session, cookieForCrm } = admission;
    const who = await readWho(config, visit.cookie, now());
    const pass = await readPass(config, visit.cookie);
    const holder =
      identity.recall(session)?.person.id ??
      (who?.session === session ? who.person.id : null) ??
      (pass?.session === session ? pass.holder : null);
    counter.counts.open++;
    const answer = await carry(visit, cookieForCrm, null, NO_COOKIES);
    if (!rules.isSignedOut(visit, visit.body, answer)) return answer;
    await endSession(admission, holder === null ? null : { holder, session });
    return withCookies(answer, signedOutCookies());
  }

  async function endSession(
    admission: Admission,
    lease: { holder: HolderId; session: SessionKey } | null,
  ): Promise<void> {
    identity.forget(admission.session);
    desk.dropPass(admission);
    if (admission.jar !== null) forgetJar(admission.jar);
    if (lease === null) return;
    try {
      await callTenant(tenant, (stub) => stub.signOut(lease.holder, lease.session));
    } catch (error) {
      console.error("The tenant was not told of a logout; the lease ends by itself later:", error);
    }
  }

  /** Whoever signs in may be another than before in the same session: nothing of before counts. */
  async function signIn(visit: Visit, admission: Admission): Promise<Response> {
    counter.counts.open++;
    const answer = await carry(visit, admission.cookieForCrm, null, NO_COOKIES);
    identity.forget(admission.session);
    desk.forgetRefusal(admission.session);
    return withCookies(answer, [clearPass(), clearWho()]);
  }

  /** A login whose address is also one of protected pages: without a seat only who is not signed in gets there. */
  async function signInGuarded(visit: Visit, admission: Admission): Promise<Response> {
    const answer = await decide(visit, admission, "protected");
    identity.forget(admission.session);
    return answer;
  }

  function answerMachine(visit: Visit): Response {
    const detail = "This address of the CRM is for programs, and is closed here. Ask the operator to open it.";
    return answerProblem({ code: "machine_closed", detail }, addressOf(visit), config.contact, languageOf(visit));
  }

  /** To the CRM and back. */
  async function carry(
    visit: Visit,
    cookie: string | null,
    seat: Seat | null,
    moreCookies: readonly string[],
  ): Promise<Response> {
    const { request, origin, pathAndQuery, body, act } = visit;
    const isPage = act !== "background";
    const unconditional = isPage && preset.inject;
    let response: Response;
    try {
      response = await proxy.forward(request, { origin, pathAndQuery, cookie, body, unconditional, isPublic: false });
    } catch (error) {
      console.error("The CRM does not answer:", error);
      pulse.note("crm", false);
      const detail = "The CRM behind this address cannot be reached just now. Please try again in a moment.";
      return answerProblem({ code: "crm_unreachable", detail }, addressOf(visit), config.contact, languageOf(visit));
    }
    pulse.note("crm", true);
    if (response.webSocket)
      return seat === null ? response : bindSocket(response, tenant, seat.holder, preset.refusal.webSocketCode);
    const destination = request.headers.get("sec-fetch-dest");
    const leaving = {
      method: visit.method,
      destination,
      encodings: acceptedEncodings(request.headers.get("accept-encoding")),
      isDocument: isPage,
      isGated: seat !== null,
      wantsScript: preset.inject,
    };
    const outgoing = decideOutgoing(response, leaving, now());
    const injected = outgoing.mayInject ? await injectAgent(response) : null;
    const isOurs = outgoing.mayBring || injected?.isChanged === true;
    const hasMore =
      moreCookies.length > 0 ||
      (seat !== null && (seat.renewal !== null || desk.hasPassReady(seat.admission, seat.holder)));
    const cookies = hasMore && isOurs ? await cookiesFor(seat, moreCookies) : NO_COOKIES;
    const answer = proxy.answer(response, { origin, cookies, noStore: outgoing.noStore, injected });
    if (seat !== null && (isEventStream(answer.headers) || rules.isStreaming(visit.path)))
      return bindStream(answer, tenant, seat.holder);
    return answer;
  }

  /** G3: what the answer brings along; nothing where it may be stored for others, the next one brings it then. */
  async function cookiesFor(seat: Seat | null, more: readonly string[]): Promise<readonly string[]> {
    if (seat === null) return more;
    const renewed = seat.renewal === null ? undefined : await within(RENEWAL_WAIT_MS, seat.renewal);
    return [...desk.takePass(seat.admission, seat.holder), ...more, ...(renewed?.value ?? NO_COOKIES)];
  }

  return { handle };
}

const isManager = ({ role }: Person): boolean => role !== "user";

const languageOf = ({ request }: Visit): Language => chooseLanguage(request.headers.get("accept-language"));

function withHeader(response: Response, name: string, value: string): Response {
  if (response.webSocket) return response;
  const answer = new Response(response.body, response);
  answer.headers.set(name, value);
  return answer;
}

function withCookies(response: Response, cookies: readonly string[]): Response {
  if (cookies.length === 0 || response.webSocket) return response;
  const answer = new Response(response.body, response);
  for (const cookie of cookies) answer.headers.append("set-cookie", cookie);
  return answer;
}
