/** The addresses of the integrations. */
import type { Hono } from "hono";
import type { Child } from "hono/jsx";
import * as z from "zod/mini";
import { TOKEN_POLICIES } from "../../../../shared/native-protocol.ts";
import type { Problem } from "../../../../shared/problem.ts";
import type { Person } from "../../../tenant/tenant-calls.ts";
import type { AdminContext, AdminEnv, AdminPorts, Door } from "../../admin-request.ts";
import { answerPage } from "../../answer-page.tsx";
import { readLanguage } from "../../language.ts";
import { PATHS } from "../../paths.ts";
import { refusedBy } from "../../refused.tsx";
import { TOKEN_KINDS } from "./make-form.tsx";
import { IntegrationsPage, type IntegrationsProps } from "./page.tsx";
import { RevokePage } from "./revoke-page.tsx";

const NAME_MAX = 100;
const MakeForm = z.strictObject({ name: z.string(), kind: z.enum(TOKEN_KINDS), policy: z.enum(TOKEN_POLICIES) });
const RevokeForm = z.strictObject({ id: z.string().check(z.maxLength(40)) });

export function addIntegrations(app: Hono<AdminEnv>, { tenant, now }: AdminPorts, door: Door): void {
  const page = async (
    c: AdminContext,
    visitor: Person,
    said: Partial<Pick<IntegrationsProps, "made" | "draft">> & { fault?: Child; status?: number } = {},
  ) => {
    const view = await door.look(c, visitor);
    if (!view.ok) return door.stateProblem(c, view.error);
    const tokens = await tenant.listTokens(visitor);
    if (!tokens.ok) return door.stateProblem(c, tokens.error);
    const notice = c.req.query("done") === "revoked" ? readLanguage(c).words.done.revoked : null;
    return answerPage(
      c,
      <IntegrationsPage
        visitor={visitor}
        view={view.value}
        tokens={tokens.value}
        now={now()}
        notice={notice}
        fault={said.fault ?? null}
        made={said.made ?? null}
        draft={said.draft ?? null}
      />,
      said.status ?? 200,
    );
  };

  const refuse = (c: AdminContext, visitor: Person, problem: Problem, draft: IntegrationsProps["draft"] = null) =>
    visitor.role === "user" ? door.stateForbidden(c, problem.says) : page(c, visitor, { ...refusedBy(problem), draft });

  const gone = (c: AdminContext) => {
    const { goneTitle, gone: text, back } = readLanguage(c).words.integrations;
    return door.state(c, 404, { title: goneTitle, text, way: { href: PATHS.integrations, words: back } });
  };

  app.get(
    PATHS.integrations,
    door.asVisitor((c, visitor) => page(c, visitor)),
  );

  app.post(
    PATHS.makeToken,
    door.asForm(MakeForm, async (c, visitor, form) => {
      const name = form.name.replace(/[\p{Cc}\s]+/gu, " ").trim();
      if ((name === "" || name.length > NAME_MAX) && visitor.role !== "user") {
        const fault = readLanguage(c).words.faults.tokenName;
        return page(c, visitor, { fault, draft: form, status: 422 });
      }
      const made = await tenant.makeToken(visitor, { ...form, name: name.slice(0, NAME_MAX) });
      if (!made.ok) return refuse(c, visitor, made.error, form);
      // A secret is shown once: in the answer itself, never at an address that could be asked again.
      return page(c, visitor, { made: { ...made.value, origin: new URL(c.req.url).origin } });
    }),
  );

  app.get(
    PATHS.revokeToken,
    door.asVisitor(async (c, visitor) => {
      const view = await door.look(c, visitor);
      if (!view.ok) return door.stateProblem(c, view.error);
      const tokens = await tenant.listTokens(visitor);
      if (!tokens.ok) return door.stateProblem(c, tokens.error);
      const token = tokens.value.find(({ id }) => id === c.req.query("id"));
      if (token === undefined) return gone(c);
      return answerPage(c, <RevokePage visitor={visitor} view={view.value} token={token} now={now()} />, 200);
    }),
  );

  app.post(
    PATHS.revokeToken,
    door.asForm(RevokeForm, async (c, visitor, form) => {
      const revoked = await tenant.revokeToken(visitor, form.id);
      if (revoked.ok) return c.redirect(`${PATHS.integrations}?done=revoked#tokens`, 303);
      return revoked.error.code === "not_found" ? gone(c) : refuse(c, visitor, revoked.error);
    }),
  );
}
