/** Names are cut to this, so that the identity cookie stays under its bound whatever the script. */
const NAME_MAX_CHARS = 80;

/**
 * What turns the direction of the text after it or is seen by nobody, so that a name may look like another one. Those that
 * join stay: emoji, Persian and Indian scripts are written with them, and some flags with tags.
 */
const UNSEEN = /(?!\u200c|\u200d|[\u{e0020}-\u{e007f}])\p{Cf}/gu;
/** No script stacks as many; more of them would cover the lines above and below. */
const STACKED_MARKS = /(\p{M}{8})\p{M}+/gu;

/** L1.8: a name as it is shown everywhere: in one line. Empty where nothing of it would be seen. */
export function shownName(name: string): string {
  const line = name
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(UNSEEN, "")
    .replace(STACKED_MARKS, "$1");
  return Array.from(line.trim()).slice(0, NAME_MAX_CHARS).join("");
}

const GROUPS_MAX = 32;
const GROUP_MAX_CHARS = 100;
const GROUPS_MAX_BYTES = 1_200;

/** Names of roles and groups, each once, as many of the first as fit into the identity cookie. */
export function boundGroups(names: readonly string[]): string[] {
  const kept: string[] = [];
  for (const name of new Set(names)) {
    if (kept.length === GROUPS_MAX) break;
    if (name === "" || name.length > GROUP_MAX_CHARS) continue;
    if (new TextEncoder().encode(JSON.stringify([...kept, name])).length > GROUPS_MAX_BYTES) break;
    kept.push(name);
  }
  return kept;
}
