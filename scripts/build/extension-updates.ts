/** Files of a firm's own server that tell browsers of a new version: update XML for Chrome and Edge, JSON for Firefox. */
import { OLDEST_BROWSER } from "../../extension/manifest.config.ts";

export const CHROME_UPDATES = "updates.xml";
export const FIREFOX_UPDATES = "updates.json";

/** Where the packages lie beside them. */
export const crxName = (version: string): string => `hotseat-${version}.crx`;
export const xpiName = (version: string): string => `hotseat-${version}.xpi`;

/** An https address without query, with a slash at its end. */
export function readUpdatesAddress(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === "https:" && url.search === "" && url.hash === "" && url.username === "")
    return url.href.endsWith("/") ? url.href : `${url.href}/`;
  throw new Error(
    `--updates takes the https address of a folder, such as https://intranet.acme.com/hotseat, not ${JSON.stringify(text)}`,
  );
}

const inAttribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("'", "&apos;").replaceAll("<", "&lt;");

export const chromeUpdates = (
  id: string,
  version: string,
  folder: string,
): string => `<?xml version='1.0' encoding='UTF-8'?>
<gupdate xmlns='http://www.google.com/update2/response' protocol='2.0'>
  <app appid='${id}'>
    <updatecheck codebase='${inAttribute(folder + crxName(version))}' version='${version}' prodversionmin='${OLDEST_BROWSER.chrome}' />
  </app>
</gupdate>
`;

export const firefoxUpdates = (id: string, version: string, folder: string): string =>
  `${JSON.stringify(
    {
      addons: {
        [id]: {
          updates: [
            {
              version,
              update_link: folder + xpiName(version),
              applications: { gecko: { strict_min_version: OLDEST_BROWSER.firefox } },
            },
          ],
        },
      },
    },
    null,
    2,
  )}\n`;
