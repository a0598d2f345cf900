/** [L1] What may name a person. */
import { expect, test } from "vitest";
import { HolderId } from "../../shared/ids.ts";

test.each(["u1", "Ann Bell", "anna@acme.example", "Łukasz", "社員-7", "\u{1f600}"])("[L1] %s names a person", (id) => {
  expect(HolderId.safeParse(id).success).toBe(true);
});

// Half a character can be neither stored nor put into an address: two such ids could become one.
test.each(["", "  ", "\u00a0\ufeff", "\u2028", "a\nb", "\u0000", "a\ud836", "\udc2bb", "x".repeat(201)])(
  "[L1.9] %j names nobody",
  (id) => {
    expect(HolderId.safeParse(id).success).toBe(false);
  },
);
