/**
 * Paths as a preset names them: `/login` exactly, `/assets/*` all below, `/lib/*.js` all such files below,
 * `/:database/bus` any one segment.
 */

export type PathTest = (path: string) => boolean;

/** What a path of a preset must look like, for its error message. */
export const PATH_FORM = "a path such as /login, /assets/*, /lib/*.js or /:database/bus";
const FORM = /^\/(?:[^\s?#*:]|:[a-z]+(?=\/|$))*(?:\*(?:\.[a-z0-9]+)?)?$/;
const FILES = /^([^:*]*)\*(\.[a-z0-9]+)$/;

export const isPathPattern = (pattern: string): boolean => FORM.test(pattern);

/** One test for many patterns; exact ones cost a single look-up however many there are. */
export function compilePaths(patterns: readonly string[]): PathTest {
  const exact = new Set(patterns.filter((pattern) => !/[:*]/.test(pattern)));
  const prefixes = patterns.filter((pattern) => /^[^:]*\*$/.test(pattern)).map((pattern) => pattern.slice(0, -1));
  const files = patterns.flatMap((pattern) => {
    const [, folder, ending] = FILES.exec(pattern) ?? [];
    return folder === undefined || ending === undefined ? [] : [{ folder, ending }];
  });
  const shapes = patterns.filter((pattern) => pattern.includes(":")).map(compileShape);
  return (path) =>
    exact.has(path) ||
    prefixes.some((prefix) => path.startsWith(prefix)) ||
    files.some(({ folder, ending }) => isFileIn(path, folder, ending)) ||
    shapes.some((shape) => shape.test(path));
}

/** A file, not a program that is given one: servers treat `/index.php/x.js` as a call of the program. */
function isFileIn(path: string, folder: string, ending: string): boolean {
  if (!path.endsWith(ending) || !path.startsWith(folder) || path.length <= folder.length + ending.length) return false;
  return !path.slice(folder.length, path.lastIndexOf("/") + 1).includes(".");
}

function compileShape(pattern: string): RegExp {
  const source = pattern
    .split("/")
    .map((segment) => (segment.startsWith(":") ? "[^/]+" : escapeShape(segment)))
    .join("/");
  return new RegExp(`^${source.endsWith("*") ? source.slice(0, -1) : `${source.replace("*", "[^.]+")}$`}`);
}

const escapeShape = (segment: string): string => segment.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
