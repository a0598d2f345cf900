/** Times on the page: words for people, `datetime` for machines. */
import { writeAge, writeMoment } from "./age.ts";

/** An age of `ageMs` at the moment `now`. */
export const Ago = ({ now, ageMs }: { now: number; ageMs: number }) => (
  <time datetime={new Date(now - ageMs).toISOString()} title={writeMoment(now - ageMs)}>
    {writeAge(ageMs)}
  </time>
);

/** A moment in ms since 1970. */
export const Moment = ({ at }: { at: number }) => <time datetime={new Date(at).toISOString()}>{writeMoment(at)}</time>;
