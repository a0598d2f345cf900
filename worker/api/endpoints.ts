/**
 * The contract of every address of the API: one table per door, by which the server answers (pipeline.ts) and from which
 * the API's document is made (openapi.ts). Each is complete by its type, so that an address without a description does
 * not compile.
 */
import * as z from "zod/mini";
import { API_PATH, OWN_PATH } from "../../shared/protocol.ts";
import { ADMIN_ENDPOINTS } from "./admin-endpoints.ts";
import { ASKED } from "./contract.ts";
import type { Endpoint } from "./endpoint.ts";
import * as example from "./examples.ts";
import { NATIVE_ENDPOINTS } from "./native-endpoints.ts";
import { READ_ENDPOINTS } from "./read-endpoints.ts";
import { EXPLAIN, SEAT_ENDPOINTS } from "./seat-endpoints.ts";

export const DOCUMENT_PATH = `${API_PATH}openapi.json`;
export const METRICS_PATH = `${OWN_PATH}metrics`;
export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export const METRICS_ENDPOINT: Endpoint = {
  method: "GET",
  path: METRICS_PATH,
  id: "metrics",
  tag: "Operation",
  summary: "Metrics in the text format of Prometheus.",
  description:
    "For a token of the policy `metrics`; every 30 seconds is often enough. docs/metrics.md names each metric.",
  access: "token",
  policies: ["metrics"],
  body: null,
  answer: { type: METRICS_TYPE, example: example.METRICS },
  problems: [...ASKED, "forbidden"],
};

const DOCUMENT: Endpoint = {
  method: "GET",
  path: DOCUMENT_PATH,
  id: "document",
  tag: "Operation",
  summary: "This document.",
  description: "The same for everybody; it tells nothing of a tenant.",
  access: "none",
  body: null,
  answer: {
    name: "Document",
    schema: z.looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) }),
    example: { openapi: "3.1.1", info: { title: "Hotseat" }, paths: {} },
  },
  problems: [],
};

/** In order of the document. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...Object.values(SEAT_ENDPOINTS),
  EXPLAIN,
  ...Object.values(ADMIN_ENDPOINTS),
  ...Object.values(NATIVE_ENDPOINTS),
  ...Object.values(READ_ENDPOINTS),
  METRICS_ENDPOINT,
  DOCUMENT,
];
