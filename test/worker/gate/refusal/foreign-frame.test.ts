/** [G13] The CRM inside a frame of another site, where browsers keep Hotseat's cookies back. */
import { beforeEach, describe, expect, it, vi } from "vitest";
import { GateSite } from "../site.ts";

beforeEach(() => {
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
});

const FRAME = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe", accept: "text/html" };
const askIn = async (headers: Record<string, string>) => {
  const site = new GateSite();
  site.tenant.refuse();
  const answer = await site.browser("anna").ask("/contacts?page=2", { headers: { ...FRAME, ...headers } });
  return { answer, page: await answer.text() };
};

describe("[G13] a refusal in a frame", () => {
  it.each([
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "same-origin", "sec-fetch-storage-access": "none" },
  ])("of another site (%j) says plainly that it cannot work there, and loads nothing again", async (headers) => {
    const { answer, page } = await askIn(headers);
    expect(answer.status).toBe(503);
    expect(page).toContain("<h1>Please open the CRM in a tab of its own</h1>");
    expect(page).toContain('target="_blank"');
    expect(page).toContain(encodeURIComponent("/contacts?page=2"));
    expect(page).not.toMatch(/<script|http-equiv/);
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors *");
  });

  it("of the CRM's own page is the refusal, and nobody else's frame may show it", async () => {
    const { answer, page } = await askIn({ "sec-fetch-site": "same-origin" });
    expect(page).toContain('data-reason="limit_reached"');
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'self'");
  });
});
