/** The demo CRM in a browser tab: signing in, and what can be read of its pages. */
import type { Page } from "puppeteer-core";
import { follow } from "./press.ts";

/** Signs in by the CRM's own form, as the person would; returns when the page after it is there. */
export async function signIn(page: Page, url: string, login: string): Promise<void> {
  await page.goto(`${url}/login`, { waitUntil: "domcontentloaded" });
  await page.type("#login", login);
  await page.type("#password", `${login}-larch`);
  await follow(page, "#sign-in", "domcontentloaded");
}

export const headingOf = (page: Page): Promise<string> =>
  page.evaluate(() => document.querySelector("h1")?.textContent?.trim() ?? "");

export const isRefused = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.querySelector('meta[name="hotseat"][content="refusal"]') !== null);

/** Whether a page of the CRM for signed-in people is shown. */
export const isWorking = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.querySelector("#sign-out") !== null);

/** A background request of the page, as its own scripts make. */
export const ask = (page: Page, path: string, method = "GET") =>
  page.evaluate(
    async (path, method) => {
      const answer = await fetch(path, { method, headers: { accept: "application/json" } });
      return {
        status: answer.status,
        type: answer.headers.get("content-type"),
        refused: answer.headers.get("x-hotseat-refused"),
        retryAfter: answer.headers.get("retry-after"),
        body: await answer.text(),
      };
    },
    path,
    method,
  );

/** Tries a WebSocket of the page; true when it opens. */
export const opensSocket = (page: Page): Promise<boolean> =>
  page.evaluate(
    () =>
      new Promise<boolean>((resolve) => {
        const socket = new WebSocket(`${location.origin.replace("http", "ws")}/live`);
        socket.onopen = () => {
          socket.close();
          resolve(true);
        };
        socket.onerror = () => resolve(false);
      }),
  );
