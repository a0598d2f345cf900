/** What a signed-in person tries beside the ordinary: single credentials, public paths, renewals, a form. */

import { compileSessionCookieTest } from "../../worker/identity/credentials.ts";
import type { IdentityResult } from "../../worker/identity/identity-result.ts";
import { splitAddress } from "./preset-faults.ts";
import { type CrmAddress, CrmVisitor } from "./preset-visitor.ts";

/** Headers of a login that do not say who it is. */
const NO_CREDENTIALS: ReadonlySet<string> = new Set(["accept", "content-type", "x-requested-with"]);

type WhoIs = (visitor: CrmVisitor) => Promise<IdentityResult | null>;

/** Shows each credential of the person alone, and says which of them lets somebody in. */
export async function tryCredentialsAlone(
  crm: CrmAddress,
  person: CrmVisitor,
  sentHeaders: Readonly<Record<string, string>>,
  ask: (visitor: CrmVisitor) => Promise<IdentityResult["kind"] | "no question">,
): Promise<void> {
  const { report } = crm;
  report.title("Each credential alone");
  const isSessionCookie = compileSessionCookieTest(crm.preset);
  const tries: [string, (visitor: CrmVisitor) => void][] = [];
  for (const [name, value] of person.jar.entries) tries.push([`cookie ${name}`, ({ jar }) => jar.set(name, value)]);
  const headers = { ...sentHeaders };
  if (person.header !== null) headers[person.header.name] = person.header.value;
  for (const [name, value] of Object.entries(headers)) {
    if (NO_CREDENTIALS.has(name)) continue;
    const show = (visitor: CrmVisitor): void => {
      visitor.header = { name, value };
    };
    tries.push([`header ${name}`, show]);
  }
  const others = person.jar.entries.filter(([name]) => !isSessionCookie(name));
  if (others.length > 1) {
    const showAll = ({ jar }: CrmVisitor): void => {
      for (const [name, value] of others) jar.set(name, value);
    };
    tries.push(["every cookie but the session's", showAll]);
  }
  for (const [name, show] of tries) {
    const alone = new CrmVisitor(crm);
    show(alone);
    const isSession = alone.credential !== null;
    // What the question takes along of headers are those that the preset knows.
    const isIn =
      name.startsWith("header ") && !isSession
        ? await isLetIn(alone, crm)
        : ["signed_in", "exempt"].includes(await ask(alone));
    if (!isIn && isSession) {
      report.warn(
        `${name} is all that carriers names, and does not sign anybody in by itself: something else belongs to the session. Cookies ` +
          "that only count together stand in one inner list of carriers.",
      );
    } else if (!isIn) report.good(`${name} alone lets nobody in`);
    else if (isSession) report.good(`${name} alone signs in, and the gate knows it as a session`);
    else if (!name.startsWith("header ") && (await beginsSession(alone, crm))) {
      report.good(
        `${name} alone is a remembered sign-in: the CRM begins a session then, by which the gate counts the person`,
      );
    } else {
      report.warn(
        `${name} alone signs in to the CRM, but no carrier of the preset has it. The gate keeps it from the CRM where ` +
          "no session goes with it, so people who come back with nothing else sign in again: see carriers.",
      );
    }
  }
}

/** Whether the CRM answers the first question with a session that the preset knows. */
async function beginsSession(alone: CrmVisitor, { preset }: CrmAddress): Promise<boolean> {
  const [step] = preset.identity.steps;
  if (step === undefined || step.method !== "GET" || step.path.includes("{")) return false;
  const { response } = await alone.send("GET", step.path, step.headers ?? {});
  await response.body?.cancel();
  return alone.credential !== null;
}

/** Whether the CRM answers the first question to a header alone as to somebody. */
async function isLetIn(alone: CrmVisitor, { preset }: CrmAddress): Promise<boolean> {
  const [step] = preset.identity.steps;
  if (step === undefined || step.method !== "GET" || step.path.includes("{")) return false;
  const { response } = await alone.send("GET", step.path, step.headers ?? {});
  await response.body?.cancel();
  return response.status === 200;
}

