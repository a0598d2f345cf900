import { expect, test } from "vitest";
import { isNoted, noteShown } from "../../shared/framed-addresses.ts";

test("[G4] addresses shown in frames are known until one is shown as a page, the last eight of them", () => {
  let value = noteShown("", "/ticker;v=2", true);
  value = noteShown(value, "/news", true);
  value = noteShown(value, "/ticker;v=2", true);
  expect(value).toBe("%2Fticker%3Bv%3D2|%2Fnews");
  expect([isNoted(value, "/ticker;v=2"), isNoted(value, "/news"), isNoted(value, "/contacts")]).toEqual([
    true,
    true,
    false,
  ]);
  expect(noteShown(value, "/ticker;v=2", false)).toBe("%2Fnews");
  expect(noteShown("", "/contacts", false)).toBe("");
  for (let at = 0; at < 20; at++) value = noteShown(value, `/frame/${at}`, true);
  expect(value.split("|").length).toBe(8);
});
