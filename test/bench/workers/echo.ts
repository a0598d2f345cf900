/** What a heartbeat is measured against: the bare way through a Worker to an object and back, with the same body. */
import { DurableObject } from "cloudflare:workers";

export class Echo extends DurableObject {
  async echo(text: string): Promise<string> {
    return text;
  }
}

export default {
  async fetch(request, { ECHO }) {
    const stub = ECHO.get(ECHO.idFromName("echo"));
    const text = await stub.echo(await request.text());
    return new Response(text, { headers: { "content-type": "application/json" } });
  },
} satisfies ExportedHandler<{ ECHO: DurableObjectNamespace<Echo> }>;
