/** The values of which presets are made: names, paths, patterns, places in an answer. */
import * as z from "zod/mini";
import { isPointer, POINTER_FORM } from "../../config/json-pointer.ts";
import { TextPattern } from "./html-extract.ts";
import { isPathPattern, PATH_FORM } from "./path-pattern.ts";
import { isPublicPattern, PUBLIC_FORM } from "./public-pattern.ts";
import { isSafeRegex, SAFE_REGEX_FORM } from "./safe-regex.ts";
import type { Json } from "./template.ts";

export const must = <T>(test: (value: T) => boolean, error: string) => z.refine<T>(test, { error });
export const whole = (low: number, high: number) =>
  z
    .number()
    .check(
      must(
        (value) => Number.isInteger(value) && value >= low && value <= high,
        `must be a whole number from ${low} to ${high}`,
      ),
    );
export const someOf = <T extends z.ZodMiniType>(item: T) => z.array(item).check(z.minLength(1));

export const Words = z.string().check(must((text) => text !== "", "must not be empty"));
export const PathPattern = z.string().check(must(isPathPattern, `must be ${PATH_FORM}`));
export const PublicPattern = z.string().check(must(isPublicPattern, `must be ${PUBLIC_FORM}`));
export const Pointer = z.string().check(must(isPointer, `must be ${POINTER_FORM}`));
export const Pattern = z.string().check(must(isSafeRegex, SAFE_REGEX_FORM));
export const Method = z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]);
export const HeaderName = z
  .string()
  .check(must((name) => /^[a-z][a-z0-9-]*$/.test(name), "must be a header's name in lower case"));
export const CookieName = z
  .string()
  .check(must((name) => /^[^\s=;,"]+$/.test(name), "must be a cookie's name, without spaces, = ; , and quotes"));
export const Headers = z.record(HeaderName, z.string());
export const MediaType = z
  .string()
  .check(must((text) => /^[a-z]+\/[a-z0-9.+-]+$/.test(text), "must be in lower case, as text/html"));
export const Template: z.ZodMiniType<Json> = z.json() as z.ZodMiniType<Json>;
export const CaptureName = z.string().check(must((name) => /^[a-zA-Z]+$/.test(name), "must be a name of letters"));

export const Path = z.string().check(must((path) => path.startsWith("/"), "must be a path that begins with /"));
/** Values of an answer, by a name that the following steps may use. */
export const Captures = z.record(
  CaptureName,
  z.strictObject({ pointer: z.optional(Pointer), text: z.optional(TextPattern) }),
);
