import { expect, test } from "vitest";
import { idOfPath, noteShown } from "../../shared/framed-addresses.ts";

test("[G4] addresses shown in frames are known until one is shown as a page, the last twelve of them", () => {
  let value = noteShown("", "/ticker", true);
  value = noteShown(value, "/news", true);
  value = noteShown(value, "/ticker", true);
  expect(value).toBe(`${idOfPath("/ticker")}.${idOfPath("/news")}`);
  expect(noteShown(value, "/ticker", false)).toBe(idOfPath("/news"));
  expect(noteShown("", "/contacts", false)).toBe("");
  for (let at = 0; at < 20; at++) value = noteShown(value, `/frame/${at}`, true);
  expect(value.split(".").length).toBe(12);
  expect(value).toMatch(/^[a-z0-9.]+$/);
});
