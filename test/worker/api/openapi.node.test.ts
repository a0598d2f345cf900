/** The document of the API, read by a linter of such documents, which also holds the examples against the schemas. */
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { BYE_PATH } from "../../../shared/reserved-path.ts";
import { DESCRIPTIONS, descriptionOf } from "../../../worker/api/descriptions.ts";
import { ENDPOINTS } from "../../../worker/api/endpoints.ts";
import { apiDocument, propertiesOf } from "../../../worker/api/openapi.ts";
import { SCIM_ENDPOINTS } from "../../../worker/api/scim/scim-endpoints.ts";

const lint = async (document: unknown) => {
  const config = await createConfig({
    extends: ["recommended-strict"],
    // The document itself is refused to nobody.
    rules: { "operation-4xx-response": "off" },
    telemetry: "off",
  });
  const found = await lintFromString({ source: JSON.stringify(document), config });
  return found.map(({ ruleId, message, location }) => `${ruleId} ${message} ${location[0]?.pointer}`);
};

test("[P6] the document is clean by the strict rules of its linter", { timeout: 60_000 }, async () => {
  expect(await lint(apiDocument())).toEqual([]);
});

test("[P6] the linter finds an example that its schema does not take, and a promise without a schema", async () => {
  const broken = structuredClone(apiDocument()) as {
    paths: Record<string, Record<string, { requestBody: { content: Record<string, { example: unknown }> } }>>;
    components: { schemas: Record<string, unknown> };
  };
  const claim = broken.paths["/.hotseat/api/claim"]?.post?.requestBody.content["application/json"];
  if (claim === undefined) throw new Error("the document has no claim");
  claim.example = { act: "wish" };
  delete broken.components.schemas.Problem;
  const faults = (await lint(broken)).join("\n");
  expect(faults).toMatch(/example/);
  expect(faults).toMatch(/Can't resolve \$ref|no-unresolved-refs/);
});

type Described = Record<string, unknown> & { description?: string };
const schemas = (apiDocument() as { components: { schemas: Record<string, Record<string, unknown>> } }).components
  .schemas;
const properties = Object.entries(schemas).flatMap(([name, schema]) => [...propertiesOf(schema, [name])]);

test("[P6] every property of every message says what it means, and every operation what one has to know", () => {
  expect(properties.length).toBeGreaterThan(200);
  const nameless = properties.filter(({ property }) => ((property as Described).description ?? "").length < 8);
  expect(nameless.map(({ path }) => path.join("."))).toEqual([]);
  const { paths } = apiDocument() as { paths: Record<string, Record<string, Described>> };
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  expect(operations).toHaveLength(ENDPOINTS.length + SCIM_ENDPOINTS.length);
  expect(operations.filter(({ description = "" }) => !/^[A-Z`].*\.$/.test(description))).toEqual([]);
});

test("[P6] no description is of a property that does not exist", () => {
  const used = new Set(properties.map(({ path }) => descriptionOf(path)?.key));
  expect(Object.keys(DESCRIPTIONS).filter((key) => !used.has(key))).toEqual([]);
});

test("[P6] every operation has an id and a path of its own", () => {
  const ids = [...ENDPOINTS, ...SCIM_ENDPOINTS].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ENDPOINTS.map(({ path }) => path)).size).toBe(ENDPOINTS.length);
});

test("[P6] [L9] the redirect of a goodbye is described, as it is answered", () => {
  type Operation = { operationId: string; parameters?: unknown[]; responses: Record<string, unknown> };
  const { paths } = apiDocument() as { paths: Record<string, Record<string, Operation>> };
  const leading = Object.values(paths)
    .flatMap((path) => Object.values(path))
    .filter(({ responses }) => "303" in responses);
  const [path, field] = BYE_PATH.split("?");
  expect(leading).toEqual([paths[path ?? ""]?.post]);
  expect(leading[0]?.parameters).toMatchObject([{ name: field, in: "query", allowEmptyValue: true }]);
  expect(leading[0]?.responses["303"]).toMatchObject({ headers: { location: {} } });
});
