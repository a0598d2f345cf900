/** The page on which a seat is freed: whose it is, what that person will read, the reason. */
import type { Sentence } from "../../../../shared/sentence.ts";
import type { AdminView, HolderRow, Person } from "../../../tenant/tenant-calls.ts";
import { useLanguage } from "../../language.ts";
import { freePath, PATHS } from "../../paths.ts";
import { Layout } from "../../ui/layout.tsx";
import { Fault, fieldTies } from "../../ui/said.tsx";
import { Ago } from "../../ui/time.tsx";
import { Translated } from "../../ui/translated.tsx";

/** The longest reason; it has to fit an overlay. */
export const NOTE_MAX = 300;

export interface EvictPageProps {
  visitor: Person;
  view: AdminView;
  holder: HolderRow;
  /** What was typed before, when it was not taken. */
  note: string;
  fault: Sentence | null;
  now: number;
  passLifeMs: number;
}

export const EvictPage = ({ visitor, view, holder, note, fault, now, passLifeMs }: EvictPageProps) => {
  const { words, say, parts, longDuration } = useLanguage();
  const { free } = words;
  const isCounted = !holder.exempt;
  return (
    <Layout title={isCounted ? free.title : free.endTitle} tenantName={view.tenant.name} visitor={visitor}>
      <p class="back">
        <a href={PATHS.home}>{words.layout.backToSeats}</a>
      </p>
      <h1>{parts(isCounted ? free.heading : free.endHeading, { name: <bdi>{holder.name}</bdi> })}</h1>
      <div class="pair">
        <section class="card" aria-labelledby="reason-title">
          <h2 id="reason-title">{free.reason}</h2>
          <form method="post" action={PATHS.free} novalidate>
            <input type="hidden" name="holder" value={holder.id} />
            <p class="hint">{free.quick}</p>
            <p class="reasons">
              {Object.values(free.reasons).map((reason) => (
                <a class="button button-quiet button-small" href={freePath(holder.id, reason)}>
                  {reason}
                </a>
              ))}
            </p>
            <label for="note">{free.label}</label>
            <textarea
              id="note"
              name="note"
              rows={3}
              maxlength={NOTE_MAX}
              required
              {...fieldTies(fault !== null, "note-fault", "note-hint")}
              data-mirrored
            >
              {note}
            </textarea>
            {fault !== null && (
              <Fault id="note-fault">
                <Translated of={fault} />
              </Fault>
            )}
            <p class="hint" id="note-hint">
              {say(free.hint, { most: NOTE_MAX })}
            </p>
            <div class="actions">
              <button type="submit" class="button button-danger">
                {isCounted ? free.free : free.endFree}
              </button>
              <a class="button button-quiet" href={PATHS.home}>
                {free.keep}
              </a>
            </div>
          </form>
        </section>
        <section class="card" aria-labelledby="preview-title">
          <h2 id="preview-title">{parts(free.willSee, { name: <bdi>{holder.name}</bdi> })}</h2>
          <blockquote class="preview">
            <p class="preview-title">
              {parts(isCounted ? free.previewTitle : free.endTitleRead, { name: <bdi>{visitor.name}</bdi> })}
            </p>
            <p class="preview-note">
              {parts(free.previewReason, {
                reason: <span data-mirror>{note === "" ? free.yourReason : note}</span>,
              })}
            </p>
            <p>{isCounted ? free.previewText : free.endTextRead}</p>
          </blockquote>
          <ul class="facts">
            <li>
              {parts(free.since, {
                since: <Ago now={now} ageMs={holder.sinceAgeMs} />,
                active: <Ago now={now} ageMs={holder.activeAgeMs} />,
              })}
            </li>
            <li>{say(isCounted ? free.effect : free.endEffect, { duration: longDuration(passLifeMs) })}</li>
          </ul>
        </section>
      </div>
    </Layout>
  );
};
