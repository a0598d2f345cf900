/** The toolbar button: a sign beside it and words in its tooltip. */
import type { Badge } from "../seat/standing.ts";
import { browser } from "./browser.ts";

export interface Toolbar {
  show(badge: Badge, words: string): Promise<void>;
}

const COLOURS = { calm: "#5f6b7a", warn: "#b45309", alert: "#c02626" } as const;

export function browserToolbar(): Toolbar {
  return {
    async show({ text, tone }, words) {
      await Promise.all([
        browser.action.setBadgeText({ text }),
        browser.action.setBadgeBackgroundColor({ color: COLOURS[tone] }),
        browser.action.setBadgeTextColor?.({ color: "#ffffff" }),
        browser.action.setTitle({ title: words }),
      ]);
    },
  };
}
