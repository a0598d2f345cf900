/** The choice of a language: kept in a cookie of the administration's own path, so that the CRM never sees it. */
import type { Hono } from "hono";
import { ADMIN_PATH } from "../../shared/protocol.ts";
import type { AdminEnv, Door } from "./admin-request.ts";
import { LanguageForm, readForm } from "./form.ts";
import { LANGUAGE_COOKIE } from "./language.ts";
import { PATHS } from "./paths.ts";

const KEPT_SECONDS = 365 * 86_400;

export function addLanguages(app: Hono<AdminEnv>, door: Door): void {
  app.post(
    PATHS.language,
    // Also for people who may see nothing else here: they read the page that tells them so.
    door.fromOwnPage(async (c) => {
      const form = await readForm(c.req.raw, LanguageForm);
      if (!form.ok) return door.stateProblem(c, form.error);
      const { language, back } = form.value;
      c.header(
        "set-cookie",
        `${LANGUAGE_COOKIE}=${language}; Path=${ADMIN_PATH}; Max-Age=${KEPT_SECONDS}; HttpOnly; Secure; SameSite=Lax`,
      );
      return c.redirect(wayBack(back), 303);
    }),
  );
}

/** Pages of the administration alone: an address is never followed out of it. */
function wayBack(back: string): string {
  const { origin, pathname, search } = new URL(back, "https://own.invalid");
  const isOwn = origin === "https://own.invalid" && (pathname === ADMIN_PATH || pathname.startsWith(`${ADMIN_PATH}/`));
  return isOwn ? `${pathname}${search}` : PATHS.home;
}
