/** Times on the page: words for people, `datetime` for machines. */
import { useLanguage } from "../language.ts";

/** An age of `ageMs` at the moment `now`. */
export const Ago = ({ now, ageMs }: { now: number; ageMs: number }) => {
  const { age, date } = useLanguage();
  return (
    <time datetime={new Date(now - ageMs).toISOString()} title={date("moment", now - ageMs)}>
      {age(ageMs)}
    </time>
  );
};

/** A moment in ms since 1970, by the page's time zone; to the minute, or to the second. */
export const Moment = ({ at, seconds = false }: { at: number; seconds?: boolean }) => (
  <time datetime={new Date(at).toISOString()}>{useLanguage().date(seconds ? "second" : "moment", at)}</time>
);
