/** Where the docs lead: links to files and headings of the project, and the files and folders that they name. */
import { dirname, normalize } from "node:path";

/** What stands in code is no link. */
const withoutCode = (text: string): string => text.replace(/```[\s\S]*?```/g, "").replace(/`[^`\n]*`/g, "");

const LINK = /(?:\]\(|(?:src|srcset|href)=")([^)"\s]+)/g;
const OUTSIDE = /^(?:https?|mailto|data):/;

/** As the public hosts make it of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");

const anchorsIn = (text: string): Set<string> =>
  new Set(
    [...text.replace(/```[\s\S]*?```/g, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading)),
  );

/** Links of `pages` (Markdown by path) that lead to no file, or to no heading of one. */
export function findBrokenLinks(pages: ReadonlyMap<string, string>, isThere: (path: string) => boolean): string[] {
  return [...pages].flatMap(([page, text]) =>
    [...withoutCode(text).matchAll(LINK)].flatMap(([, link = ""]) => {
      if (OUTSIDE.test(link)) return [];
      const [path = "", anchor] = link.split("#");
      const target = path === "" ? page : normalize(`${dirname(page)}/${path}`);
      const linked = pages.get(target);
      const leads = isThere(target) && (anchor === undefined || linked === undefined || anchorsIn(linked).has(anchor));
      return leads ? [] : [`${page}: ${link}`];
    }),
  );
}

/** A path of the tree in code, such as `worker/gate/classify.ts` or `worker/admin/words/`. */
const NAMED = /`((?:worker|shared|extension|scripts|test|docs)\/[\w./-]*)`/g;

/** Files and folders that `pages` name and that are not there. */
export const findLostPaths = (pages: ReadonlyMap<string, string>, isThere: (path: string) => boolean): string[] =>
  [...pages].flatMap(([page, text]) =>
    [...text.matchAll(NAMED)].flatMap(([, path = ""]) => (isThere(path) ? [] : [`${page}: ${path}`])),
  );
