/** Who gets to the pages of the administration, and the pages that say why somebody does not (A1, A2). */
import { PROBLEMS, type Problem } from "../../shared/problem.ts";
import { err, ok } from "../../shared/result.ts";
import { sentence } from "../../shared/sentence.ts";
import { type Caller, hasPages, isPoolManager, NO_PEOPLE, type Person } from "../tenant/tenant-calls.ts";
import type { AdminContext, AdminPorts, Door, Statement } from "./admin-request.ts";
import { answerPage } from "./answer-page.tsx";
import { readForm } from "./form.ts";
import { readLanguage, type Words } from "./language.ts";
import { PATHS } from "./paths.ts";
import { PlainPage } from "./ui/plain-page.tsx";
import { Translated } from "./ui/translated.tsx";

export function createDoor(ports: AdminPorts): Door {
  const { tenant, config } = ports;
  const state = (c: AdminContext, status: number, { title, text, way, isSignedOut }: Statement) =>
    answerPage(
      c,
      <PlainPage
        title={title}
        text={text}
        tenantName={config.tenantName}
        visitor={c.var.caller?.person ?? null}
        isSignedOut={isSignedOut === true}
        way={way ?? { href: PATHS.home, words: readLanguage(c).words.layout.backToSeats }}
      />,
      status,
    );
  const stateProblem = async (c: AdminContext, { code, says, retryAfterSeconds }: Problem) => {
    const { words } = readLanguage(c);
    const answer = await state(c, PROBLEMS[code].status, {
      title: words.problemTitles[code],
      text: <Translated of={says} />,
      ...(code === "forbidden" ? { way: toCrm(words) } : {}),
    });
    if (retryAfterSeconds !== undefined) answer.headers.set("retry-after", String(retryAfterSeconds));
    return answer;
  };
  const spend: Door["spend"] = async (c, visitor, on) => {
    const spent = await tenant.records(visitor, { do: "spend", on });
    return spent.ok ? null : stateProblem(c, spent.error);
  };
  const look: Door["look"] = async (c, visitor, ask = NO_PEOPLE, isOfSeats = false) => {
    // A13: other pages than that of the seats are not for people whose right is limited to pools.
    if (isPoolManager(visitor) && !isOfSeats) return err({ code: "forbidden", says: sentence("notYours") });
    return noted(c, await tenant.adminView(visitor, ask));
  };
  const noted = (c: AdminContext, view: Awaited<ReturnType<Door["look"]>>) => {
    if (view.ok) {
      c.set("zone", view.value.settings.timeZone);
      c.set("warnings", view.value.warnings.length);
    }
    return view;
  };
  const lookAfter: Door["lookAfter"] = async (c, visitor, { now }) =>
    now === undefined ? look(c, visitor) : noted(c, ok(now));

  const stateForbidden: Door["stateForbidden"] = async (c, told) => {
    const { words, say } = readLanguage(c);
    const { title, text, contact } = words.plain.notAllowed;
    if (told !== undefined) return state(c, 403, { title, text: <Translated of={told} />, way: toCrm(words) });
    const whom = await contactFor(c.var.caller);
    return state(c, 403, { title, text: say(text, { contact: whom === "" ? contact : whom }), way: toCrm(words) });
  };
  /** As the tenant has set it; where it does not answer, as the configuration says. */
  const contactFor = async (caller: Caller | null): Promise<string> => {
    if (caller === null) return config.contact;
    const answer = await tenant.status(caller).catch(() => null);
    return answer?.status.tenant.contact ?? config.contact;
  };

  /** Runs `answer` for a person who is known. */
  const asKnown =
    (answer: (c: AdminContext, visitor: Person) => Promise<Response>) =>
    async (c: AdminContext): Promise<Response> => {
      const { caller, fault } = c.var;
      if (fault !== undefined) throw fault;
      if (caller === null) {
        const { words } = readLanguage(c);
        const way = { href: "/", words: words.plain.signIn };
        return state(c, 401, { ...words.plain.signedOut, way, isSignedOut: true });
      }
      return answer(c, caller.person);
    };
  /** Only people who may administer see a tenant's data. */
  const asVisitor: Door["asVisitor"] = (answer) =>
    asKnown((c, visitor) => (visitor.role === "user" ? stateForbidden(c) : answer(c, visitor)));
  /** A13: or of people whose right is limited to pools, who see those. */
  const asSeatVisitor: Door["asSeatVisitor"] = (answer) =>
    asKnown((c, visitor) => (hasPages(visitor) ? answer(c, visitor) : stateForbidden(c)));
  const asManager: Door["asManager"] = (answer) =>
    asVisitor(async (c, visitor) => {
      const view = await look(c, visitor);
      return view.ok ? answer(c, visitor, view.value) : stateProblem(c, view.error);
    });
  const fromOwnPage =
    (answer: (c: AdminContext) => Promise<Response>) =>
    async (c: AdminContext): Promise<Response> =>
      c.var.origin === "own" ? answer(c) : state(c, 403, readLanguage(c).words.plain.foreign);
  /** A change asked of the tenant also for people who may not: it refuses and records the attempt (L10). */
  const asChange = (answer: (c: AdminContext, visitor: Person) => Promise<Response>) =>
    asKnown(async (c, visitor) => fromOwnPage((own) => answer(own, visitor))(c));
  const asForm: Door["asForm"] = (schema, answer) =>
    asChange(async (c, visitor) => {
      const form = await readForm(c.req.raw, schema);
      return form.ok ? answer(c, visitor, form.value) : stateProblem(c, form.error);
    });
  return {
    asManager,
    asVisitor,
    asSeatVisitor,
    asChange,
    asForm,
    fromOwnPage,
    look,
    lookAfter,
    state,
    stateProblem,
    stateForbidden,
    spend,
  };
}

const toCrm = (words: Words) => ({ href: "/", words: words.plain.toCrm });
