/**
 * Firefox's containers: a tab may be signed in as somebody else than the person for whom the background speaks. It is left
 * to the gate's agent there (G8): heartbeats of the one would name tabs of the other, and an overlay would speak of the
 * wrong seat.
 */
import type { JudgedTabs } from "../ports/judged-tabs.ts";
import type { SeatApi } from "../ports/seat-api.ts";
import type { Seat } from "../seat/seat.ts";

/** `seat`: of the CRM at `origin`, as it is known so far. */
export type IsOthers = (origin: string, browserTab: number, seat: Seat | null) => Promise<boolean>;

const STATUS = { name: "status", body: null } as const;

export function otherPersons(api: SeatApi, judged: JudgedTabs): IsOthers {
  return async (origin, browserTab, seat) => {
    const known = await judged.isOthers(origin, browserTab);
    if (known !== undefined) return known;
    const there = await api.askDocument(STATUS, browserTab);
    if (there?.kind !== "status") return false;
    const { person } = there.status;
    const ours = person === seat?.status?.person ? person : await speaksAs(origin, browserTab, seat);
    // Nothing was said, for now: the tab is judged by its next document.
    if (ours === null) return false;
    await judged.remember(origin, browserTab, person !== ours);
    return person !== ours;
  };

  /** As whom the seat's calls are answered now, which may be somebody else than before; null: they are not. */
  async function speaksAs(origin: string, browserTab: number, seat: Seat | null): Promise<string | null> {
    const others = seat?.tabs.map((tab) => tab.browserTab).filter((other) => other !== browserTab) ?? [];
    const here = await api.ask(origin, STATUS, [...others, browserTab]);
    return here.kind === "status" ? here.status.person : null;
  }
}
