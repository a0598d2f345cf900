/** The page on which a seat is freed: who it hits, what that person will read, the reason. */
import { DENIALS } from "../../shared/denial.ts";
import type { AdminView, HolderRow, Person } from "../tenant/tenant-calls.ts";
import { writeDuration } from "./age.ts";
import { Layout } from "./layout.tsx";
import { PATHS } from "./paths.ts";
import { Ago } from "./time.tsx";

/** The longest reason; it has to fit an overlay. */
export const NOTE_MAX = 300;

export interface FreePageProps {
  visitor: Person;
  view: AdminView;
  holder: HolderRow;
  /** What was typed before, when it was not taken. */
  note: string;
  fault: string | null;
  now: number;
  passLifeMs: number;
}

export const FreePage = ({ visitor, view, holder, note, fault, now, passLifeMs }: FreePageProps) => (
  <Layout title="Free a seat" tenantName={view.tenant.name} visitor={visitor} live>
    <p class="back">
      <a href={PATHS.home}>Back to the seats</a>
    </p>
    <h1>
      Free the seat of <bdi>{holder.name}</bdi>?
    </h1>
    {fault !== null && (
      <p class="banner banner-bad" role="alert">
        {fault}
      </p>
    )}
    <div class="pair">
      <section class="card" aria-labelledby="reason-title">
        <h2 id="reason-title">Reason</h2>
        <form method="post" action={PATHS.free} novalidate>
          <input type="hidden" name="holder" value={holder.id} />
          <label for="note">What the person reads as the reason</label>
          <textarea
            id="note"
            name="note"
            rows={3}
            maxlength={NOTE_MAX}
            required
            aria-describedby="note-hint"
            aria-invalid={fault === null ? undefined : "true"}
            data-mirrored
          >
            {note}
          </textarea>
          <p class="hint" id="note-hint">
            At most {NOTE_MAX} characters. It is recorded with your name.
          </p>
          <div class="actions">
            <button type="submit" class="button button-danger">
              Free the seat
            </button>
            <a class="button button-quiet" href={PATHS.home}>
              Keep it
            </a>
          </div>
        </form>
      </section>
      <section class="card" aria-labelledby="preview-title">
        <h2 id="preview-title">
          What <bdi>{holder.name}</bdi> will see
        </h2>
        <blockquote class="preview">
          <p class="preview-title">{DENIALS.seat_evicted.title}</p>
          <p>
            <bdi>{visitor.name}</bdi>: <q data-mirror>{note === "" ? "your reason" : note}</q>
          </p>
          <p>{DENIALS.seat_evicted.text}</p>
        </blockquote>
        <ul class="facts">
          <li>
            Got the seat <Ago now={now} ageMs={holder.sinceAgeMs} />, was last active{" "}
            <Ago now={now} ageMs={holder.activeAgeMs} />.
          </li>
          <li>
            The CRM stops answering this person within {writeDuration(passLifeMs)}; then the seat goes to the next in
            line. What is typed into open pages stays there.
          </li>
          {holder.exempt && <li>This person is not counted: freeing the seat makes room for nobody.</li>}
        </ul>
      </section>
    </div>
  </Layout>
);
