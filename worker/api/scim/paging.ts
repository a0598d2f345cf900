/** S: pages of a list (RFC 7644, 3.4.2.4): numbers that make no sense are taken as the nearest that do. */

/** No page has more. */
export const LIST_MAX = 200;
const LIST_USUAL = 100;

export interface Page {
  /** From 1. */
  start: number;
  count: number;
}

export function readPage(startIndex: string | undefined, count: string | undefined): Page {
  const whole = (text: string | undefined, usual: number) =>
    text !== undefined && /^-?\d{1,9}$/.test(text.trim()) ? Number(text) : usual;
  return { start: Math.max(1, whole(startIndex, 1)), count: Math.min(LIST_MAX, Math.max(0, whole(count, LIST_USUAL))) };
}

export const listResponse = (total: number, start: number, resources: readonly unknown[]) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
  totalResults: total,
  startIndex: start,
  itemsPerPage: resources.length,
  Resources: resources,
});
