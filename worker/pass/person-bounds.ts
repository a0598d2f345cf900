/** Names are cut to this, so that the identity cookie stays under its bound whatever the script. */
export const NAME_MAX_CHARS = 80;

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
