/** L19: what a change of the settings replaces, and taking it back: so that what held before the oldest change that is kept is known. */
import type { Replaced } from "../event.ts";
import type { Assigned, Settings } from "./settings.ts";

/** Of a list, whom `after` has no more, and whom it has in addition. */
function parts(before: readonly Assigned[], after: readonly Assigned[]) {
  const ids = (list: readonly Assigned[]) => new Set(list.map(({ id }) => id));
  const [had, has] = [ids(before), ids(after)];
  return {
    gone: before.filter(({ id }) => !has.has(id)),
    come: after.filter(({ id }) => !had.has(id)).map(({ id }) => id),
  };
}

export function replacedBy(patch: Partial<Settings>, settings: Settings): Replaced {
  const { named, exempt, ...rest } = patch;
  const was: Replaced = Object.fromEntries(Object.keys(rest).map((key) => [key, settings[key as keyof Settings]]));
  if (named !== undefined) {
    const { gone, come } = parts(settings.named.assigned, named.assigned);
    was.named = { licences: settings.named.licences, assigned: gone, holders: come };
  }
  if (exempt !== undefined) {
    const { gone, come } = parts(settings.exempt, exempt);
    was.exempt = { exempt: gone, holders: come };
  }
  return was;
}

/** The settings before a change that replaced `was`. */
export function takeBack<S extends Pick<Settings, "named" | "exempt">>(
  settings: S,
  { named, exempt, ...rest }: Replaced,
): S {
  const undo = (list: readonly Assigned[], gone: readonly Assigned[], come: readonly string[]) => [
    ...list.filter(({ id }) => !come.includes(id)),
    ...gone,
  ];
  return {
    ...settings,
    ...rest,
    ...(named === undefined
      ? {}
      : {
          named: { licences: named.licences, assigned: undo(settings.named.assigned, named.assigned, named.holders) },
        }),
    ...(exempt === undefined ? {} : { exempt: undo(settings.exempt, exempt.exempt, exempt.holders) }),
  };
}
