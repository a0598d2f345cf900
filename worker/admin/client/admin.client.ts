/**
 * The administration's script, as served at /.hotseat/admin.js: it renews what changes while nobody types (A5), and does
 * what is handier with a script. Every page works without it.
 */
import { startPageActs } from "./page-acts.ts";
import { renewParts } from "./renewal.ts";

startPageActs();
renewParts();
