import { expect, test } from "vitest";
import { readPathKind } from "../../../worker/http/reserved-path.ts";

const kind = (path: string) => readPathKind(`https://crm.acme.example${path}`);

test.each([
  "/.hotseat",
  "/.hotseat/",
  "/.hotseat/admin",
  "/.hotseat?x",
  "/.hotseat/api/status?q=/",
  "/.hotseat/../x",
  "/.hotseat/%2e%2e/x",
])("[G1] %s is Hotseat's own", (path) => {
  expect(kind(path)).toBe("own");
});

test.each([
  "/%2ehotseat/admin",
  "/%2Ehotseat/api/status",
  "/.%68otseat/admin",
  "/%2e%68%6f%74%73%65%61%74/",
  "/%252ehotseat/admin",
  "/%25252ehotseat/admin",
  "/.hotseat%2fadmin",
  "/.hotseat%2Fapi/claim",
  "/.hotseat%5cadmin",
  "/.hotseat\\admin",
  "//.hotseat/admin",
  "///.hotseat/admin",
  "/\\.hotseat/admin",
  "/%2f.hotseat/admin",
  "/./.hotseat/admin",
  "/%2e/.hotseat/admin",
  "/contacts/../.hotseat/admin",
  "/contacts/%2e%2e/.hotseat/admin",
  "/contacts/..%2f.hotseat/admin",
  "/contacts/..;/.hotseat/admin",
  "/a/b/../../.hotseat",
  "/.hotseat/".replace("hotseat", "HotSeat"),
  "/.HOTSEAT/admin",
  "/.hotseat;v=1/admin",
  "/;x/.hotseat/admin",
  "/.hotseat./admin",
  "/.hotseat%20/admin",
  "/.hotseat%00/admin",
  "/%09.hotseat/admin",
  "/%c0%aehotseat/admin",
  "/.hotseat%c0%afadmin",
  "/%u002ehotseat/admin",
  "/.hotseat/".replace("/.", "/%2e").replace("/", "//"),
  "/.hotseat#x".replace(".", "%2e"),
])("[G1] %s is another spelling of an own path", (path) => {
  expect(kind(path)).toBe("disguised");
});

test.each([
  "",
  "/",
  "/contacts",
  "/?next=/.hotseat/admin",
  "/contacts?x=//.hotseat/",
  "/#/.hotseat/admin",
  "/hotseat/admin",
  "/.hotseats/admin",
  "/.hotseat-notes/1",
  "/x.hotseat/admin",
  "/contacts/.hotseat/admin",
  "/contacts/..hotseat/",
  "/..hotseat/",
  "/50%25/report.pdf",
  "/caf%C3%A9/%E2%82%AC",
  "/broken%zz%",
  "/.well-known/security.txt",
  "/a//b",
  "/a;jsessionid=1/b",
])("[G1] %s is the CRM's", (path) => {
  expect(kind(path)).toBe("crm");
});
