/**
 * The background: a service worker in Chrome and Edge, an event page in Firefox. Both are stopped after half a
 * minute of quiet and started by the next event, so every listener is added here, at once, before anything is awaited.
 */
import type { Runtime } from "webextension-polyfill";
import { CONTENT_SCRIPT } from "../content-script.ts";
import { LOCAL_HOSTS } from "../hosts.ts";
import { sayNotice } from "../notice-words.ts";
import { browserAlarms } from "../ports/alarms.ts";
import { browser } from "../ports/browser.ts";
import { systemClock } from "../ports/clock.ts";
import { browserCrmTabs } from "../ports/crm-tabs.ts";
import { browserFront } from "../ports/front.ts";
import { browserContainedCrms, browserJudgedTabs } from "../ports/judged-tabs.ts";
import { forgetNoticesWithPermission, readNoticeSwitch } from "../ports/notice-switch.ts";
import { browserNotifications, whenNotificationPressed } from "../ports/notifications.ts";
import { readPolicy } from "../ports/policy.ts";
import { browserRelay } from "../ports/relay.ts";
import { fetchSeatApi } from "../ports/seat-api.ts";
import { browserSeatStore } from "../ports/seat-store.ts";
import { bakedHosts, whenHostsChange } from "../ports/sites.ts";
import { browserTabMessages } from "../ports/tab-messages.ts";
import { browserToolbar } from "../ports/toolbar.ts";
import { describeStanding } from "../standing-words.ts";
import { wordsOf } from "../words.ts";
import { registrationOf } from "./content-script-registration.ts";
import { handleMessages } from "./message-table.ts";
import { noticesOf } from "./notices.ts";
import { otherPersons } from "./other-persons.ts";
import { keepSeats } from "./seats.ts";

const clock = systemClock();
const crmTabs = browserCrmTabs(CONTENT_SCRIPT);
const registration = registrationOf(crmTabs);
const words = wordsOf(browser.i18n);
const api = fetchSeatApi(undefined, browserRelay(), browserContainedCrms());
const seats = keepSeats({
  clock,
  store: browserSeatStore(),
  alarms: browserAlarms(),
  api,
  tabs: browserTabMessages(),
  toolbar: browserToolbar(),
  notices: noticesOf({
    notifications: browserNotifications(),
    areOn: async () => (await readNoticeSwitch()).isOn,
    front: browserFront(),
    say: (notice) => sayNotice(words, notice),
  }),
  describe: (standing) => describeStanding(words, standing),
});
const rights = { id: browser.runtime.id, ownAddress: browser.runtime.getURL(""), hosts: crmTabs.hosts };
const handle = handleMessages(seats, rights, clock.now, countTabs, otherPersons(api, browserJudgedTabs()));

browser.runtime.onMessage.addListener((message: unknown, sender: Runtime.MessageSender) => handle(message, sender));
browser.runtime.onInstalled.addListener(({ reason, temporary }) => {
  void registration.renew();
  if (reason === "install" && temporary !== true) void welcome();
});
whenHostsChange(() => void registration.renew());
forgetNoticesWithPermission();
whenNotificationPressed((origin) => void seats.signal(origin, { kind: "notice_pressed" }));
browser.runtime.onStartup.addListener(() => void registration.ensure());
browser.alarms.onAlarm.addListener(() => void countTabs());
browser.tabs.onRemoved.addListener((browserTab) => void seats.signalAll({ kind: "removed", browserTab }));
// Chrome renumbers a tab that it puts out of memory; a document that should live on says hello with its next activity.
browser.tabs.onReplaced.addListener((_, from) => void seats.signalAll({ kind: "removed", browserTab: from }));
browser.tabs.onActivated.addListener(({ tabId }) => void seats.signalAll({ kind: "looked", browserTab: tabId }));

void registration.ensure();

/** Once, where a person installs it; not with an update, nor for a build of this machine's own demo. */
async function welcome(): Promise<void> {
  const isDemo = bakedHosts().join() === LOCAL_HOSTS.join();
  if (isDemo || (await readPolicy()).policy.welcome === false) return;
  await browser.tabs.create({ url: browser.runtime.getURL("options/options.html#welcome") });
}

/** A closing that nobody reported (a crash, a missed event) shows in the browser's own list of tabs. */
async function countTabs(): Promise<void> {
  await seats.signalAll({ kind: "counted", browserTabs: await crmTabs.count() });
}
