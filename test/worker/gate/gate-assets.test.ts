import { describe, expect, it } from "vitest";
import { answerGateAsset } from "../../../worker/gate/gate-assets.ts";
import { testConfig } from "../../support/site.ts";

const ask = (path: string, init?: RequestInit) => {
  const answer = answerGateAsset(testConfig(), new Request(`https://crm.acme.example${path}`, init));
  if (answer === null) throw new Error(`${path} is no own file`);
  return answer;
};

describe("[G5] the gate's own files", () => {
  it.each(["/.hotseat/agent.js", "/.hotseat/refused.js"])(
    "%s is a script that can be parsed, and is asked again",
    async (path) => {
      const answer = ask(path);
      expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
      const text = await answer.text();
      expect(text).toMatch(/^(?:\{const HOTSEAT_ERRORS="";)?\(\(\)=>\{/);
      const etag = answer.headers.get("etag") ?? "";
      expect(ask(path, { headers: { "if-none-match": etag } }).status).toBe(304);
      expect(ask(path, { headers: { "if-none-match": '"old"' } }).status).toBe(200);
    },
  );

  it("[G5] the agent knows the messages that the preset names", async () => {
    const request = new Request("https://crm.acme.example/.hotseat/agent.js");
    const text = await answerGateAsset(testConfig(), request, null, null, ["#a.b", '[data-x="1"]'])?.text();
    expect(text).toMatch(/^\{const HOTSEAT_ERRORS="#a\.b,\[data-x=\\"1\\"\]";/);
  });

  it("[G5] whatever the preset names is a text to the agent, and ends neither the script nor its line", async () => {
    const request = new Request("https://crm.acme.example/.hotseat/agent.js");
    const hostile = '"];alert(1);//</script>\u2028\n\\';
    const answer = answerGateAsset(testConfig(), request, null, null, [hostile]);
    expect(answer?.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    const literal = /^\{const HOTSEAT_ERRORS=("(?:[^"\\]|\\.)*");\(\(\)=>/s.exec((await answer?.text()) ?? "")?.[1];
    expect(JSON.parse(literal ?? "null")).toBe(hostile);
  });

  it("the framed page has the words of its reason, and runs nothing but its own script", async () => {
    const answer = ask("/.hotseat/refused?reason=seat_released");
    expect(answer.status).toBe(200);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'self'");
    expect(policy).not.toContain("unsafe");
    const page = await answer.text();
    expect(page).toContain("<h1>You released your licence</h1>");
    expect(page).toContain('data-framed="yes"');
    expect(page).not.toMatch(/\son[a-z]+=|\sstyle=/);
  });

  it("[L27] an unknown reason says that there is no licence, not that all are taken", async () => {
    for (const reason of ["toString", "<b>", ""]) {
      expect(await ask(`/.hotseat/refused?reason=${encodeURIComponent(reason)}`).text()).toContain(
        'data-reason="no_seat"',
      );
    }
  });

  it("other methods and paths", async () => {
    expect(ask("/.hotseat/agent.js", { method: "POST" }).status).toBe(405);
    expect(await ask("/.hotseat/agent.js", { method: "HEAD" }).text()).toBe("");
    expect(answerGateAsset(testConfig(), new Request("https://crm.acme.example/.hotseat/other.js"))).toBeNull();
  });
});
