/** M1: the metrics in the text format of Prometheus, for tokens of the policy `metrics`. No label holds a person. */
import { Hono } from "hono";
import { ok } from "../../shared/result.ts";
import type { ApiEnv, ApiPorts } from "./api-request.ts";
import { METRICS_ENDPOINT, METRICS_TYPE } from "./endpoints.ts";
import { writeMetrics } from "./metrics-text.ts";
import { answerToken } from "./pipeline.ts";

export function createMetrics({ tenant }: ApiPorts): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>();
  app.get(METRICS_ENDPOINT.path, (c) =>
    answerToken(c, tenant, METRICS_ENDPOINT, async () => {
      const text = writeMetrics(await tenant.readMetrics());
      return ok(new Response(text, { headers: { "content-type": METRICS_TYPE, "cache-control": "no-store" } }));
    }),
  );
  return app;
}
