/** What `npm start` prints when all is ready: where to go, as whom, and what to try. */
import { relative } from "node:path";
import type { DemoUser } from "../../test/fixtures/demo-crm/demo-crm.ts";
import type { TenantRow } from "../../worker/registry/tenant-row.ts";

/** The CRM behind the gate. */
export interface Standing {
  origin: string;
  /** As the person named it: a preset's name, or a file. */
  preset: string;
  /** What PRESET is: the name, or the file's JSON. */
  presetText: string;
  /** Who can sign in, when it is the demo; null when it is the person's own CRM. */
  demoUsers: readonly DemoUser[] | null;
}

/** Set by `npm run dev`: the person has read the welcome. */
export const AGAIN = "HOTSEAT_DEV_AGAIN";

export interface Welcome {
  url: string;
  standing: Standing;
  limit: number;
  /** The demo has ninety days of made-up use. */
  hasPast: boolean;
  folders: { chrome: string; firefox: string };
  readyMs: number;
}

const MAY: Record<DemoUser["role"], string> = {
  sales: "works, one seat",
  accounts: "licence manager: works, raises the limit, frees seats",
  admin: "administrator: may all that a licence manager may",
  support: "support: never counted or refused, lowers the limit",
};

const seats = (count: number): string => (count === 1 ? "1 seat" : `${count} seats`);

function usersTable(users: readonly DemoUser[]): string[] {
  const rows = [["Login", "Password", "Name", "May"], ...users.map((u) => [u.login, u.password, u.name, MAY[u.role]])];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}

/** The whole text, ready to print. */
export function describeWelcome({ url, standing, limit, hasPast, folders, readyMs }: Welcome): string {
  const from = (folder: string) => relative(process.cwd(), folder) || folder;
  const { origin, preset, demoUsers } = standing;
  const lines = [
    "",
    `Hotseat is ready (${(readyMs / 1_000).toFixed(1)} s).`,
    "",
    `  Open            ${url}`,
    `  Limit           ${seats(limit)}; licence managers raise it, support lowers it`,
    `  Administration  ${url}/.hotseat/admin`,
    demoUsers === null
      ? `  Behind it       ${origin}, asked as ${preset}`
      : `  Behind it       Larch CRM, a demo, at ${origin} (that address goes round the gate)`,
    ...(hasPast && demoUsers !== null
      ? ["  Its past        ninety days of made-up use and refusals; without: npm start -- --fresh --no-history"]
      : []),
    "",
    ...(demoUsers === null
      ? ["  Sign in as you always do. --managers and --support name people with more rights than the CRM gives them."]
      : usersTable(demoUsers)),
    "",
    "  The extension, to load by hand:",
    `    Chrome, Edge  chrome://extensions, switch on "Developer mode", "Load unpacked", choose ${from(folders.chrome)}`,
    `    Firefox       about:debugging#/runtime/this-firefox, "Load Temporary Add-on", choose ${from(folders.firefox)}/manifest.json`,
    "    or let Hotseat open a browser that has it: npm start -- --browser chrome (or firefox)",
    "",
    "  Try: sign in as one person more than there are seats, each in another browser or profile.",
    "  Ctrl-C stops everything. npm start -- --help lists the options.",
    "",
  ];
  return lines.join("\n");
}

/** The same for whoever has read it. */
export const describeAgain = ({ url, readyMs }: Pick<Welcome, "url" | "readyMs">): string =>
  `\nHotseat is ready again (${(readyMs / 1_000).toFixed(1)} s): ${url}\n`;

export interface TenantsWelcome {
  url: string;
  tenants: readonly TenantRow[];
  readyMs: number;
}

/** What `npm start -- --registry` prints when all is ready. */
export function describeTenants({ url, tenants, readyMs }: TenantsWelcome): string {
  const { port } = new URL(url);
  const addresses = tenants.flatMap(({ hosts, variables, suspendedAt }) =>
    hosts.map((host) => ({ address: `http://${host}:${port}`, crm: variables.CRM_ORIGIN ?? "", suspendedAt })),
  );
  const width = Math.max(...addresses.map(({ address }) => address.length));
  const lines = [
    "",
    `Hotseat is ready (${(readyMs / 1_000).toFixed(1)} s).`,
    "",
    ...addresses.map(
      ({ address, crm, suspendedAt }) =>
        `  ${address.padEnd(width)}  ${suspendedAt === null ? `in front of ${crm}` : "suspended"}`,
    ),
    "",
    "  Names that end in .localhost lead to this machine in every browser; for others see /etc/hosts.",
    "  npm run tenant -- list shows the registry meanwhile, and changes it while this does not run.",
    "  Ctrl-C stops everything. npm start -- --help lists the options.",
    "",
  ];
  return lines.join("\n");
}
