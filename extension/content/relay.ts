/**
 * Firefox's containers keep a tab's cookies from the background, so a document there makes the background's calls.
 * Only those of the seat service, and only at the document's own CRM.
 */
import { API_PATH } from "../../shared/reserved-path.ts";
import { RELAYED, type Relayed, type RelayName } from "../messages.ts";

/** Null: no answer came. */
export async function relayCall(name: RelayName, body: string | null): Promise<Relayed> {
  if (!RELAYED.includes(name)) return null;
  try {
    const response = await fetch(new URL(API_PATH + name, location.origin), {
      method: body === null ? "GET" : "POST",
      credentials: "include",
      redirect: "manual",
      cache: "no-store",
      referrerPolicy: "no-referrer",
      ...(body === null ? {} : { body, headers: { "content-type": "application/json" } }),
    });
    const type = response.headers.get("content-type") ?? "";
    return { status: response.status, type, text: await response.text() };
  } catch {
    return null;
  }
}
