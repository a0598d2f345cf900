/**
 * The API of native clients (SPEC.md, N): desktop, mobile, mail plug-ins, ERP bridges. A token instead of cookies,
 * and a policy of each token's own: consume a seat, only check, use reserved seats alone, or report records.
 */
import { Hono } from "hono";

import type * as z from "zod/mini";
import { BindingId, SessionKey } from "../../shared/ids.ts";
import {
  NATIVE_API,
  type NativeAnswer,
  type NativeApiName,
  type NativeCheck,
  type NativeClaim,
} from "../../shared/native-protocol.ts";
import type { DoorProblem } from "../../shared/problem.ts";
import { Status } from "../../shared/protocol.ts";
import { err, ok, type Result } from "../../shared/result.ts";
import { PASS_LIFE_MAX_MS } from "../../shared/timing.ts";
import { sayReason } from "../i18n/reasons.ts";
import { chooseTag, type Tag } from "../i18n/tag.ts";
import { spellHolder } from "../identity/holder-spelling.ts";
import { shownName } from "../pass/person-bounds.ts";
import type { Caller, Denied, Known, Person, TenantCalls } from "../tenant/tenant-calls.ts";
import { hashSecret } from "../tenant/tokens/secret.ts";
import { groupOfToken, holderOfToken, type TokenRow } from "../tenant/tokens/token.ts";
import { answerJson } from "./answer.ts";
import type { ApiEnv, ApiPorts } from "./api-request.ts";
import { NATIVE_ENDPOINTS } from "./native-endpoints.ts";
import { answerToken } from "./pipeline.ts";

/** A refused native client asks again after this, in seconds. */
const RETRY_AFTER_SECONDS = "15";

type PersonBody = z.infer<typeof NativeCheck>["person"];
type BodyOf<N extends NativeApiName> = z.infer<(typeof NATIVE_API)[N]["body"]>;
type AnswerOf<N extends NativeApiName> = z.infer<(typeof NATIVE_API)[N]["answer"]>;
type Call<N extends NativeApiName> = (
  ports: ApiPorts,
  token: TokenRow,
  body: BodyOf<N>,
  tag: Tag,
) => Promise<Result<AnswerOf<N>, DoorProblem>>;

const CALLS: { [N in NativeApiName]: Call<N> } = {
  check: async ({ tenant }, token, { person }, tag) => {
    const { pass, denied, limit, inUse } = await tenant.check(personOf(token, person), `native:${token.kind}`);
    return ok(answerOf(tag, denied, { limit, inUse, pass, consumed: false, validForMs: null }));
  },
  claim,
  release: async ({ tenant }, token, { person, client }, tag) => {
    const caller = await callerOf(token, person, client);
    const binding = BindingId.parse(caller.session);
    // The client itself says that it goes by the claim no more: there is no answer to wait for.
    await tenant.handBack(caller.person.id, binding, Date.now());
    const { limit, inUse } = ofNow(await tenant.release(caller, client, tabOf(client))).status;
    return ok(answerOf(tag, null, { limit, inUse, pass: true, consumed: false, validForMs: null }));
  },
  records: async ({ tenant }, token, { count }) => {
    const actor: Person = { id: holderOfToken(token.id), name: token.name, email: null, role: "licence_manager" };
    const changed = await tenant.reportRecords(actor, count);
    return changed.ok ? ok({ count }) : err(changed.error);
  },
};

