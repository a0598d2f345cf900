/** Has Miniflare start its workerd by bound-workerd.sh: it ends with this process, however that ends. */
import { createRequire } from "node:module";
import { join } from "node:path";

/** Answers the variables that Miniflare gives its runtime; its process id will stand in `pidFile`. */
export function bindWorkerd(pidFile: string): { HOTSEAT_WORKERD: string; HOTSEAT_WORKERD_PID_FILE: string } {
  process.env.MINIFLARE_WORKERD_PATH = join(import.meta.dirname, "bound-workerd.sh");
  const miniflare = createRequire(import.meta.url).resolve("miniflare");
  return { HOTSEAT_WORKERD: createRequire(miniflare)("workerd").default, HOTSEAT_WORKERD_PID_FILE: pidFile };
}
