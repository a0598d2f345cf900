/** R10: why a message was not taken. */

/** How long a relay or a mail service may take for everything together, in ms; one that needs longer is taken to be down. */
export const MAIL_PATIENCE_MS = 20_000;

export class MailFault extends Error {
  override name = "MailFault";
  /** The address itself was refused for good: another try changes nothing and harms the sender's name. */
  readonly isFinal: boolean;

  /** `sentence`: as the page of alerts shows it. */
  constructor(sentence: string, isFinal = false) {
    super(sentence);
    this.isFinal = isFinal;
  }
}
