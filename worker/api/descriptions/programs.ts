/** Integrations, their tokens, the document and problems. Keys as in ../descriptions.ts. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  // People who work through a program
  "Tokens.people": "Who has worked through the program, the latest first; at most 200.",
  "row.people": "Nobody yet.",
  "people.firstAt": "ms since 1970: when the person was first seen.",
  "people.lastAt": "ms since 1970: when the person was last seen, to the quarter of an hour.",
  "people.refused": "The last refusal of a check; null: there was none.",
  "people.refused.at": "ms since 1970.",
  "people.refused.reason": "Why it was refused.",

  // Tokens
  "Tokens.id": "Id of the token, which stands in it after `hs_`.",
  "Tokens.name": "The token's name, for people.",
  "row.id": "Id of the token, for revoking it.",
  "row.name": "The token's name, for people.",
  "AdminTokensMakeRequest.name": "The token's name, for people.",
  "AdminTokensRevokeRequest.id": "Id of the token, as in the list.",
  kind: "Kind of client, a word of your own such as `desktop`; it is told apart in the records.",
  policy:
    "`consume`: takes a seat. `check`: asks whether there would be one. `reserved`: takes reserved seats alone. `records`: reports the number of records. `metrics`: reads the metrics. `read`: reads the records. `scim`: keeps an identity provider's users and groups.",
  madeAt: "When it was made, in ms since 1970.",
  madeBy: "Name of whoever made it.",
  lastUsedAt: "When it was last used, to the hour, in ms since 1970; null: never.",
  token: "The token, with its secret: keep it, for it is shown nowhere else.",
  row: "The token as the list shows it.",

  // Native clients
  verdict: "`PASS`: the person may work. `FAIL`: not now.",
  message: "The reason in a sentence; null: there is none to give.",
  validForMs: "How long the claim is good without being repeated, in ms; null: nothing was taken.",
  consumed: "Whether the person has a seat by this call.",
  "Verdict.overdraft": "Whether that seat is beyond the limit: tell the person, who should give it back soon.",

  // The document and problems
  openapi: "Version of OpenAPI.",
  info: "What the document is about.",
  paths: "Every address with what it takes and answers.",
  type: "Name of the kind of problem, `urn:hotseat:problem:` and the code; not an address to look up.",
  title: "The kind of problem, for people.",
  status: "Status of the answer.",
  code: "The kind of problem, for programs.",
  detail: "One sentence: what is wrong, and what would be right.",
  instance: "Names this one occurrence; the Worker's log has it.",
  field: "Where in the request, as a dotted path, when one place is to blame.",
};
