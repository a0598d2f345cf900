/** R10: sends one message by the way that the operator chose. */

import { sentence } from "../../../shared/sentence.ts";
import type { MailConfig } from "../../config/mail-config.ts";
import { composeMail, type Mail } from "./compose-mail.ts";
import { MailFault } from "./mail-fault.ts";
import { sendByService } from "./mail-service.ts";
import { type Connect, sendBySmtp } from "./smtp.ts";

export interface MailPorts {
  connect: Connect;
  fetch: typeof globalThis.fetch;
  now: () => number;
}

/** Null: it is on its way. Never throws. */
export async function sendMail(config: MailConfig, mail: Mail, ports: MailPorts): Promise<MailFault | null> {
  const { from } = config;
  try {
    if (config.by === "service") await sendByService(config, mail, ports.fetch);
    else {
      const message = composeMail(mail, from, ports.now());
      await sendBySmtp(config.relay, { from, to: mail.to, message }, ports.connect);
    }
    return null;
  } catch (error) {
    if (error instanceof MailFault) return error;
    console.error("E-mail was not sent:", error);
    return new MailFault(sentence("mailNoConnection"), { isUnsent: true });
  }
}
