/** How the administration answers: pages that nothing stores, frames or adds script to. */
import type { Context } from "hono";

/** `page` is rendered JSX. Scripts and styles come from Hotseat's own two files alone: the CRM may hold uploads. */
export async function answerPage(c: Context, page: unknown, status: number): Promise<Response> {
  const origin = new URL(c.req.url).origin;
  return new Response(String(await page), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": [
        "default-src 'none'",
        `style-src ${origin}/.hotseat/admin.css`,
        `script-src ${origin}/.hotseat/admin.js`,
        `connect-src ${origin}/.hotseat/admin`,
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ].join("; "),
      "x-frame-options": "DENY",
    },
  });
}

/** The files of the pages hold nothing of a tenant; a browser asks anew each time, so that a deploy shows at once. */
export function answerFile(text: string, type: string): Response {
  return new Response(text, { headers: { "content-type": type, "cache-control": "no-cache" } });
}
