/** Ports of this machine: who has them, and is there an answer. */
import { createServer } from "node:net";

type Verdict = "free" | "in use" | "forbidden";

/** Could we listen there? An address family that the machine does not have takes nothing away. */
function tryPort(port: number, host: string): Promise<Verdict> {
  return new Promise((settle) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) =>
      settle(code === "EADDRINUSE" ? "in use" : code === "EACCES" ? "forbidden" : "free"),
    );
    server.listen({ port, host, exclusive: true }, () => server.close(() => settle("free")));
  });
}

/**
 * "free" when nobody listens on this port of `localhost`, neither by IPv4 nor by IPv6: browsers try ::1 first, so a
 * stranger there would be met in our place. "forbidden": the system keeps the port for root.
 */
export async function tryLocalhost(port: number): Promise<Verdict> {
  const first = await tryPort(port, "127.0.0.1");
  return first === "free" ? tryPort(port, "::1") : first;
}

/** Null when the origin answers HTTP within 5 s, whatever it answers; otherwise why not, in a few words. */
export async function whyUnreachable(origin: string): Promise<string | null> {
  try {
    const answer = await fetch(origin, { redirect: "manual", signal: AbortSignal.timeout(5_000) });
    await answer.body?.cancel();
    return null;
  } catch (error) {
    if (error instanceof Error && error.name === "TimeoutError") return "no answer within 5 seconds";
    const cause = error instanceof Error ? error.cause : undefined;
    return cause instanceof Error ? cause.message || cause.name : String(error);
  }
}
