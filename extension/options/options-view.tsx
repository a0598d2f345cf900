import { type PolicyFault, sayPolicyFault } from "../policy.ts";
import { SeatMark } from "../seat-mark.tsx";
import { WhatIsSent } from "../what-is-sent.tsx";
import type { Words } from "../words.ts";
import { NoticeSwitch, type NoticeSwitchProps } from "./notice-switch.tsx";
import { PICTURES } from "./welcome-pictures.tsx";

export interface Site {
  /** A match pattern. */
  host: string;
  isAllowed: boolean;
  byPolicy: boolean;
}

export interface OptionsProps {
  words: Words;
  isWelcome: boolean;
  /** The person may add sites. */
  isGeneric: boolean;
  firm: string | null;
  policyWrong: PolicyFault | null;
  sites: readonly Site[];
  wrong: "siteWrong" | "siteRefused" | null;
  notices: NoticeSwitchProps;
  allow(host: string): Promise<void>;
  add(address: string): Promise<void>;
  remove(host: string): Promise<void>;
}

export function Options(props: OptionsProps) {
  const { words, isWelcome, firm, policyWrong } = props;
  return (
    <main>
      <header>
        <SeatMark />
        <div>
          <h1>{words.say(isWelcome ? "welcomeTitle" : "optionsTitle")}</h1>
          {firm !== null && <p id="firm">{words.say("managedBy", firm)}</p>}
        </div>
      </header>
      {policyWrong !== null && (
        <p class="wrong" role="alert">
          {sayPolicyFault(words, policyWrong)}
        </p>
      )}
      {isWelcome && (
        <section class="welcome">
          <p>{words.say("welcomeText")}</p>
          <p>{words.say("welcomeOpen")}</p>
          <ul class="pictures">
            {PICTURES.map(({ key, Picture }) => (
              <li key={key}>
                <Picture />
                {words.say(key)}
              </li>
            ))}
          </ul>
        </section>
      )}
      <Sites {...props} />
      <NoticeSwitch {...props.notices} />
      <section>
        <WhatIsSent words={words} />
      </section>
    </main>
  );
}

function Sites({ words, isGeneric, sites, wrong, allow, add, remove }: OptionsProps) {
  return (
    <section aria-labelledby="crm-sites">
      <h2 id="crm-sites">{words.say("crmSites")}</h2>
      <p>{words.say(isGeneric || sites.some(({ isAllowed }) => !isAllowed) ? "sitesNeeded" : "sitesBaked")}</p>
      <ul class="sites">
        {sites.map((site) => (
          <li key={site.host}>
            <strong>{nameOf(site.host)}</strong>
            {site.byPolicy && <span>{words.say("siteByPolicy")}</span>}
            {site.isAllowed ? (
              <span>{words.say("siteAllowed")}</span>
            ) : (
              <button type="button" class="primary" onClick={() => void allow(site.host)}>
                {words.say("siteAllow", nameOf(site.host))}
              </button>
            )}
            {isGeneric && site.isAllowed && !site.byPolicy && (
              <button
                type="button"
                class="plain"
                aria-label={words.say("siteRemove", nameOf(site.host))}
                onClick={() => void remove(site.host)}
              >
                ✕
              </button>
            )}
          </li>
        ))}
      </ul>
      {isGeneric && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void add(String(new FormData(event.currentTarget).get("address")));
          }}
        >
          <label for="address">{words.say("siteLabel")}</label>
          <div class="add">
            <input
              id="address"
              name="address"
              inputmode="url"
              autocomplete="off"
              placeholder="https://crm.example.com"
              aria-describedby="wrong"
              aria-invalid={wrong === "siteWrong"}
            />
            <button type="submit" class="primary">
              {words.say("siteAdd")}
            </button>
          </div>
        </form>
      )}
      <p class="wrong" id="wrong" role="alert" hidden={wrong === null}>
        {wrong === null ? "" : words.say(wrong)}
      </p>
    </section>
  );
}

/** `https://crm.acme.com/*` as a person reads it. */
const nameOf = (host: string): string => host.replace(/^https:\/\//, "").replace(/\/\*$/, "");
