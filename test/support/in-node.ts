/**
 * The tests of the Worker that run in Node and not in workerd: those of pure code, of what browsers run, and those that
 * read files or start processes, by the ending of their names. The tsconfig files say the same.
 */
export const IN_NODE = ["test/worker/ledger/**", "test/worker/gate/agent/**", "test/worker/**/*.node.test.ts"];
