export * from "./isolate-entry.ts";
