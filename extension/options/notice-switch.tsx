import type { MessageKey, Words } from "../words.ts";

export interface NoticeSwitchProps {
  words: Words;
  isOn: boolean;
  isAllowed: boolean;
  /** Set by the firm; null: the person decides. */
  byPolicy: boolean | null;
  /** The browser can show one without a sound. */
  isSilent: boolean;
  /** The browser was asked, and gave no permission. */
  isRefused: boolean;
  turn(on: boolean): Promise<void>;
}

/** X7: off until the person turns it on, whose press asks for the permission. What the firm sets is shown, not changed. */
export function NoticeSwitch({ words, isOn, isAllowed, byPolicy, isSilent, isRefused, turn }: NoticeSwitchProps) {
  const hints: MessageKey[] = ["noticesHint", isSilent ? "noticesSilent" : "noticesSystemSound"];
  if (!isAllowed && byPolicy !== false) hints.push("noticesAsks");
  if (byPolicy !== null) hints.push("noticesByPolicy");
  return (
    <section aria-labelledby="notices-title">
      <h2 id="notices-title">{words.say("noticesTitle")}</h2>
      <label class="switch">
        <span>{words.say("noticesLabel")}</span>
        <input
          id="notices"
          type="checkbox"
          checked={isOn}
          disabled={byPolicy !== null}
          aria-describedby="notices-hint notices-wrong"
          onClick={(event) => {
            // It moves when the browser has given its permission, not before.
            event.preventDefault();
            void turn(!isOn);
          }}
        />
      </label>
      <p id="notices-hint">{hints.map((key) => words.say(key)).join(" ")}</p>
      {byPolicy === true && !isAllowed && (
        <button id="notices-allow" type="button" class="primary" onClick={() => void turn(true)}>
          {words.say("noticesAllow")}
        </button>
      )}
      <p class="wrong" id="notices-wrong" role="alert" hidden={!isRefused}>
        {isRefused ? words.say("siteRefused") : ""}
      </p>
    </section>
  );
}
