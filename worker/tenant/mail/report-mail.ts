/** R10: the monthly report as e-mail: a table to read, every row as CSV, and the head of the chain that proves them. */
import { fieldsOf, type ItemOf } from "../../../shared/read-protocol.ts";
import { emptyColumns, writeLine } from "../../audit/csv.ts";
import type { Compliance } from "../../audit/report/compliance.ts";
import { reportItems } from "../../audit/report/report-items.ts";
import type { SignedHead } from "../../audit/signed-head.ts";
import { fillWords } from "../../i18n/fill.ts";
import {
  escapeHtml,
  headFile,
  type Letterhead,
  letter,
  type MailText,
  mailWords,
  paragraph,
  table,
} from "./mail-text.ts";

/** What is said of a month, written down once, so that each receiver and each try gets the same. */
export interface MonthReport {
  /** Such as `2026-10`. */
  month: string;
  limits: { from: string; to: string; limit: number; peak: number }[];
  overruns: number;
  /** Every row; the names of people only where the receiver is to have them. */
  csv: string;
  /** Whether there are more rows than the file has. */
  more: boolean;
  /** The newest signed head; null: none yet. */
  head: SignedHead | null;
}

/** Rows of the file, and limits in the message: a row of the object's storage holds two million bytes. */
const ROWS_MOST = 5_000;
const LIMITS_MOST = 100;
/** Columns with the names of people. */
const NAMES: ReadonlySet<string> = new Set<keyof ItemOf<"report">>(["name", "actor"]);

const minute = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");

export function describeMonth(month: string, report: Compliance, head: SignedHead | null, names: boolean): MonthReport {
  const items = reportItems(report);
  const fields = fieldsOf("report") as (keyof (typeof items)[number])[];
  const cell = (value: string | number | boolean | null) => (typeof value === "boolean" ? String(value) : value);
  const rows = items.slice(0, ROWS_MOST).map((item) => writeLine(fields.map((field) => cell(item[field]))));
  const written: MonthReport = {
    month,
    limits: report.limits
      .slice(0, LIMITS_MOST)
      .map(({ from, to, limit, peak }) => ({ from: minute(from), to: minute(to), limit, peak })),
    overruns: report.overruns.length,
    csv: [writeLine(fields), ...rows].join(""),
    more: report.more || report.moreUncounted || items.length > ROWS_MOST || report.limits.length > LIMITS_MOST,
    head,
  };
  return names ? written : withoutNames(written);
}

export const withoutNames = (report: MonthReport): MonthReport => ({ ...report, csv: emptyColumns(report.csv, NAMES) });

export function reportMail(
  letterhead: Letterhead,
  { month, limits, overruns, csv, more, head }: MonthReport,
): MailText {
  const words = mailWords(letterhead.language);
  const subject = fillWords(words.reportSubject, { firm: letterhead.tenantName, month });
  const rows = limits.map(({ from, to, limit, peak }) => [from, to, limit, peak]);
  const columns = [words.from, words.to, words.limit, words.peak];
  const sentences = [
    limits.length === 0 ? words.nothing : fillWords(words.overruns, { count: overruns }),
    ...(more ? [words.moreRows] : []),
    head === null ? words.noHead : fillWords(words.headRow, { seq: head.seq, hash: head.hash }),
    ...(head === null ? [] : [words.headHow]),
  ];
  return letter(letterhead, {
    subject,
    text: [subject, [columns, ...rows].map((row) => row.join("\t")).join("\n"), ...sentences].join("\n\n"),
    html: `<h1>${escapeHtml(subject)}</h1>${table(columns, rows)}${sentences.map(paragraph).join("")}`,
    attachments: [
      { name: `hotseat-report-${month}.csv`, type: "text/csv; charset=utf-8", text: csv },
      ...(head === null ? [] : [headFile(head)]),
    ],
  });
}
