/** What a person's browser sends beside the headers of every browser. */
export interface Credentials {
  cookie: string;
  /** Only where the CRM keeps its session there. */
  authorization?: string;
}
