/** The administration under `/.hotseat/admin` (A1, A2, L13): server-rendered pages and plain forms. */
import { Hono } from "hono";
import { BUSY_RETRY_SECONDS } from "../http/problem-response.ts";
import type { AdminEnv, AdminPorts } from "./admin-request.ts";
import { answerFile } from "./answer-page.tsx";
import ADMIN_SCRIPT from "./client/admin.script.js";
import { createDoor } from "./door.tsx";
import { readLanguage } from "./language.ts";
import { addLanguages } from "./language-routes.ts";
import { addLive } from "./live-route.ts";
import { addAlerts } from "./pages/alerts/routes.tsx";
import { addAudit } from "./pages/audit/routes.tsx";
import { addGroups } from "./pages/groups/routes.tsx";
import { addHolder } from "./pages/holder/routes.tsx";
import { addHolidays } from "./pages/holidays/routes.tsx";
import { addIntegrations } from "./pages/integrations/routes.tsx";
import { addRepeatingBoosts } from "./pages/licensing/boost-routes.tsx";
import { addPools } from "./pages/licensing/pool-routes.tsx";
import { addLicensing } from "./pages/licensing/routes.tsx";
import { addRights } from "./pages/managers/rights-routes.tsx";
import { addManagers } from "./pages/managers/routes.tsx";
import { addNow } from "./pages/now/routes.tsx";
import { addPast } from "./pages/refusals/past-routes.tsx";
import { addRefusals } from "./pages/refusals/routes.tsx";
import { addReport } from "./pages/report/routes.tsx";
import { addRequests } from "./pages/requests/routes.tsx";
import { addTrial } from "./pages/trial/routes.tsx";
import { addForecast } from "./pages/usage/forecast-routes.tsx";
import { addMix } from "./pages/usage/mix-routes.tsx";
import { addPeopleUse } from "./pages/usage/people-routes.tsx";
import { addUsage } from "./pages/usage/routes.tsx";
import { addTeams } from "./pages/usage/teams-routes.tsx";
import { addWarnings } from "./pages/warnings/routes.tsx";
import { PATHS } from "./paths.ts";
import ADMIN_STYLE from "./ui/style/admin.style.js";

export function createAdmin(ports: AdminPorts): Hono<AdminEnv> {
  const app = new Hono<AdminEnv>();
  const door = createDoor(ports);
  app.get(PATHS.style, () => answerFile(ADMIN_STYLE, "text/css; charset=utf-8"));
  app.get(PATHS.script, () => answerFile(ADMIN_SCRIPT, "text/javascript; charset=utf-8"));

  addNow(app, ports, door);
  addHolder(app, ports, door);
  addLicensing(app, ports, door);
  addPools(app, ports, door);
  addRepeatingBoosts(app, ports, door);
  addHolidays(app, ports, door);
  addGroups(app, ports, door);
  addTrial(app, ports, door);
  addIntegrations(app, ports, door);
  addRequests(app, ports, door);
  addRefusals(app, ports, door);
  addPast(app, ports, door);
  addUsage(app, ports, door);
  addPeopleUse(app, ports, door);
  addTeams(app, ports, door);
  addMix(app, ports, door);
  addForecast(app, ports, door);
  addReport(app, ports, door);
  addAudit(app, ports, door);
  addWarnings(app, ports, door);
  addManagers(app, ports, door);
  addRights(app, ports, door);
  addAlerts(app, ports, door);
  addLanguages(app, door);
  addLive(app, ports);

  app.all(`${PATHS.home}/*`, (c) => door.state(c, 404, readLanguage(c).words.plain.noPage));

  app.onError(async (error, c) => {
    console.error("The administration failed:", error);
    const { plain } = readLanguage(c).words;
    const answer = await door.state(c, 503, { ...plain.busy, way: { href: PATHS.home, words: plain.tryAgain } });
    answer.headers.set("retry-after", String(BUSY_RETRY_SECONDS));
    return answer;
  });
  return app;
}