async function claim(
  { tenant, config }: ApiPorts,
  token: TokenRow,
  { person, client, activeAgeMs }: z.infer<typeof NativeClaim>,
  tag: Tag,
): Promise<Result<NativeAnswer, DoorProblem>> {
  const caller = await callerOf(token, person, client);
  const answer = await tenant.claim({
    ...caller,
    binding: BindingId.parse(caller.session),
    act: "button",
    active: false,
    reservedOnly: token.policy === "reserved",
    clientKind: `native:${token.kind}`,
    isRemembered: true,
  });
  if (!answer.granted) {
    const { limit, inUse } = answer.denied;
    return ok(answerOf(tag, answer.denied, { limit, inUse, pass: false, consumed: false, validForMs: null }));
  }
  // One window stands for the client: it is heard of as long as it claims (L5).
  const beat = { client, seq: Date.now(), tabs: [{ id: tabOf(client), activeAgeMs }] };
  const { limit, inUse, seat } = Status.parse(JSON.parse(ofNow(await tenant.heartbeat(caller, beat))));
  // L9: what the tenant granted, whatever this isolate's own configuration says.
  const longestMs = Math.max(PASS_LIFE_MAX_MS, config.timing.passLifeMs);
  // L9.37: nor longer than a pass lives, where the tenant's clock is held or ahead.
  const validForMs = Math.max(0, Math.min(answer.pass.until - Date.now(), longestMs));
  const overdraft = seat?.overdraft === true;
  return ok(answerOf(tag, null, { limit, inUse, pass: true, consumed: !answer.exempt, overdraft, validForMs }));
}

/** I9: a program says with each call who it is for, so nothing of it is from before a sign-out. */
function ofNow<T>(answer: Known<T>): NonNullable<T> {
  if (answer == null) throw new Error("the tenant took a program's call for one from before a sign-out");
  return answer;
}

/** L27: the sentence is for the program's own window, in the language that it asks for. */
function answerOf(
  tag: Tag,
  denied: Denied | null,
  {
    pass,
    overdraft = false,
    ...rest
  }: Pick<NativeAnswer, "limit" | "inUse" | "consumed" | "validForMs"> & { pass: boolean; overdraft?: boolean },
): NativeAnswer {
  const reason = denied?.reason ?? null;
  const message = reason === null ? null : sayReason(tag, reason);
  return { verdict: pass ? "PASS" : "FAIL", reason, message, overdraft, ...rest };
}

/** L17: an integration's people are of its own group, by which seats can be reserved for it. They have no more rights than a user. */
const personOf = (token: TokenRow, person: PersonBody): Person => ({
  id: person.id,
  name: shownName(person.name) || shownName(person.id),
  email: person.email ?? null,
  role: "user",
  groups: [groupOfToken(token.id)],
});

/** A session of the client's own, so that it is told from the person's browsers. */
async function callerOf(token: TokenRow, person: PersonBody, client: string): Promise<Caller> {
  const hash = await hashSecret(`${token.id} ${person.id} ${client}`);
  return { person: personOf(token, person), session: SessionKey.parse(hash.slice(0, 22)) };
}

const tabOf = (client: string) => client as unknown as NonNullable<Parameters<TenantCalls["release"]>[2]>;

/** Routes under `/.hotseat/api/native/`. A denial is an answer, 200 with FAIL and its reason. */
export function createNativeApi(ports: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  for (const name of Object.keys(NATIVE_API) as NativeApiName[]) {
    const endpoint = NATIVE_ENDPOINTS[name];
    // The table pairs each name with its own schema, which TypeScript cannot follow through a variable name.
    const call = CALLS[name] as (...asked: unknown[]) => Promise<Result<AnswerOf<NativeApiName>, DoorProblem>>;
    app.all(endpoint.path, (c) =>
      answerToken(c, ports.tenant, endpoint, async (token, body) => {
        const answered = await call(
          ports,
          token,
          spelled(ports, body as BodyOf<NativeApiName>),
          chooseTag(c.req.header("accept-language")),
        );
        return answered.ok ? ok(respond(answered.value)) : answered;
      }),
    );
  }
  return app;
}

const spelled = (ports: ApiPorts, body: BodyOf<NativeApiName>): BodyOf<NativeApiName> =>
  "person" in body ? { ...body, person: { ...body.person, id: spellHolder(ports.config, body.person.id) } } : body;

function respond(answered: AnswerOf<NativeApiName>): Response {
  const response = answerJson(answered);
  if ("verdict" in answered && answered.verdict === "FAIL") response.headers.set("retry-after", RETRY_AFTER_SECONDS);
  return response;
}
