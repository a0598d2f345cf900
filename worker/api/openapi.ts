/** The OpenAPI document of the API, made from the schemas by which requests are read (P6). */
import * as z from "zod/mini";
import { PROBLEMS, ProblemBody, type ProblemCode, problemBody } from "../../shared/problem.ts";
import { BODY_MAX_BYTES } from "../../shared/protocol.ts";
import { descriptionOf } from "./descriptions.ts";
import type { Endpoint, Message } from "./endpoint.ts";
import { ENDPOINTS } from "./endpoints.ts";
import { READ_CSV_TYPE } from "./read-endpoints.ts";
import { SCIM_TAG, scimMessages, scimPaths } from "./scim/scim-document.ts";

type Json = Record<string, unknown>;

const INSTANCE = "urn:uuid:5b1f5a52-6c0e-4d3e-9a59-0b8f6f1f3a77";
const PROBLEM_TYPE = "application/problem+json";

const DESCRIPTION = `Who has a seat, who waits, what is agreed. Times travel as ages in ms, never as clocks.

Messages are JSON of at most ${BODY_MAX_BYTES} bytes; an unknown field is refused. What cannot be answered is a problem
(RFC 9457), told apart by its \`code\`. Every address takes one method and answers others with 405 and \`Allow\`. A program
ignores fields of an answer that it does not know: newer versions may add some.

The addresses of SCIM 2.0 (RFC 7643, 7644) take several methods, take names of fields in any case, ignore what they do not
keep, and answer faults in SCIM's own words; SCIM also describes itself, at \`/.hotseat/scim/v2/Schemas\`.

A request that changes anything is taken only from the CRM's own pages and from browser extensions, by \`Origin\`.`;

const TAGS: Record<Endpoint["tag"], string> = {
  Seats: "The person's own seat: for the extension and the pages.",
  Administration: "For licence managers, admins and support.",
  "Native clients": "Desktop and mobile clients, mail plug-ins, bridges: with a token.",
  Reading: "The records, for spreadsheets, ITAM tools and data warehouses: with a token of the policy `read`.",
  Operation: "For those who run Hotseat.",
};

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** By which of its fields a change or a window is told from others; part of the path of the others. */
const KINDS = ["what", "kind", "do"];

/** Every property within `schema`, with its path from the name of the message on. */
export function* propertiesOf(schema: Json, path: readonly string[]): Generator<{ path: string[]; property: Json }> {
  const {
    properties = {},
    items,
    anyOf = [],
    oneOf = [],
  } = schema as Record<string, never> & {
    properties?: Record<string, Json>;
    items?: Json;
    anyOf?: Json[];
    oneOf?: Json[];
  };
  const kind = KINDS.map((name) => properties[name]?.const).find((value) => typeof value === "string");
  const here = typeof kind === "string" ? [...path, kind] : path;
  for (const [name, property] of Object.entries(properties)) {
    yield { path: [...here, name], property };
    yield* propertiesOf(property, [...here, name]);
  }
  for (const part of [...(items === undefined ? [] : [items]), ...anyOf, ...oneOf]) yield* propertiesOf(part, path);
}

