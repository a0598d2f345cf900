/** The preset's matchers, compiled: which requests are public, login, logout, background. */
import { readPointer } from "../identity/json-pointer.ts";
import { compilePaths, isDoubtfulPath, type PathTest } from "../identity/path-pattern.ts";
import type { Matcher, Preset, RefusalAnswer } from "../identity/preset-schema.ts";

/** What a request is to the preset, beside its session. */
export type Meaning = "login" | "logout" | "public" | "protected";

export interface Rules {
  /** By method and path alone; `ask_body` where only the body tells. */
  meaningOf(method: string, path: string): Meaning | "ask_body";
  /** For a request whose body had to be asked; `body` is undefined when it is no JSON. */
  meaningOfBody(method: string, path: string, body: unknown): Meaning;
  isBackground(path: string): boolean;
  refusalFor(path: string): RefusalAnswer;
  /** The id of a request's body that its refusal repeats; null when there is none. */
  readRequestId(body: unknown): string | number | null;
}

interface Kind {
  meaning: Meaning;
  matchers: { matcher: Matcher; fits: PathTest }[];
}

export function compileRules(preset: Preset): Rules {
  const compile = (meaning: Meaning, matchers: readonly Matcher[]): Kind => ({
    meaning,
    matchers: matchers.map((matcher) => ({ matcher, fits: compilePaths([matcher.path]) })),
  });
  const kinds = [
    compile("logout", preset.logout),
    compile("login", preset.login),
    compile("public", preset.publicCalls ?? []),
  ].filter(({ matchers }) => matchers.length > 0);
  const isPublicPath = compilePaths(preset.paths.public);
  const isBackground = compilePaths(preset.paths.background);
  const isWatched = compilePaths(kinds.flatMap(({ matchers }) => matchers.map(({ matcher }) => matcher.path)));
  const { requestId } = preset.refusal;
  const exceptions = (preset.refusal.exceptions ?? []).map(({ paths, answer }) => ({
    fits: compilePaths(paths),
    answer,
  }));

  const matching = (method: string, path: string): { meaning: Meaning; matcher: Matcher }[] =>
    kinds.flatMap(({ meaning, matchers }) =>
      matchers
        .filter(({ matcher, fits }) => (matcher.method === undefined || matcher.method === method) && fits(path))
        .map(({ matcher }) => ({ meaning, matcher })),
    );

  const byPath = (path: string): Meaning => (isPublicPath(path) && !isDoubtfulPath(path) ? "public" : "protected");

  return {
    meaningOf(method, path) {
      if (isWatched(path)) {
        const candidates = matching(method, path);
        const sure = candidates.find(({ matcher }) => matcher.pointer === undefined);
        if (sure !== undefined) return sure.meaning;
        if (candidates.length > 0) return "ask_body";
      }
      return byPath(path);
    },
    meaningOfBody(method, path, body) {
      const match = matching(method, path).find(({ matcher }) => {
        const value = matcher.pointer === undefined ? undefined : readPointer(body, matcher.pointer);
        return typeof value === "string" && matcher.oneOf?.includes(value) === true;
      });
      return match?.meaning ?? byPath(path);
    },
    isBackground,
    refusalFor: (path) => exceptions.find(({ fits }) => fits(path))?.answer ?? preset.refusal.background,
    readRequestId(body) {
      const id = requestId === undefined ? undefined : readPointer(body, requestId);
      return typeof id === "string" || typeof id === "number" ? id : null;
    },
  };
}
