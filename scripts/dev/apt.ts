/** Debian's package manager, for what the tests and `npm start` need of the machine. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Whether packages can be installed without asking anybody: as root, on a Debian. */
export const canInstall = (): boolean => process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");

/** Null when it worked, otherwise the last line of what apt-get said. */
export function aptInstall(packages: readonly string[]): string | null {
  const apt = (...args: string[]) =>
    spawnSync("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=300", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", "pipe", "pipe"],
      encoding: "utf8",
      timeout: 600_000,
    });
  // First, since old lists install old versions where they still can. Without a network, what is listed may do.
  apt("update");
  const { status, stdout, stderr } = apt("install", "-y", "--no-install-recommends", ...packages);
  if (status === 0) return null;
  return `${stdout}\n${stderr}`.trim().split("\n").at(-1) ?? null;
}
