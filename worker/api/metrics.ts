/** M1: the metrics in the text format of Prometheus, for tokens of the policy `metrics`. No label holds a person. */
import { Hono } from "hono";
import { problemResponse } from "./answer.ts";
import type { ApiEnv, ApiPorts } from "./api-request.ts";
import { METRICS_PATH, METRICS_TYPE } from "./endpoints.ts";
import { writeMetrics } from "./metrics-text.ts";
import { readBearerToken } from "./token-access.ts";

export function createMetrics({ tenant }: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.get(METRICS_PATH, async (c) => {
    try {
      const token = await readBearerToken(c.req.raw, tenant, ["metrics"]);
      if (!token.ok) {
        const { error } = token;
        return problemResponse(error, error.code === "signed_out" ? { "www-authenticate": "Bearer" } : {});
      }
      const text = writeMetrics(await tenant.readMetrics());
      return new Response(text, { headers: { "content-type": METRICS_TYPE, "cache-control": "no-store" } });
    } catch (error) {
      console.error("The tenant did not answer metrics:", error);
      return problemResponse({ code: "busy", detail: "The licence service did not answer. Please try again." });
    }
  });
  return app;
}
