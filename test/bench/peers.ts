/**
 * What others pay who count seats before a CRM: nginx asks a small server by `auth_request` at each request, and that one
 * counts in Redis. Beside the same nginx without it, in the same run.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { aptInstall, canInstall } from "../../scripts/dev/apt.ts";
import { askPage } from "./browser.ts";
import { firstLine, startChild } from "./child.ts";
import { alternate, compare } from "./rounds.ts";
import type { Stage } from "./stage.ts";
import { count, type Row, ratioCells } from "./table.ts";

const PAGE = "/page/contacts";
const PEOPLE = 100;
const NAME = "nginx, auth_request, Redis";
/** Program to the Debian package that has it. */
const PROGRAMS = { nginx: "nginx-light", "redis-server": "redis-server" } as const;

export async function measurePeers({ tool, crmOrigin, quick }: Stage): Promise<Row[]> {
  const missing = ensurePrograms();
  if (missing !== null) return [{ name: NAME, measured: missing, ratio: "", spread: "", toReach: "told", ok: null }];
  const folder = mkdtempSync(join(tmpdir(), "hotseat-peers-"));
  const { counting, bare, stop } = await startPeers(folder, crmOrigin);
  try {
    const asks = Array.from({ length: PEOPLE }, (_, number) =>
      askPage({ cookie: `larch_session=person-${number}` }, PAGE),
    );
    await mustCount(counting);
    const side = (origin: string) => async () => (await tool.run(origin, asks, quick ? 1 : 2)).rate;
    const speed = compare(await alternate(quick ? 3 : 8, side(counting), side(bare)), (rate) => rate);
    const measured = `${count(speed.first)} req/s, bare nginx ${count(speed.second)}`;
    return [{ name: NAME, measured, ...ratioCells(speed), toReach: "told", ok: null }];
  } finally {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A sentence where the programs are not there and cannot be installed unasked. */
function ensurePrograms(): string | null {
  const folders = (process.env.PATH ?? "").split(delimiter).concat("/usr/sbin", "/usr/bin");
  const isThere = (program: string): boolean => folders.some((folder) => existsSync(join(folder, program)));
  const packages = Object.entries(PROGRAMS).flatMap(([program, name]) => (isThere(program) ? [] : [name]));
  if (packages.length === 0) return null;
  const advice = `not measured: install ${packages.join(" and ")} first`;
  if (!canInstall()) return advice;
  const failure = aptInstall(packages);
  return failure === null ? null : `${advice} (apt-get: ${failure})`;
}

interface Peers {
  /** Origins. */
  counting: string;
  bare: string;
  /** Ends nginx; the rest ends with the benchmark. */
  stop: () => Promise<void>;
}

async function startPeers(folder: string, crmOrigin: string): Promise<Peers> {
  const socket = join(folder, "redis.sock");
  const redis = startChild(
    "redis-server",
    ["--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no"],
    {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  if (redis.stdout === null) throw new Error("redis-server has no output");
  await firstLine(redis, redis.stdout, (text) => (/ready to accept connections/i.test(text) ? true : null));
  const auth = startChild(process.execPath, [join(import.meta.dirname, "seat-counter.mjs"), socket], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (auth.stdout === null) throw new Error("the server that counts seats has no output");
  const authPort = await firstLine(auth, auth.stdout, (text) => (text.includes("\n") ? Number(text) : null));
  const [counting, bare] = [await freePort(), await freePort()];
  const config = join(folder, "nginx.conf");
  writeFileSync(config, nginxConfig({ crm: crmOrigin.slice("http://".length), authPort, counting, bare, folder }));
  const nginx = startChild("nginx", ["-e", "stderr", "-p", folder, "-c", config], { stdio: "ignore" });
  // Killed outright it would leave its workers behind.
  const stop = () =>
    new Promise<void>((resolve) => {
      nginx.once("exit", () => resolve());
      if (!nginx.kill("SIGTERM")) resolve();
    });
  const origins = { counting: `http://127.0.0.1:${counting}`, bare: `http://127.0.0.1:${bare}` };
  await until(origins.bare);
  return { ...origins, stop };
}

const nginxConfig = (at: { crm: string; authPort: number; counting: number; bare: number; folder: string }): string => `
daemon off;
worker_processes 2;
${process.getuid?.() === 0 ? "user root;" : ""}
pid ${at.folder}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000;
  upstream crm { server ${at.crm}; keepalive 64; }
  upstream seats { server 127.0.0.1:${at.authPort}; keepalive 64; }
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Host $host;
  server {
    listen 127.0.0.1:${at.bare};
    location / { proxy_pass http://crm; }
  }
  server {
    listen 127.0.0.1:${at.counting};
    location / { auth_request /seat; proxy_pass http://crm; }
    location = /seat {
      internal;
      proxy_pass http://seats;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
    }
  }
}
`;

/** Somebody with a session gets the page, somebody without none: else another thing is measured than is said. */
async function mustCount(origin: string): Promise<void> {
  const [seated, stranger] = await Promise.all([
    fetch(origin + PAGE, { headers: { cookie: "larch_session=person-0" } }),
    fetch(origin + PAGE),
  ]);
  if (seated.status === 200 && stranger.status === 403) return;
  throw new Error(`nginx answered ${seated.status} to a session and ${stranger.status} to none`);
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject(address)));
    });
  });
}

async function until(origin: string): Promise<void> {
  for (const end = Date.now() + 10_000; ; ) {
    const isUp = await fetch(origin).then(
      (answer) => answer.arrayBuffer().then(() => true),
      () => false,
    );
    if (isUp) return;
    if (Date.now() > end) throw new Error(`nginx does not answer at ${origin}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
