/** G8: where in the CRM's pages the seat button stands, as the tenant chooses; off: nowhere. */
export const CORNERS = ["bottom-right", "bottom-left", "top-right", "top-left", "off"] as const;
export type Corner = (typeof CORNERS)[number];
