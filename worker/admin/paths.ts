/** Addresses of the administration. */
import { ADMIN_PATH } from "../../shared/protocol.ts";

export const PATHS = {
  home: ADMIN_PATH,
  live: `${ADMIN_PATH}/live`,
  free: `${ADMIN_PATH}/free`,
  holder: `${ADMIN_PATH}/person`,
  licensing: `${ADMIN_PATH}/licensing`,
  pool: `${ADMIN_PATH}/licensing/pool`,
  removePool: `${ADMIN_PATH}/licensing/pool/remove`,
  tryPool: `${ADMIN_PATH}/licensing/pool/try`,
  trial: `${ADMIN_PATH}/licensing/trial`,
  beginTrial: `${ADMIN_PATH}/licensing/trial/begin`,
  endTrial: `${ADMIN_PATH}/licensing/trial/end`,
  repeatBoost: `${ADMIN_PATH}/licensing/boost/repeat`,
  holidays: `${ADMIN_PATH}/licensing/holidays`,
  addHoliday: `${ADMIN_PATH}/licensing/holidays/add`,
  removeHoliday: `${ADMIN_PATH}/licensing/holidays/remove`,
  importHolidays: `${ADMIN_PATH}/licensing/holidays/import`,
  groups: `${ADMIN_PATH}/licensing/groups`,
  group: `${ADMIN_PATH}/licensing/group`,
  makeGroup: `${ADMIN_PATH}/licensing/groups/make`,
  groupPeople: `${ADMIN_PATH}/licensing/group/people`,
  removeGroup: `${ADMIN_PATH}/licensing/group/remove`,
  integrations: `${ADMIN_PATH}/integrations`,
  makeToken: `${ADMIN_PATH}/integrations/make`,
  revokeToken: `${ADMIN_PATH}/integrations/revoke`,
  requests: `${ADMIN_PATH}/requests`,
  askRequest: `${ADMIN_PATH}/requests/ask`,
  decideRequest: `${ADMIN_PATH}/requests/decide`,
  refusals: `${ADMIN_PATH}/refusals`,
  refusalsFile: `${ADMIN_PATH}/refusals/export`,
  past: `${ADMIN_PATH}/refusals/then`,
  pastFile: `${ADMIN_PATH}/refusals/then/export`,
  usage: `${ADMIN_PATH}/usage`,
  usageFile: `${ADMIN_PATH}/usage/export`,
  adviceFile: `${ADMIN_PATH}/usage/advice/export`,
  whatIf: `${ADMIN_PATH}/usage/what-if`,
  whatIfFile: `${ADMIN_PATH}/usage/what-if/export`,
  peopleUse: `${ADMIN_PATH}/usage/people`,
  peopleUseFile: `${ADMIN_PATH}/usage/people/export`,
  teams: `${ADMIN_PATH}/usage/teams`,
  teamsFile: `${ADMIN_PATH}/usage/teams/export`,
  mix: `${ADMIN_PATH}/usage/mix`,
  mixFile: `${ADMIN_PATH}/usage/mix/export`,
  forecast: `${ADMIN_PATH}/usage/forecast`,
  forecastFile: `${ADMIN_PATH}/usage/forecast/export`,
  recount: `${ADMIN_PATH}/usage/recount`,
  report: `${ADMIN_PATH}/report`,
  reportFile: `${ADMIN_PATH}/report/export`,
  audit: `${ADMIN_PATH}/audit`,
  headsFile: `${ADMIN_PATH}/audit/heads`,
  auditFile: `${ADMIN_PATH}/audit/export`,
  person: `${ADMIN_PATH}/audit/person`,
  personFile: `${ADMIN_PATH}/audit/person/export`,
  erase: `${ADMIN_PATH}/audit/person/erase`,
  replay: `${ADMIN_PATH}/audit/replay`,
  warnings: `${ADMIN_PATH}/warnings`,
  warningsFile: `${ADMIN_PATH}/warnings/export`,
  managers: `${ADMIN_PATH}/managers`,
  managersFile: `${ADMIN_PATH}/managers/export`,
  rights: `${ADMIN_PATH}/managers/rights`,
  saveRights: `${ADMIN_PATH}/managers/rights/save`,
  alerts: `${ADMIN_PATH}/alerts`,
  addReceiver: `${ADMIN_PATH}/alerts/add`,
  removeReceiver: `${ADMIN_PATH}/alerts/remove`,
  testReceiver: `${ADMIN_PATH}/alerts/test`,
  rotateSecret: `${ADMIN_PATH}/alerts/secret`,
  resumeReceiver: `${ADMIN_PATH}/alerts/resume`,
  nearShare: `${ADMIN_PATH}/alerts/near`,
  language: `${ADMIN_PATH}/language`,
  style: `${ADMIN_PATH}.css`,
  script: `${ADMIN_PATH}.js`,
} as const;

/** The page of one person. */
export const holderPath = (holder: string): string => `${PATHS.holder}?holder=${encodeURIComponent(holder)}`;

/** L19: a refusal as it was. */
export const pastPath = (id: string, at: number): string => `${PATHS.past}?id=${encodeURIComponent(id)}&at=${at}`;

/** The page on which the seat of a holder is freed. */
export const freePath = (holder: string, note = ""): string =>
  `${PATHS.free}?holder=${encodeURIComponent(holder)}${note === "" ? "" : `&note=${encodeURIComponent(note)}`}`;

/** Where a form of the licensing page goes. */
export const licensingPath = (form: string): string => `${PATHS.licensing}/${form}`;

/** The page on which a pool is changed. */
export const poolPath = (id: string): string => `${PATHS.pool}?id=${encodeURIComponent(id)}`;

/** The page of a group of the firm's own. */
export const groupPath = (id: string): string => `${PATHS.group}?id=${encodeURIComponent(id)}`;

/** The page on which a token is revoked. */
export const revokePath = (id: string): string => `${PATHS.revokeToken}?id=${encodeURIComponent(id)}`;

/** The query string of a filter. */
export function writeQuery(filter: object, more: Record<string, string> = {}): string {
  const fields = Object.entries({ ...filter, ...more }).filter(([, value]) => value !== "");
  return fields.length === 0 ? "" : `?${new URLSearchParams(fields as [string, string][])}`;
}