/** Asks for the page a few times: a CRM that renews its session does so sooner or later. */
export async function tryRenewal(crm: CrmAddress, person: CrmVisitor, page: string, whoIs: WhoIs): Promise<void> {
  const { report } = crm;
  report.title("Does the session renew itself?");
  const before = person.credential?.raw;
  for (let count = 0; count < 3; count++) await (await person.send("GET", page)).response.body?.cancel();
  if (person.credential?.raw === before) {
    report.good("the session keeps its value from page to page");
    return;
  }
  const result = person.credential === null ? null : await whoIs(person);
  if (result?.kind === "signed_in" || result?.kind === "exempt") {
    report.good("the CRM renews the session in its answers, and the new value is the same person's");
  } else {
    report.lack("The CRM changed the session in an answer, and the new value is nobody's to the preset: see carriers.");
  }
}

/** Whether the CRM takes a form from a page of its own, as a form that was kept at a refusal is sent again. */
export async function tryForm({ origin, preset, report }: CrmAddress, person: CrmVisitor, page: string): Promise<void> {
  const headers = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-mode": "navigate" };
  const { path } = splitAddress(page);
  report.title("A form of no meaning, as one that was kept at a refusal is sent again");
  const type = (await person.send("GET", page)).response.headers.get("content-type") ?? "";
  if (!type.startsWith("text/html")) {
    report.good("the CRM's pages there are no HTML: forms are not sent so");
    return;
  }
  const body = "hotseat_preset_check=1";
  const own = await person.send("POST", page, { ...headers, origin, referer: `${origin}${path}` }, body);
  const foreign = { ...headers, origin: "https://public.example", referer: `https://public.example${path}` };
  const other = await person.send("POST", page, foreign, body);
  const [ownText, otherText] = [await own.response.text(), await other.response.text()];
  if (own.response.status >= 400 && own.response.status === other.response.status) {
    report.line("the CRM turns this form down from its own page, too, so it does not show whether it minds the host");
    return;
  }
  const differs = own.response.status !== other.response.status || Math.abs(ownText.length - otherText.length) > 200;
  if (!differs) {
    report.good("the CRM does not mind from which host's page a form comes");
  } else if (preset.host === "keep") {
    report.warn(
      'The CRM answers a form from another host\'s page otherwise, and the preset says "host": "keep": where CRM and ' +
        'Worker have different names, forms would be turned down. Take "rewrite", or leave it out.',
    );
  } else {
    report.good("the CRM compares Origin and Referer with its own name, and the gate writes that name into them");
  }
}

/** What strangers get there, and what a session gets beyond it. `person`: null, nobody is signed in. */
export async function tryPublicPaths(
  crm: CrmAddress,
  person: CrmVisitor | null,
  result: IdentityResult | null,
): Promise<void> {
  const { preset, report } = crm;
  const own = result?.kind === "signed_in" ? [result.person.name, result.person.email] : [];
  const names = own.filter((name): name is string => name !== null && name.length > 3);
  for (const pattern of preset.paths.public) {
    const path = pattern.replace(/\?\*$/, "");
    if (/[:*|]|^[A-Z]+ /.test(path)) continue;
    const stranger = await new CrmVisitor(crm).send("GET", path);
    const strangersText = await stranger.response.text();
    if (person === null) continue;
    const signedIn = await person.send("GET", path);
    const text = await signedIn.response.text();
    if (signedIn.response.status === 200 && stranger.response.status !== 200) {
      report.warn(
        `${path} is public to the preset, but gives a signed-in person what it gives no stranger ` +
          `(200 in place of ${stranger.response.status}): people would work there without a seat.`,
      );
    } else if (names.some((name) => text.includes(name) && !strangersText.includes(name))) {
      report.warn(`${path} is public to the preset, but shows who is signed in: see whether people can work there.`);
    }
  }
}