function schemaOf(schema: z.ZodMiniType, name: string): Json {
  const made = z.toJSONSchema(schema, {
    io: "input",
    override: ({ jsonSchema }) => {
      // Every whole number of the wire is one that a double holds; the document says so once.
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  const { $schema: _, "~standard": __, ...rest } = made as Json;
  for (const { path, property } of propertiesOf(rest, [name])) {
    const found = descriptionOf(path);
    if (found !== null) property.description = found.text;
  }
  return rest;
}

function problemsOf(endpoint: Endpoint): Json {
  const byStatus = Map.groupBy(endpoint.problems, (code) => PROBLEMS[code].status);
  const answers = [...byStatus].map(([status, codes]) => {
    const retry = codes.some((code) => code === "busy" || code === "too_soon");
    const header = { description: "Seconds after which asking again makes sense.", schema: { type: "integer" } };
    return [
      String(status),
      {
        description: codes.map((code) => PROBLEMS[code].title).join(", or: "),
        ...(retry ? { headers: { "retry-after": header } } : {}),
        content: { [PROBLEM_TYPE]: { schema: ref("Problem"), examples: examplesOf(codes) } },
      },
    ];
  });
  return Object.fromEntries(answers);
}

const examplesOf = (codes: readonly ProblemCode[]): Json =>
  Object.fromEntries(
    codes.map((code) => [code, { value: problemBody({ code, detail: `${PROBLEMS[code].title}.` }, INSTANCE) }]),
  );

const contentOf = ({ name, example }: Message): Json => ({ "application/json": { schema: ref(name), example } });

/** A field without a value. */
const parameterOf = ({ field }: { field: string }): Json => ({
  name: field,
  in: "query",
  required: false,
  allowEmptyValue: true,
  description: "Said by senders that read no answer, such as a page that goes.",
  schema: { type: "string", enum: [""] },
});
const LOCATION: Json = { location: { description: "Where it leads.", schema: { type: "string" } } };

const textOf = (type: string, example: string): Json => ({ [type]: { schema: { type: "string" }, example } });

const NEXT: Json = {
  link: { description: "The address of the next page, where there is one (RFC 8288).", schema: { type: "string" } },
};

function operationOf(endpoint: Endpoint): Json {
  const { id, tag, summary, description, access, body, answer, leadsOn, query = [], csv } = endpoint;
  const content = "type" in answer ? textOf(answer.type, answer.example) : contentOf(answer);
  const parameters = [
    ...(leadsOn === undefined ? [] : [parameterOf(leadsOn)]),
    ...query.map((field) => ({ required: false, ...field, in: "query" })),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: access === "none" ? [] : [{ [access]: [] }],
    ...(body === null ? {} : { requestBody: { required: true, content: contentOf(body) } }),
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: {
      200: {
        description: "What was asked for.",
        ...(csv === undefined ? {} : { headers: NEXT }),
        content: { ...content, ...(csv === undefined ? {} : textOf(READ_CSV_TYPE, csv)) },
      },
      ...(leadsOn === undefined ? {} : { 303: { description: leadsOn.description, headers: LOCATION } }),
      ...problemsOf(endpoint),
    },
  };
}

function describe(): Json {
  const messages = ENDPOINTS.flatMap(({ body, answer }) => [
    ...(body === null ? [] : [body]),
    ...("type" in answer ? [] : [answer]),
  ]);
  const schemas = Object.fromEntries(
    [...messages, ...scimMessages()].map(({ name, schema }) => [name, schemaOf(schema, name)]),
  );
  return {
    openapi: "3.1.1",
    info: {
      title: "Hotseat",
      version: "1",
      summary: "Concurrent licences for web CRMs.",
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "The CRM's own host." }],
    tags: [...Object.entries(TAGS).map(([name, description]) => ({ name, description })), SCIM_TAG],
    paths: {
      ...Object.fromEntries(
        ENDPOINTS.map((endpoint) => [endpoint.path, { [endpoint.method.toLowerCase()]: operationOf(endpoint) }]),
      ),
      ...scimPaths(),
    },
    components: {
      securitySchemes: {
        who: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-hotseat-who",
          description:
            "Says who the person is. Hotseat sets it when somebody who is signed in to the CRM is let in or refused.",
        },
        token: {
          type: "http",
          scheme: "bearer",
          description: "A token `hs_…` that a manager made; it counts only at the addresses of its own policy.",
        },
      },
      schemas: { ...schemas, Problem: schemaOf(ProblemBody, "Problem") },
    },
  };
}

let made: Json | null = null;

/** The document; made once per isolate. */
export function apiDocument(): Json {
  made ??= describe();
  return made;
}

let written: string | null = null;

/** The same as text: half a megabyte, for which anybody may ask. */
export function apiDocumentText(): string {
  written ??= JSON.stringify(apiDocument());
  return written;
}
