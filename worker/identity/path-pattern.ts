/** Paths as a preset names them: `/login` exactly, `/assets/*` all below, `/:database/bus` any one segment. */

export type PathTest = (path: string) => boolean;

/** What a path of a preset must look like, for its error message. */
export const PATH_FORM = "a path such as /login, /assets/* or /:database/bus";
const FORM = /^\/(?:[^\s?#*:]|:[a-z]+(?=\/|$))*\*?$/;

export const isPathPattern = (pattern: string): boolean => FORM.test(pattern);

/** One test for many patterns; exact ones cost one look-up however many there are. */
export function compilePaths(patterns: readonly string[]): PathTest {
  const exact = new Set(patterns.filter((pattern) => !/[:*]/.test(pattern)));
  const prefixes = patterns.filter((pattern) => /^[^:]*\*$/.test(pattern)).map((pattern) => pattern.slice(0, -1));
  const shapes = patterns.filter((pattern) => pattern.includes(":")).map(compileShape);
  return (path) =>
    exact.has(path) || prefixes.some((prefix) => path.startsWith(prefix)) || shapes.some((shape) => shape.test(path));
}

function compileShape(pattern: string): RegExp {
  const source = pattern
    .split("/")
    .map((segment) => (segment.startsWith(":") ? "[^/]+" : escapeShape(segment)))
    .join("/");
  return new RegExp(`^${source.endsWith("*") ? source.slice(0, -1) : `${source}$`}`);
}

const escapeShape = (segment: string): string => segment.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
