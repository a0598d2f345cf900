/** Reads a TypeScript source just well enough to tell code, strings and comments apart. */

export interface SourceText {
  /** Without comments; strings kept. */
  uncommented: string;
  /** Without comments and without what stands in strings and regular expressions; code in template holes kept. */
  bare: string;
  /** What stands in strings and templates, one entry each. */
  strings: string[];
}

/** A slash after one of these begins a regular expression, otherwise it divides. */
const BEFORE_REGEX = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|in|of))\s*$/;

/** Splits a source. Unfinished strings end with the text. */
export function readSource(text: string): SourceText {
  let uncommented = "";
  let bare = "";
  const strings: string[] = [];
  /** How many braces are open within each template hole we are in. */
  const holes: number[] = [];
  let at = 0;
  const keep = (piece: string) => {
    uncommented += piece;
    bare += piece;
  };

  /** Takes a string, template piece or regular expression up to its end; returns how it ended. */
  const takeQuoted = (end: string): "closed" | "hole" => {
    let content = "";
    let inClass = false;
    while (at < text.length) {
      const char = text.charAt(at);
      if (char === "\\") {
        content += text.slice(at, at + 2);
        at += 2;
        continue;
      }
      if (end === "`" && text.startsWith("${", at)) break;
      if (end === "/" && char === "[") inClass = true;
      if (end === "/" && char === "]") inClass = false;
      if (char === end && !inClass) break;
      content += char;
      at += 1;
    }
    uncommented += content;
    if (end !== "/") strings.push(content);
    const hole = text.startsWith("${", at) && end === "`";
    keep(hole ? "${" : text.slice(at, at + 1));
    at += hole ? 2 : 1;
    return hole ? "hole" : "closed";
  };

  while (at < text.length) {
    const char = text.charAt(at);
    if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at);
      at = end === -1 ? text.length : end;
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      at = end === -1 ? text.length : end + 2;
      keep(" ");
    } else if (char === '"' || char === "'" || char === "`" || (char === "/" && BEFORE_REGEX.test(bare.slice(-40)))) {
      keep(char);
      at += 1;
      if (takeQuoted(char) === "hole") holes.push(0);
    } else if (char === "}" && holes.at(-1) === 0) {
      holes.pop();
      keep(char);
      at += 1;
      if (takeQuoted("`") === "hole") holes.push(0);
    } else {
      const last = holes.length - 1;
      if (last >= 0 && char === "{") holes[last] = (holes[last] ?? 0) + 1;
      if (last >= 0 && char === "}") holes[last] = (holes[last] ?? 0) - 1;
      keep(char);
      at += 1;
    }
  }
  return { uncommented, bare, strings };
}

const IMPORTS = [
  /\b(?:import|export)\b[^;"'`()]*?\bfrom\s*(["'])([^"'\n]+)\1/g,
  /\bimport\s*(["'])([^"'\n]+)\1/g,
  /\bimport\s*\(\s*(["'])([^"'\n]+)\1/g,
];

/** The specifiers a source imports or re-exports, in no order: static, for their effect, and by `import()`. */
export function readImports({ uncommented }: SourceText): string[] {
  return IMPORTS.flatMap((pattern) => [...uncommented.matchAll(pattern)].map((match) => match[2] ?? ""));
}
