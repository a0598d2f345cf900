/** Holds what the server answers against the document of its API, and remembers what it saw. */
import Ajv, { type ValidateFunction } from "ajv/dist/2020.js";
import { expect } from "vitest";

interface Media {
  schema: object;
  /** By the code of the problem. */
  examples?: Record<string, unknown>;
}
interface Operation {
  responses: Record<string, { content?: Record<string, Media>; headers?: object }>;
}
export interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

/** Readers leave unknown fields alone; here an answer's field that the document does not name is a fault of ours. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  if ("properties" in copy && !("additionalProperties" in copy)) copy.additionalProperties = false;
  return copy;
}

export class DocumentWitness {
  readonly #document: Document;
  readonly #ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true });
  readonly #known = new Map<string, ValidateFunction>();
  readonly seen = new Set<string>();

  constructor(document: Document) {
    this.#document = document;
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      this.#ajv.addSchema({ $id: name, ...(closed(schema) as object) });
    }
  }

  /** Every answer that the document promises, as `POST /path 200` and `POST /path 409 stale`. */
  get promised(): string[] {
    return Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { responses }]) =>
        Object.entries(responses).flatMap(([status, { content }]) => {
          const codes = Object.values(content ?? {}).flatMap(({ examples }) => Object.keys(examples ?? {}));
          const place = `${method.toUpperCase()} ${path} ${status}`;
          return codes.length === 0 ? [place] : codes.map((code) => `${place} ${code}`);
        }),
      ),
    );
  }

  /** Fails when the document does not say that this may be the answer. */
  async see(method: string, path: string, response: Response): Promise<unknown> {
    const place = `${method} ${path} ${response.status}`;
    const answer = this.#document.paths[path]?.[method.toLowerCase()]?.responses[String(response.status)];
    expect(answer, place).toBeDefined();
    const type = response.headers.get("content-type") ?? "";
    if (answer !== undefined && answer.content === undefined) {
      expect([place, await response.text()]).toEqual([place, ""]);
      for (const name of Object.keys(answer.headers ?? {}))
        expect(response.headers.has(name), `${place} ${name}`).toBe(true);
      this.seen.add(place);
      return null;
    }
    const media = answer?.content?.[type];
    expect(media, `${place} as ${type}`).toBeDefined();
    if (answer?.headers !== undefined && "retry-after" in answer.headers && [429, 503].includes(response.status)) {
      expect(response.headers.get("retry-after"), place).toMatch(/^[1-9]\d*$/);
    }
    if (!type.includes("json")) {
      this.seen.add(place);
      return response.text();
    }
    const body: unknown = await response.json();
    const code = type.includes("problem") ? ` ${(body as { code?: string }).code}` : "";
    if (code !== "") expect(Object.keys(media?.examples ?? {}), place).toContain(code.trim());
    this.seen.add(place + code);
    const isValid = this.#validatorOf(media?.schema ?? {});
    expect(isValid(body) ? [] : isValid.errors, `${place} ${JSON.stringify(body).slice(0, 500)}`).toEqual([]);
    return body;
  }

  #validatorOf(schema: object): ValidateFunction {
    const text = JSON.stringify(schema).replaceAll('"#/components/schemas/', '"');
    const made = this.#known.get(text) ?? this.#ajv.compile(JSON.parse(text));
    this.#known.set(text, made);
    return made;
  }
}
