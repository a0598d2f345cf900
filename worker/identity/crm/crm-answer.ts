/** An answer of the CRM to a question of ours: read within bounds, tested by a preset's conditions. */
import { readPointer } from "../../config/json-pointer.ts";
import type { HeaderReader } from "../../http/named-headers.ts";
import { extractHtml } from "../preset/html-extract.ts";
import type { Condition, Extract } from "../preset/question-schema.ts";

export interface CrmAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** undefined when the text is no JSON. */
  json: unknown;
}

/** What is known of an answer whose body is not read: it streams on to the visitor. */
export interface AnswerHead {
  status: number;
  headers: HeaderReader;
}

export class AnswerTooLarge extends Error {}

/** Reads the whole answer; throws `AnswerTooLarge` when it is larger than `maxBytes`. */
export async function readCrmAnswer(response: Response, maxBytes: number): Promise<CrmAnswer> {
  const { status, headers } = response;
  const text = response.body === null ? "" : await readText(response.body, maxBytes);
  let json: unknown;
  try {
    json = parseExactly(text);
  } catch {
    json = undefined;
  }
  return { status, headers, text, json };
}

/** Whole numbers that would be rounded become texts: two people's ids may differ by the last digit alone (L1). */
const parseExactly = (text: string): unknown =>
  LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
const LONG_NUMBER = /\d{16}/;

const keepDigits = (_: string, value: unknown, { source }: { source?: string } = {}): unknown =>
  isRounded(value) && source !== undefined && /^-?\d+$/.test(source) ? source : value;

/** Whether it may stand for other whole numbers, too. */
export const isRounded = (value: unknown): boolean => Number.isInteger(value) && !Number.isSafeInteger(value);

async function readText(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<string> {
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      await reader.cancel().catch(() => undefined);
      throw new AnswerTooLarge(`the CRM's answer is larger than ${maxBytes} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Whether all that the condition says holds of the answer. */
export function holds(condition: Condition, answer: CrmAnswer): boolean {
  if (!holdsOfHead(condition, answer)) return false;
  const { body, pointer, equals } = condition;
  if (body !== undefined && !answer.text.includes(body)) return false;
  if (pointer === undefined) return true;
  const value = readPointer(answer.json, pointer);
  if (value === undefined || value === null) return false;
  return equals === undefined || equals === value;
}

/** As far as status and headers tell. */
export function holdsOfHead(condition: Condition, { status, headers }: AnswerHead): boolean {
  const { location, contentType } = condition;
  if (condition.status !== undefined && condition.status !== status) return false;
  if (location !== undefined && headers.get("location")?.includes(location) !== true) return false;
  return contentType === undefined || headers.get("content-type")?.toLowerCase().startsWith(contentType) === true;
}

/** The value that the preset asks for; undefined or null where the answer has none. */
export function extract(source: Extract, answers: readonly CrmAnswer[]): unknown {
  const answer = answers[source.step];
  if (answer === undefined) return undefined;
  if (source.pointer !== undefined) return readPointer(answer.json, source.pointer);
  if (source.text !== undefined) return extractHtml(answer.text, source.text);
  return source.header === undefined ? undefined : answer.headers.get(source.header);
}
