/** [G5] A refused form is kept as bytes: what a browser sends again from the page is what it sent before. */
import { describe, expect, it } from "vitest";
import { type FormReplay, readFormReplay } from "../../../../worker/gate/refusal/form-replay.ts";

const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

function keep(body: string, type = "application/x-www-form-urlencoded"): Promise<FormReplay | null> {
  const headers = { "content-type": type, "sec-fetch-site": "same-origin" };
  return readFormReplay(
    new Request("https://crm.acme.example/", { method: "POST", body: bytesOf(body), headers }),
    null,
  );
}

/** Encodes as a browser does for `accept-charset`, of which every character is one byte. */
const BYTES = new Map(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder("windows-1252").decode(Uint8Array.of(byte)), byte]),
);
function sendAgain({ fields, charset }: FormReplay): string {
  const encode = (text: string): string => {
    const bytes =
      charset === "utf-8" ? [...new TextEncoder().encode(text)] : [...text].map((sign) => BYTES.get(sign) ?? -1);
    return bytes
      .map((byte) =>
        /[A-Za-z0-9*\-._]/.test(String.fromCharCode(byte))
          ? String.fromCharCode(byte)
          : byte === 32
            ? "+"
            : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
      )
      .join("");
  };
  return fields.map((field) => ("value" in field ? `${encode(field.name)}=${encode(field.value)}` : "")).join("&");
}

describe("[G5] a form without files", () => {
  it.each([
    ["UTF-8", "name=Zo%C3%AB&note=one%0D%0Atwo&csrf=t0ken"],
    ["windows-1252", "name=M%FCller+%80&note=%93x%94"],
    ["Shift_JIS", "name=%8ER%93c&note=%83%5C%81%8F"],
    [
      "every byte but one",
      `x=${Array.from({ length: 255 }, (_, at) => `%${(at + 1).toString(16).toUpperCase().padStart(2, "0")}`)
        .join("")
        .replace(/%(2A|2D|2E|5F|3\d|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])/g, (code) =>
          String.fromCharCode(Number.parseInt(code.slice(1), 16)),
        )
        .replace("%20", "+")}`,
    ],
    ["repeated names and empty values", "a=1&a=2&b="],
    ["100 kB", `note=${"%E4".repeat(33_000)}`],
  ])("%s comes back as it was", async (_, body) => {
    const kept = await keep(body);
    expect(kept === null ? null : sendAgain(kept)).toBe(body);
  });

  it("UTF-8 stays UTF-8, so that files chosen beside it keep their names", async () => {
    expect((await keep("name=Zo%C3%AB"))?.charset).toBe("utf-8");
    expect((await keep("name=Zo%EB"))?.charset).toBe("windows-1252");
  });
});

describe("[G5] a form of several parts", () => {
  const part = (name: string, value: string, more = "") =>
    `--b d\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const type = 'multipart/form-data; boundary="b d"';

  it("keeps the text fields in their order, and says which file must be chosen again", async () => {
    const file = "%PDF\r\n--b\r\n\0\u00ff";
    const body = `${part("a%22", "M\u00fcller\r\n--b")}${part("scan", file, '; filename="\u00fc.pdf"\r\nContent-Type: application/pdf')}${part("none", "", '; filename=""')}${part("a", "2")}--b d--\r\n`;
    expect(await keep(body, type)).toEqual({
      charset: "windows-1252",
      isMultipart: true,
      fields: [
        { name: 'a"', value: "Müller\r\n--b" },
        { name: "scan", file: "chosen" },
        { name: "none", file: "none" },
        { name: "a", value: "2" },
      ],
    });
  });

  it("a file of a megabyte takes no typed text with it", async () => {
    const body = `${part("scan", "x".repeat(1_048_576), '; filename="scan.pdf"')}${part("note", "typed")}--b d--\r\n`;
    expect((await keep(body, type))?.fields).toEqual([
      { name: "scan", file: "chosen" },
      { name: "note", value: "typed" },
    ]);
  });

  it.each([
    ["breaks off", part("a", "1")],
    ["has no parts", "--b d--\r\n"],
    ["holds what no page can send", `${part("a", "\0")}--b d--\r\n`],
  ])("is not kept where it %s", async (_, body) => expect(await keep(body, type)).toBeNull());
});

describe("[G5] a form", () => {
  it.each<[string, Record<string, string>, boolean]>([
    ["of the host, from a browser that says so", { "sec-fetch-site": "same-origin" }, true],
    ["of another site", { "sec-fetch-site": "cross-site", origin: "https://crm.acme.example" }, false],
    ["of the host, from iOS before 16.4", { origin: "https://crm.acme.example" }, true],
    ["of another site, from there", { origin: "https://evil.example" }, false],
    ["of nobody knows where", { origin: "null" }, false],
    ["of a browser that says nothing", {}, false],
  ])("%s", async (_, headers, isKept) => {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const init = { method: "POST", body: "note=typed", headers: { ...type, ...headers } };
    const form = await readFormReplay(new Request("https://crm.acme.example/x", init), null);
    expect(form !== null).toBe(isKept);
  });

  it("of as many fields as CRMs take is kept whole", async () => {
    const body = Array.from({ length: 1_000 }, (_, at) => `field${at}=value+${at}`).join("&");
    expect(sendAgain((await keep(body)) as FormReplay)).toBe(body);
  });
});

it("[G5] a form with a field that no page can send again is not kept in part", async () => {
  expect(await keep("notes=typed&other=")).not.toBeNull();
  for (const body of ["=x&notes=typed", "notes=typed&=x", "notes=typed&="]) expect(await keep(body)).toBeNull();
});
