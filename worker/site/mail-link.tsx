/**
 * R10: where the links in e-mail lead. The page asks and a button does it: programs that look through mailboxes open every
 * link. Mail programs that know RFC 8058 post to the same address by themselves. Nobody has to be signed in.
 */
import type { Config } from "../config/config.ts";
import { chooseLanguage } from "../gate/reader-language.ts";
import { framedPage } from "../gate/refusal/page-frame.tsx";
import { fillWords } from "../i18n/fill.ts";
import { readLink } from "../tenant/mail/mail-link.ts";
import { mailWords } from "../tenant/mail/mail-text.ts";
import type { TenantCalls } from "../tenant/tenant-calls.ts";
import { Logo } from "../theme/logo.tsx";

export interface MailLinkPorts {
  config: Config;
  tenant: Pick<TenantCalls, "settleReceiver">;
  now: () => number;
}

export async function answerMailLink({ config, tenant, now }: MailLinkPorts, request: Request): Promise<Response> {
  const { tag } = chooseLanguage(request.headers.get("accept-language"));
  const { pages } = mailWords(tag);
  const token = new URL(request.url).searchParams.get("token") ?? "";
  // The object is asked for nothing by a link that we did not write.
  const link = await readLink(config.secrets, config.tenant, token, now());
  if (link === null) return showPage(410, tag, config.tenantName, pages.gone);
  if (request.method !== "POST") return showPage(200, tag, config.tenantName, pages[link.act]);
  const isDone = await tenant.settleReceiver(link.receiver, link.act);
  if (!isDone) return showPage(410, tag, config.tenantName, pages.gone);
  return showPage(200, tag, config.tenantName, link.act === "confirm" ? pages.confirmed : pages.stopped);
}

interface Said {
  title: string;
  text: string;
  button?: string;
}

function showPage(status: number, language: string, firm: string, { title, text, button }: Said): Response {
  const children = (
    <main>
      <p class="firm">
        <Logo size={32} />
        {firm}
      </p>
      <h1>{title}</h1>
      <p>{fillWords(text, { firm })}</p>
      {button === undefined ? null : (
        <div class="acts">
          {/* No action: the form goes to the page's own address, with the token. */}
          <form method="post">
            <button type="submit" class="button">
              {button}
            </button>
          </form>
        </div>
      )}
    </main>
  );
  const page = { language, title, kind: "problem" as const, script: null, refresh: null, children };
  return framedPage(status, page, { "referrer-policy": "no-referrer" });
}
