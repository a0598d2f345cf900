/** Passes everything on and leaves header lines out, as browsers do that do not know them. */
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Passage {
  url: string;
  close(): Promise<void>;
}

/** `dropped`: names of header lines in lower case. */
export async function passWithout(target: string, dropped: readonly string[]): Promise<Passage> {
  const { hostname, port } = new URL(target);
  const server = createServer((request, response) => {
    const headers = { ...request.headers };
    for (const name of dropped) delete headers[name];
    const { method, url } = request;
    const onward = ask({ host: "127.0.0.1", port, method, path: url, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
  return {
    url: `http://${hostname}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((settle) => {
        server.close(() => settle());
        server.closeAllConnections();
      }),
  };
}
