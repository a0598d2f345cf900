/** A secret that the CRM's server asks of whoever knocks, so that nobody comes round the gate. */

/** Headers of this prefix are taken from visitors (G1), so none of them can show it. */
export const CRM_SECRET_HEADER = "x-hotseat-secret";

/** Asks as `ask` does, and shows the secret to the CRM's own origin, never to another. */
export function showSecret(secret: string, crmOrigin: string, ask: typeof fetch): typeof fetch {
  return ((input: Parameters<typeof fetch>[0], init?: Parameters<typeof fetch>[1]) => {
    const address = input instanceof Request ? input.url : String(input);
    if (address !== crmOrigin && !address.startsWith(`${crmOrigin}/`)) return ask(input, init);
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    headers.set(CRM_SECRET_HEADER, secret);
    return ask(input, { ...init, headers });
  }) as typeof fetch;
}
