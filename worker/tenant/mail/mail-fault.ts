/** R10: why a message was not taken. */

import { type Sentence, writeSentence } from "../../../shared/sentence.ts";
import { ENGLISH } from "../../../shared/sentences.ts";

/** How long a relay or a mail service may take for everything together, in ms; one that needs longer is taken to be down. */
export const MAIL_PATIENCE_MS = 20_000;

export class MailFault extends Error {
  override name = "MailFault";
  /** The address itself was refused for good: another try changes nothing and harms the sender's name. */
  readonly isFinal: boolean;

  /** Surely nothing was handed over: the relay was not told the message, or the service refused it. */
  readonly isUnsent: boolean;

  /** As the page of alerts shows it; the message is the same in English. */
  readonly says: Sentence;

  constructor(says: Sentence, { isFinal = false, isUnsent = false } = {}) {
    super(writeSentence(ENGLISH, says));
    this.says = says;
    this.isFinal = isFinal;
    this.isUnsent = isUnsent;
  }
}
