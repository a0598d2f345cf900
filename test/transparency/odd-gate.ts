/** The gate before the odd CRM, on the runtime itself: Miniflare's own Worker before it would change encodings. */
import demo from "../../worker/identity/presets/demo.json" with { type: "json" };
import { endChildren } from "../bench/child.ts";
import { type Service, startRuntime } from "../bench/runtime.ts";
import { type OddCrm, startOddCrm } from "../fixtures/odd-crm.ts";
import { exchange } from "./exchange.ts";

/** The CRM's own cookies of a person who works. */
export const SESSION = "sid=anna; theme=dark";

const PRESET = JSON.stringify({
  ...demo,
  carriers: [[{ cookie: "sid" }]],
  identity: {
    steps: [{ method: "GET", path: "/whoami", anonymousWhen: [], signedInWhen: [{ pointer: "/id" }] }],
    holder: "id",
    person: { id: { pointer: "/id" }, login: { pointer: "/id" } },
  },
  roles: {},
  listedBy: ["login"],
  login: [],
  // Both bodies are looked into before they go on.
  logout: [
    { method: "POST", path: "/looked-into", form: { act: ["logout"] } },
    { method: "PUT", path: "/looked-into", pointer: "/act", oneOf: ["logout"] },
  ],
  paths: { public: [], background: [] },
});

export interface OddGate {
  crm: OddCrm;
  /** Origin of the gate. */
  origin: string;
  /** Origin of a gate whose only seat is Anna's. */
  full: string;
  /** The CRM's cookies with those that admit Anna. */
  seated: string;
  close(): Promise<void>;
}

export async function startOddGate(): Promise<OddGate> {
  const crm = await startOddCrm();
  const gate = (name: string, seats: number): Service => ({
    name,
    entry: "worker/index.ts",
    objects: { SEATS: "TenantSeats" },
    records: "records",
    text: {
      TENANT: "odd",
      CRM_ORIGIN: crm.origin,
      PRESET,
      SEAT_LIMIT: String(seats),
      PASS_LIFE_SECONDS: "60",
      HOTSEAT_SECRET: "of no worth outside this test but long enough",
    },
  });
  const runtime = await startRuntime([
    { name: "records", entry: "test/bench/workers/records.ts", text: {} },
    gate("gate", 5),
    gate("full", 1),
  ]);
  const origin = runtime.url("gate");
  const first = await exchange(origin, { path: "/echo" }, SESSION);
  const own = first.headers.filter(([name]) => name === "set-cookie").map(([, value]) => value.split(";")[0]);
  await exchange(runtime.url("full"), { path: "/echo" }, SESSION);
  if (!own.join().includes("__Host-hotseat-pass")) throw new Error(`Anna got no seat: ${first.status} ${first.text}`);
  return {
    crm,
    origin,
    full: runtime.url("full"),
    seated: `${SESSION}; ${own.join("; ")}`,
    close: async () => {
      await endChildren();
      runtime.clear();
      await crm.close();
    },
  };
}
