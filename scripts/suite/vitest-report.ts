/** How many tests passed and failed, from the JSON that vitest writes. */
import { readFileSync } from "node:fs";
import * as z from "zod/mini";

export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.optional(z.int()),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

/**
 * Reads a report. A file that fails without a failing test in it (it cannot be loaded, say) counts as one failure,
 * and so does a run that ends badly for a reason of its own, such as an error that no test caught.
 * @param exitStatus of the vitest that wrote it; null when it was killed
 */
export function countReport(json: string, exitStatus: number | null): Count {
  const report = Report.parse(JSON.parse(json));
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitStatus !== 0 ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** A run that wrote no report, or none that can be read, is one failure whatever its exit status. */
export function countReportFile(path: string, exitStatus: number | null): Count {
  try {
    return countReport(readFileSync(path, "utf8"), exitStatus);
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
