/** How the administration answers: pages that are not stored, not framed, and run no other script. */
import type { Child } from "hono/jsx";
import type { AdminContext } from "./admin-request.ts";
import { LanguageContext, readLanguage } from "./language.ts";
import { WarningCount } from "./ui/layout.tsx";

/** `page` is written in the reader's language. Scripts and styles come from Hotseat's own two files alone: the CRM may hold uploads. */
export async function answerPage(c: AdminContext, page: Child, status: number): Promise<Response> {
  const origin = new URL(c.req.url).origin;
  const language = readLanguage(c);
  const written = (
    <LanguageContext.Provider value={language}>
      <WarningCount.Provider value={c.var.warnings ?? 0}>{page}</WarningCount.Provider>
    </LanguageContext.Provider>
  );
  return new Response(String(await written), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-language": language.tag,
      "cache-control": "no-store",
      "content-security-policy": [
        "default-src 'none'",
        `style-src ${origin}/.hotseat/admin.css`,
        `script-src ${origin}/.hotseat/admin.js`,
        `connect-src ${origin}/.hotseat/admin ${origin.replace(/^http/, "ws")}/.hotseat/admin/live`,
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join("; "),
      "x-frame-options": "DENY",
    },
  });
}

/** Scripts and styles hold no tenant data; a browser revalidates them each time, so that a deploy shows at once. */
export function answerFile(text: string, type: string): Response {
  return new Response(text, { headers: { "content-type": type, "cache-control": "no-cache" } });
}
