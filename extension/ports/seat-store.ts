/**
 * Where seats are kept while the background is stopped (session storage: gone with the browser), and the few
 * things that outlive the browser (local storage: this browser's random ids).
 */
import type { Storage } from "webextension-polyfill";
import { ClientId } from "../../shared/ids.ts";
import type { Seat } from "../seat/seat.ts";
import { browser } from "./browser.ts";

export interface SeatStore {
  load(): Promise<Seat[]>;
  save(seat: Seat): Promise<void>;
  forget(origin: string): Promise<void>;
  /** This browser's random id at a CRM; made at first asking, and kept. Another CRM gets another one. */
  clientAt(origin: string): Promise<ClientId>;
  /** P3: a number to count heartbeats from, higher than every one used before this start of the browser. */
  firstSeq(): Promise<number>;
}

const SEAT = "seat ";
const CLIENT = "client ";
const RUN = "run";
const BEATS_A_RUN = 1_000_000;

export function browserSeatStore(): SeatStore {
  const { session, local } = browser.storage;
  return {
    load: () => readSeats(session),
    save: (seat) => session.set({ [SEAT + seat.origin]: seat }),
    forget: (origin) => session.remove(SEAT + origin),
    async clientAt(origin) {
      const key = CLIENT + origin;
      const known = ClientId.safeParse((await local.get(key))[key]);
      if (known.success) return known.data;
      const client = ClientId.parse(crypto.randomUUID());
      await local.set({ [key]: client });
      return client;
    },
    async firstSeq() {
      let run = (await session.get(RUN))[RUN];
      if (typeof run !== "number") {
        const last = (await local.get(RUN))[RUN];
        run = (typeof last === "number" ? last : 0) + 1;
        await local.set({ [RUN]: run });
        await session.set({ [RUN]: run });
      }
      return (run as number) * BEATS_A_RUN;
    },
  };
}

async function readSeats(session: Storage.StorageArea): Promise<Seat[]> {
  const kept = await session.get(null);
  // Session storage is emptied with every update of the extension: what lies there is of this version.
  return Object.entries(kept).flatMap(([key, value]) => (key.startsWith(SEAT) ? [value as Seat] : []));
}

/** For the popup: reads the seats as they are kept, and again whenever one changes. Returns how to stop. */
export function watchSeats(show: (seats: Seat[]) => void): () => void {
  const { session } = browser.storage;
  const read = () => void readSeats(session).then(show);
  session.onChanged.addListener(read);
  read();
  return () => session.onChanged.removeListener(read);
}
