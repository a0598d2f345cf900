/** What isolate.ts loads, as one bundle for the harsh mode's other isolates; test/harsh.vitest.config.ts makes it. */
export { createGate } from "../../../worker/gate/gate.ts";
export { createIdentitySource } from "../../../worker/identity/identity-source.ts";
export { default as worker } from "../../../worker/index.ts";
export { createReadCaller } from "../../../worker/site/authenticate.ts";
export { createOwnRoutes } from "../../../worker/site/own-routes.ts";
