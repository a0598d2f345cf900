/**
 * A strict reader of the text format of Prometheus, version 0.0.4: fails where a lenient one would guess.
 * https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md
 */

export interface Family {
  name: string;
  type: string;
  help: string;
  samples: { labels: Record<string, string>; value: number }[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const HELP = new RegExp(`^# HELP (${NAME}) (\\S.*)$`);
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{(.*)\\})? (\\S+)$`);
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y;
const NUMBER = /^[+-]?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Inf|NaN)$/;

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const match = LABEL.exec(text);
    if (match === null) throw new Error(`no labels: {${text}}`);
    const [, name = "", value = ""] = match;
    if (Object.hasOwn(labels, name)) throw new Error(`label ${name} twice`);
    labels[name] = value;
  }
  return labels;
}

/** Each metric: HELP, TYPE and its samples together, once; every sample once; a last line that ends. */
export function readExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  if (text.includes("\r")) throw new Error("a carriage return");
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let current: Family | null = null;
  let help: RegExpExecArray | null = null;
  for (const line of text.slice(0, -1).split("\n")) {
    const nextHelp = HELP.exec(line);
    if (nextHelp !== null) {
      if (help !== null) throw new Error(`HELP without TYPE before: ${line}`);
      help = nextHelp;
      continue;
    }
    const type = TYPE.exec(line);
    if (type !== null) {
      const [, name = "", kind = ""] = type;
      if (help?.[1] !== name) throw new Error(`no HELP right before: ${line}`);
      if (families.has(name)) throw new Error(`${name} comes twice`);
      if (kind === "counter" && !name.endsWith("_total")) throw new Error(`a counter is called ${name}`);
      current = { name, type: kind, help: help[2] ?? "", samples: [] };
      families.set(name, current);
      help = null;
      continue;
    }
    const sample = SAMPLE.exec(line);
    const [, name, labels = "", value = ""] = sample ?? [];
    if (sample === null || !NUMBER.test(value)) throw new Error(`no line of the format: ${line}`);
    if (current === null || help !== null || name !== current.name) throw new Error(`out of its place: ${line}`);
    const key = line.slice(0, line.lastIndexOf(" "));
    if (seen.has(key)) throw new Error(`${key} comes twice`);
    seen.add(key);
    current.samples.push({ labels: readLabels(labels), value: Number(value) });
  }
  for (const family of families.values()) {
    if (family.samples.length === 0) throw new Error(`${family.name} has no sample`);
  }
  return families;
}
